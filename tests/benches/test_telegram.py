"""The stand-in for Telegram."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from benches import telegram
from benches.telegram import Connection, StandIn


@dataclass(frozen=True)
class Caller:
    """A bot of the test's own."""

    http: aiohttp.ClientSession
    url: str

    async def call(self, method: str, **given: Any) -> Any:
        async with self.http.post(f"{self.url}/bot1:x/{method}", data=given) as answer:
            return (await answer.json())["result"]

    async def burst(self, size: int) -> Any:
        async with self.http.get(f"{self.url}/burst?size={size}") as answer:
            return await answer.json()


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    stand_in = StandIn()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(stand_in), "127.0.0.1", 0)
    async with server, aiohttp.ClientSession() as http:
        yield Caller(http, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")


async def test_a_burst_comes_in_windows_and_is_over_with_its_last_answer(caller: Caller) -> None:
    polling = asyncio.create_task(caller.call("getUpdates", timeout=5))
    burst = asyncio.create_task(caller.burst(120))
    first = await polling
    again = await caller.call("getUpdates", timeout=0)
    rest = await caller.call("getUpdates", offset=first[-1]["update_id"] + 1, timeout=0)
    assert (len(first), again, len(rest)) == (100, first, 20)
    for update in first + rest:
        await caller.call("sendMessage", chat_id=update["message"]["chat"]["id"], text="x")
    outcome = await burst
    assert outcome["answered"] == 120
    assert outcome["seconds"] > 0


async def test_a_burst_that_is_not_answered_says_so(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram, "GIVEN_UP_AFTER", 0.05)
    assert (await caller.burst(3))["answered"] == 0


async def test_what_a_burst_left_behind_is_not_in_the_next_one(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram, "GIVEN_UP_AFTER", 0.05)
    await caller.burst(3)
    await caller.burst(2)
    assert len(await caller.call("getUpdates", timeout=0)) == 2


async def test_a_message_gets_a_number_of_its_own_in_its_chat(caller: Caller) -> None:
    one, other = [await caller.call("sendMessage", text="x", chat_id=chat) for chat in (77, 78)]
    assert (one["chat"]["id"], other["chat"]["id"]) == (77, 78)
    assert one["message_id"] != other["message_id"]
