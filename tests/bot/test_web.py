"""The webhook and the health, over HTTP."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from bot.settings import BotSettings
from bot.web import SECRET
from simulator.person import Person
from tests.bot.hands import Telegram, free_port, running_bot

KEY = "a-webhook-secret-of-40-characters-or-so_"


@pytest.fixture
async def url(settings: Callable[..., BotSettings], telegram: Telegram) -> AsyncIterator[str]:
    """A bot that takes updates by webhook, and the webhook's address; the town's people reach it through Telegram."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/telegram"
    webhook = settings(port=port, updates="webhook", webhook_url=url, webhook_secret=KEY)
    async with running_bot(webhook):
        await until(lambda: is_set(telegram))
        yield url


async def is_set(telegram: Telegram) -> bool:
    return bool((await telegram.play.updates())["webhook"]["url"])


async def until(truth: Callable[[], Awaitable[bool]]) -> None:
    """Wait until it holds; asking lets the others go on."""
    async with asyncio.timeout(10):
        while not await truth():
            pass


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as http:
        yield http


def update_of(person: Person, update: int) -> dict[str, Any]:
    who = {"id": person.id, "first_name": "Demo", "is_bot": False}
    said = {"message_id": 900 + update, "date": 0, "chat": {"id": person.id, "type": "private"}, "from": who}
    return {"update_id": update, "message": said | {"text": "hm"}}


async def test_updates_come_by_webhook(url: str, nurse: Person) -> None:
    await nurse.say("/start")
    await nurse.hears("Chào mừng")


@pytest.mark.parametrize("headers", [{}, {SECRET: ""}, {SECRET: KEY[:-1]}, {SECRET: KEY.upper()}, {"X-Other": KEY}])
async def test_T15_without_the_secret_nothing_is_taken(
    url: str,
    nurse: Person,
    http: aiohttp.ClientSession,
    headers: dict[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    await nurse.say("/start")
    await nurse.hears("Chào mừng")
    capsys.readouterr()
    async with http.post(url, json=update_of(nurse, 1), headers=headers) as refused:
        assert refused.status == 403
    assert capsys.readouterr().out == ""
    assert len([heard for heard in await nurse.messages() if heard.by_bot]) == 1


async def test_T15_a_replayed_body_has_no_effect(url: str, nurse: Person, http: aiohttp.ClientSession) -> None:
    await nurse.say("/start")
    await nurse.hears("Chào mừng")
    for _ in range(3):
        async with http.post(url, json=update_of(nurse, 7), headers={SECRET: KEY}) as taken:
            assert taken.status == 200
    assert len([heard for heard in await nurse.messages() if heard.by_bot]) == 2


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"nonsense", b'{"update_id": "x", "message": 3}', b"null"])
async def test_T30_nonsense_is_refused_and_harms_nothing(
    url: str, nurse: Person, http: aiohttp.ClientSession, body: bytes
) -> None:
    async with http.post(url, data=body, headers={SECRET: KEY}) as refused:
        assert refused.status == 400
    await nurse.say("/start")
    await nurse.hears("Chào mừng")


@pytest.mark.parametrize(
    "content",
    [3, {}, {"date": "soon"}, {"date": 10**30, "message_id": 1, "chat": {"id": 1, "type": "private"}}, {"chat": []}],
)
async def test_T30_an_update_that_cannot_be_read_holds_up_nobody(
    url: str, telegram: Telegram, nurse: Person, content: Any
) -> None:
    """Telegram brings a chat's next update only when the one before was acknowledged."""
    await nurse.say("/start")
    await nurse.hears("Chào mừng")
    telegram.town.updates.add("message", content, nurse.id)
    await nurse.say("/start")
    await nurse.hears("Chào mừng")


async def test_T30_neither_endless_nesting_nor_an_odd_charset_breaks_the_webhook(
    url: str, http: aiohttp.ClientSession
) -> None:
    for body, kind in ((b"[" * 500_000, "application/json"), (b'{"update_id": 1}', "application/json; charset=holo")):
        async with http.post(url, data=body, headers={SECRET: KEY, "Content-Type": kind}) as answer:
            assert answer.status in (200, 400)


async def test_an_endless_body_is_cut_off(url: str, http: aiohttp.ClientSession) -> None:
    async with http.post(url, data=io.BytesIO(bytes(2 * 1024 * 1024)), headers={SECRET: KEY}) as refused:
        assert refused.status == 413


async def test_T16_a_turn_that_failed_is_asked_for_again(
    settings: Callable[..., BotSettings], telegram: Telegram, nurse: Person, http: aiohttp.ClientSession
) -> None:
    """Telegram cannot be written to for a while: 503, and the answer comes with the next delivery."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/telegram"
    async with running_bot(settings(port=port, updates="webhook", webhook_url=url, webhook_secret=KEY)):
        await until(lambda: is_set(telegram))
        await nurse.say("/start")
        await nurse.hears("Chào mừng")
        await telegram.play.fault("refuse", "sendMessage", code=429, retry_after=99)
        body = update_of(nurse, 8)
        async with http.post(url, json=body, headers={SECRET: KEY}) as failed:
            assert failed.status == 503
        async with http.post(url, json=body, headers={SECRET: KEY}) as taken:
            assert taken.status == 200
    assert len([heard for heard in await nurse.messages() if heard.by_bot]) == 2


async def test_the_bot_tells_when_it_works(settings: Callable[..., BotSettings], http: aiohttp.ClientSession) -> None:
    polling = settings()
    async with running_bot(polling):

        async def is_healthy() -> bool:
            try:
                async with http.get(f"http://127.0.0.1:{polling.port}/health") as told:
                    return told.status == 200
            except aiohttp.ClientConnectorError:
                return False

        await until(is_healthy)
        async with http.post(f"http://127.0.0.1:{polling.port}/telegram", json={}) as closed:
            assert closed.status == 404
