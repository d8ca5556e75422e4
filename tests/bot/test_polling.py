"""Polling: acknowledged only when dealt with, one process at a time, on through every trouble."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.journal import Journal
from bot.polling import Polling, PollingLease
from bot.run import Parts, parts_of
from bot.settings import BotSettings
from simulator.person import Person
from tests.bot.hands import Telegram, running_bot
from trambot.servers.valkey import embedded_valkey

Make = Callable[..., BotSettings]


@pytest.fixture
async def parts(settings: Make) -> AsyncIterator[Parts]:
    async with parts_of(settings()) as parts:
        yield parts


def waiting(telegram: Telegram) -> int:
    return len(telegram.town.updates.pending)


async def until_polled(telegram: Telegram, times: int = 2) -> None:
    """Wait for so many further polls."""
    before = len(telegram.town.record.of("getUpdates"))
    while len(telegram.town.record.of("getUpdates")) < before + times:
        await telegram.play.now()


async def until_acknowledged(telegram: Telegram) -> None:
    async with asyncio.timeout(2):
        while waiting(telegram):
            await telegram.play.now()


async def test_T16_an_update_is_acknowledged_only_after_its_turn(
    bot: None, telegram: Telegram, nurse: Person, parts: Parts, settings: Make
) -> None:
    await nurse.say("/start")
    await nurse.hears("Chào mừng")
    journal = Journal(parts.redis, settings().keys)
    page = await journal.open(nurse.id, 1, at_hand="", takes_over=True)  # another process is at this chat
    await nurse.say("hm")
    await until_polled(telegram)
    assert waiting(telegram) == 1
    await journal.write(page, [], lets_go=True)
    await nurse.hears("Chào mừng")
    await until_acknowledged(telegram)


async def test_T16_one_slow_chat_does_not_hold_up_the_others_and_is_not_passed_over(
    bot: None, telegram: Telegram, nurse: Person, parts: Parts, settings: Make
) -> None:
    slow = await telegram.play.newcomer("Slow")
    journal = Journal(parts.redis, settings().keys)
    page = await journal.open(slow.id, 1, at_hand="")
    await slow.say("hm")
    await nurse.say("/start")
    await nurse.hears("Chào mừng", within=2)
    await until_polled(telegram)
    assert waiting(telegram) == 2  # whatever acknowledged the second would acknowledge the first
    await journal.write(page, [], lets_go=True)
    await slow.hears("Mời bạn chọn")


async def test_T16_ids_that_begin_anew_lower_are_dealt_with(bot: None, telegram: Telegram, nurse: Person) -> None:
    for start in (2_000_000_000, 17, 900, 3):
        telegram.town.updates.jump(start)
        await nurse.say("/trogiup")
        await nurse.hears("giúp cán bộ")
        await until_acknowledged(telegram)


async def test_a_chats_updates_are_answered_in_their_order(bot: None, nurse: Person) -> None:
    for command in ("/menu", "/trogiup", "/huy", "/trogiup", "/menu"):
        await nurse.act("say", text=command)
    told: list[str] = []
    while len(told) < 5:
        told = [heard.text.split()[0] for heard in await nurse.messages() if heard.by_bot]
    assert told == ["Chào", "TramBot", "Không", "TramBot", "Chào"]


@pytest.mark.parametrize(
    "fault", [{"code": 500}, {"code": 409}, {"code": 429, "retry_after": 1}, {"kind": "cut_before"}]
)
async def test_T37_polling_goes_on_after_every_trouble(
    telegram: Telegram,
    nurse: Person,
    bot: None,
    fault: dict[str, object],
    capsys: pytest.CaptureFixture[str],
) -> None:
    await telegram.play.fault(**({"kind": "refuse", "method": "getUpdates", "times": 2} | fault))  # type: ignore[arg-type]
    await nurse.say("/start")
    await nurse.hears("Chào mừng", within=10)
    assert capsys.readouterr().out.count("polling_stopped") == 1


async def test_one_process_polls_and_another_goes_on_when_it_ends(
    settings: Make, telegram: Telegram, nurse: Person
) -> None:
    before = len(telegram.town.record.entries)
    async with parts_of(settings()) as one, parts_of(settings()) as other:
        first = asyncio.create_task(Polling(one.bot, one.inbox, PollingLease(one.redis)).run())
        await nurse.say("/start")
        await nurse.hears("Chào mừng")
        second = asyncio.create_task(Polling(other.bot, other.inbox, PollingLease(other.redis)).run())
        await nurse.say("/trogiup")
        await nurse.hears("giúp cán bộ")
        first.cancel()
        await nurse.say("/start")
        await nurse.hears("Chào mừng")
        second.cancel()
        await asyncio.wait([first, second])
    assert [entry for entry in list(telegram.town.record.entries)[before:] if entry.status == 409] == []


async def test_T43_a_lease_runs_out_and_the_first_is_refused_it(parts: Parts) -> None:
    first = PollingLease(parts.redis, lease=timedelta(milliseconds=1))
    second = PollingLease(parts.redis)
    assert await first.hold()
    while not await second.hold():
        pass
    assert not await first.hold()
    await first.let_go()
    assert await second.hold()


async def test_T34_T39_the_bot_waits_for_valkey_and_goes_on_by_itself(
    settings: Make, telegram: Telegram, nurse: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    """Valkey dies and comes back with what it held; nothing is said without it, and nothing is forgotten."""
    with TemporaryDirectory(prefix="trambot-tests-") as folder, embedded_valkey(open_to_all(folder)) as server:
        async with running_bot(settings(redis_url=server.url(), allow_forgetful_redis=False)):
            await nurse.say("/start")
            await nurse.hears("Chào mừng", within=10)
            await nurse.press("🌐 Ngôn ngữ / Language")
            await nurse.hears("Choose")
            await asyncio.to_thread(server.stop)
            await nurse.press("🇬🇧 English")
            await until_told(capsys, "polling_stopped")
            assert waiting(telegram) == 1
            await asyncio.to_thread(server.start)
            await nurse.hears("From now on", within=20)
            await nurse.say("/trogiup")
            await nurse.hears("/huy cancel", within=10)


async def until_told(capsys: pytest.CaptureFixture[str], event: str) -> None:
    """Wait until the log tells of it."""
    async with asyncio.timeout(10):
        while event not in capsys.readouterr().out:  # noqa: ASYNC110 - a log has no event to wait for
            await asyncio.sleep(0.02)


def open_to_all(folder: str) -> Path:
    """A place in it that the server's user can reach."""
    Path(folder).chmod(0o711)
    return Path(folder) / "valkey"
