"""What every test may rely on: its own clean databases on shared servers."""

import pytest
from redis import Redis


@pytest.mark.parametrize("turn", [1, 2])
def test_a_test_finds_its_valkey_empty(redis_url: str, turn: int) -> None:
    with Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left by", turn)
