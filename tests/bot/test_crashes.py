"""kill -9 at any point: no effect is lost, none is doubled, and the chat goes on (T17)."""

import asyncio
import itertools
import multiprocessing
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

import pytest

from bot.settings import BotSettings
from simulator.person import Person
from tests.api.hands import PASSWORD
from tests.bot.dying import live
from tests.bot.hands import Service, Telegram
from tests.tables.figures import keep

Make = Callable[..., BotSettings]
SPAWN = multiprocessing.get_context("forkserver")
SAMPLE = int(os.environ.get("TRAMBOT_CRASHES", "6"))
"""How many of the points are tried; 0 tries all."""
NUMBERS = itertools.count(1)
PATIENCE = 15.0
FOREVER = -1


@contextmanager
def bot_process(settings: dict[str, Any], last: int = FOREVER) -> Iterator[tuple[Any, Connection]]:
    """A bot of its own process, and where it tells of the points it passed."""
    listens, tells = SPAWN.Pipe(duplex=False)
    process = SPAWN.Process(target=live, args=(settings, last, tells), daemon=True)
    process.start()
    tells.close()
    try:
        yield process, listens
    finally:
        process.kill()
        process.join()
        listens.close()


def passed(listens: Connection) -> list[str]:
    """The points told of so far."""
    told = []
    while listens.poll():
        try:
            told.append(listens.recv())
        except EOFError:
            break
    return told


def plain(settings: BotSettings) -> dict[str, Any]:
    """The settings as another process is given them."""
    told = settings.model_dump(exclude={"webhook_url", "webhook_secret"})
    return {name: getattr(value, "get_secret_value", lambda value=value: value)() for name, value in told.items()}


class SigningIn:
    """A person who signs in by doing what the newest message asks for, and nothing twice for the same words."""

    def __init__(self, nurse: Person, username: str) -> None:
        self.nurse = nurse
        self.username = username
        self._heard = ""

    async def go(self) -> None:
        await self.nurse.say("/start")
        async with asyncio.timeout(PATIENCE):
            while not await self._is_in():
                seen = await self.nurse.town.now()
                await self._do_as_told()
                await self.nurse.town.events(seen, 0.2)

    async def _is_in(self) -> bool:
        return "Bạn muốn làm gì" in await self._newest()

    async def _newest(self) -> str:
        told = [heard for heard in await self.nurse.messages() if heard.by_bot]
        return told[-1].text if told else ""

    async def _do_as_told(self) -> None:
        told = await self._newest()
        if told == self._heard:
            return
        self._heard = told
        if "Vui lòng bấm «Thử lại»" in told:
            await self.nurse.press("🔁 Thử lại")
        elif "Vui lòng đăng nhập" in told:
            await self.nurse.press("Đăng nhập")
        elif "nhập Tên đăng nhập" in told:
            await self.nurse.say(self.username)
        elif "nhập Mật khẩu" in told:
            await self.nurse.say(PASSWORD.get_secret_value())
        elif "Xác nhận OTP" in told:
            await self.nurse.say(await self.nurse.last_code())


async def signed_in_through(settings: dict[str, Any], last: int, nurse: Person, username: str) -> list[str]:
    """Sign in while the bot dies at its `last`-th point and is started again; the points passed."""
    going = asyncio.create_task(SigningIn(nurse, username).go())
    with bot_process(settings, last) as (first, listens):
        dying = asyncio.create_task(asyncio.to_thread(first.join))
        await asyncio.wait([going, dying], return_when=asyncio.FIRST_COMPLETED)
        told = passed(listens)
        if not going.done():
            with bot_process(settings):
                await going
        first.kill()
        await dying
    await going
    return told


@pytest.fixture
def bot_settings(settings: Make, service: Service) -> dict[str, Any]:
    SPAWN.set_forkserver_preload(["tests.bot.dying"])
    return plain(settings(api_url=service.url))


async def test_T17_killed_at_any_point_nothing_is_lost_and_nothing_doubled(
    bot_settings: dict[str, Any], telegram: Telegram, service: Service
) -> None:
    points = await story_killed_at(FOREVER, bot_settings, telegram, service)
    tried = range(1, len(points) + 1)
    if SAMPLE and len(points) > SAMPLE:
        tried = sorted(random.Random(os.environ.get("TRAMBOT_SEED")).sample(tried, SAMPLE))  # type: ignore[assignment]  # a choice of it
    for last in tried:
        await story_killed_at(last, bot_settings, telegram, service)
    keep("T17", "kill points of a sign-in", f"{len(tried)} of {len(points)} tried; lost 0, doubled 0")


async def story_killed_at(last: int, bot_settings: dict[str, Any], telegram: Telegram, service: Service) -> list[str]:
    """One sign-in of one new person; what it led to is what a sign-in without a crash leads to."""
    nurse = await telegram.play.newcomer("Demo", phone=f"+84912{next(NUMBERS):06}")
    staff = service.registry.account(phone=nurse.phone)
    before = service.count("session"), service.count("otp_sms")
    told = await signed_in_through(bot_settings, last, nurse, staff.username)
    where = f"killed at {last}, after {told[-1:]}\n{await nurse.transcript()}"
    assert service.count("session") == before[0] + 1, where
    assert service.count("otp_sms") == before[1] + 1, where
    assert len(await nurse.inbox()) == 1, where
    messages = await nurse.messages()
    texts = [heard.text for heard in messages if heard.by_bot]
    assert len(texts) - len(set(texts)) <= (0 if last == FOREVER else 1), where
    assert PASSWORD.get_secret_value() not in [heard.text for heard in messages], where
    assert await nurse.last_code() not in [heard.text for heard in messages], where
    return told
