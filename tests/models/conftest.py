"""What the tests of the database need: a link per role, and somebody who signs in by hand."""

from collections.abc import Iterator

import psycopg
import pytest

from models.sealing import Keys
from tests.models.by_hand import ByHand


@pytest.fixture
def owner(owner_url: str) -> Iterator[psycopg.Connection]:
    """The tables' owner; every statement by itself is a transaction, unless one is begun."""
    with psycopg.connect(owner_url, autocommit=True) as link:
        yield link


@pytest.fixture
def api(api_url: str) -> Iterator[psycopg.Connection]:
    """The API's own role: what a thief of its password, or a bug in it, could do."""
    with psycopg.connect(api_url, autocommit=True) as link:
        yield link


@pytest.fixture
def second_api(api_url: str) -> Iterator[psycopg.Connection]:
    """Another link of the API's role that waits for locks only briefly."""
    with psycopg.connect(api_url, autocommit=True, options="-c lock_timeout=100ms") as link:
        yield link


@pytest.fixture
def keys() -> Keys:
    return Keys(current=1, sealing={1: bytes(range(32))}, digesting=bytes(range(32, 64)))


@pytest.fixture
def by_hand(owner: psycopg.Connection, api: psycopg.Connection, keys: Keys) -> ByHand:
    """Signs people in with raw SQL, in the API's role."""
    return ByHand(owner, api, keys)
