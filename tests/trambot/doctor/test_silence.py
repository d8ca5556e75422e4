"""Servers that take a connection and never say a word: nothing waits for them long."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from bot import journal
from tests.trambot.doctor.hands import API_KEYS, given
from trambot.doctor import call, connection, sms, visit
from trambot.doctor.finding import Finding, Mark

LITTLE = 0.2  # seconds


@pytest.fixture
async def silent_port() -> AsyncIterator[int]:
    """A port at which everybody is let in and nobody answered."""
    over = asyncio.Event()

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
        yield int(server.sockets[0].getsockname()[1])
        over.set()


async def test_T39_silence_is_told_of_and_waited_for_only_so_long(
    silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place, name in (
        (call, "PATIENCE"),
        (sms, "PATIENCE"),
        (journal, "PATIENCE"),
        (connection, "CONNECTED_WITHIN"),
        (connection, "ANSWERED_WITHIN"),
    ):
        monkeypatch.setattr(place, name, LITTLE)
    here = f"127.0.0.1:{silent_port}"
    told: dict[str, list[Finding]] = {}
    began = time.monotonic()
    everywhere = given(
        database_url=f"postgresql://a:b@{here}/c",
        database_owner_url=f"postgresql://a:b@{here}/c",
        redis_url=f"redis://{here}",
        api_url=f"http://{here}",
        bot_token="1:x",
        telegram_url=f"http://{here}",
        updates="webhook",
        webhook_url=f"http://{here}/telegram",
        webhook_secret="x" * 32,
        sms_url=f"https://{here}/sms",
        **API_KEYS,
    )
    await visit.visit(everywhere, told.__setitem__)
    assert time.monotonic() - began < visit.LIMIT
    assert "in_time" not in {finding.check for findings in told.values() for finding in findings}
    for subject in ("database", "valkey", "api", "telegram", "sms"):
        assert Mark.WRONG in {finding.mark for finding in told[subject]}, subject
    for subject in ("clock", "webhook"):
        assert {finding.mark for finding in told[subject]} == {Mark.UNKNOWN}, subject
