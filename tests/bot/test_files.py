"""Files between a chat and the talks, through the local Telegram."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from api.client import Api
from api.client.faults import ApiSilent
from api.client.files import FileMade, FileSent
from bot.edge import ChatEdge
from bot.run import Parts, parts_of
from bot.settings import BotSettings
from conversations import events
from conversations.talk import Talk, part
from models.clock import SystemClock
from models.refusals import FileGone, FileTooBig
from models.rules import MAX_FILE_BYTES
from simulator.person import Person
from tests.bot.hands import TOKEN, Telegram, everything_in
from tests.bot.test_face import last
from tests.bot.test_turns import deliver_all

NAME = "danh sách «đơn vị».xlsx"
CONTENT = b"PK\x03\x04 CANARY \xff"


@pytest.fixture
async def worker(settings: Callable[..., BotSettings]) -> AsyncIterator[Parts]:
    async with parts_of(settings()) as parts:
        yield parts


@pytest.fixture
async def edge(worker: Parts, settings: Callable[..., BotSettings], nurse: Person) -> ChatEdge:
    async def save(_: Any) -> None:
        """Nothing is kept."""

    return ChatEdge(nurse.id, api=worker.api, bot=worker.bot, clock=SystemClock(), keys=settings().keys, save=save)


async def sent(telegram: Telegram, nurse: Person) -> FileSent:
    """The file as the bot is told of it."""
    await nurse.send_document(NAME, CONTENT)
    event = last(telegram)
    assert isinstance(event, events.SentFile)
    return event.file


async def test_a_file_that_was_sent_is_fetched_as_it_is(edge: ChatEdge, telegram: Telegram, nurse: Person) -> None:
    file = await sent(telegram, nurse)
    assert (file.name, file.size) == (NAME, len(CONTENT))
    assert await edge.fetch(file.id) == CONTENT


@pytest.mark.parametrize("size", [MAX_FILE_BYTES + 1, 21 * 2**20], ids=["over ours", "over Telegram's"])
async def test_a_file_over_the_limit_is_not_downloaded(edge: ChatEdge, telegram: Telegram, size: int) -> None:
    kept = telegram.town.files.keep("documents", NAME, "", bytes(size))
    with pytest.raises(FileTooBig):
        await edge.fetch(kept.file_id)


@pytest.mark.parametrize("why", ["wrong file_id or the file is temporarily unavailable", "invalid file_id"])
async def test_a_file_that_telegram_does_not_have_is_gone(
    edge: ChatEdge, telegram: Telegram, nurse: Person, why: str
) -> None:
    await telegram.play.fault("refuse", "getFile", code=400, description=f"Bad Request: {why}")
    with pytest.raises(FileGone):
        await edge.fetch((await sent(telegram, nurse)).id)


async def test_T37_a_telegram_that_cannot_now_is_asked_again_later_and_its_address_is_not_told(
    edge: ChatEdge, telegram: Telegram, nurse: Person
) -> None:
    file = await sent(telegram, nurse)
    for fault in ({"kind": "refuse", "code": 500}, {"kind": "cut_before"}, {"kind": "refuse", "code": 429}):
        await telegram.play.fault(method="getFile", **fault)
        with pytest.raises(ApiSilent) as silence:
            await edge.fetch(file.id)
        assert TOKEN not in repr(silence.getrepr())
    assert await edge.fetch(file.id) == CONTENT


async def test_a_telegram_that_hangs_does_not_hold_the_turn_up(
    edge: ChatEdge, telegram: Telegram, nurse: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "time_left", lambda: 0.1)
    await telegram.play.fault("hang_before", "getFile")
    with pytest.raises(ApiSilent):
        async with asyncio.timeout(2):
            await edge.fetch((await sent(telegram, nurse)).id)


async def weigh(api: Api, file: FileSent) -> int:
    assert api.fetch is not None
    return len(await api.fetch(file.id))


async def sheet(api: Api, name: str) -> FileMade:
    return FileMade(name, CONTENT)


@part
async def choose_attempt(talk: Talk) -> FileSent:
    """A question whose text exists."""
    return await talk.ask_file("which")


@part
async def report_not_me(talk: Talk) -> None:
    """A file in, its weight and a file out."""
    file = await choose_attempt(talk)
    weight = await talk.do(weigh, file)
    await talk.say("done", ended=weight, document=(sheet, file.name))
    rest = "x" * 1100
    await talk.choose("sure", ["yes"], document=(sheet, NAME), at=rest, attempt="", channel="", source="")


async def test_T24_a_file_goes_in_and_files_come_out_by_their_names(
    worker: Parts, telegram: Telegram, nurse: Person, at_the_menu: Callable[[Any], None]
) -> None:
    at_the_menu(report_not_me)
    await nurse.say("/start")
    await deliver_all(worker, telegram)
    await nurse.press("Đăng nhập")
    await deliver_all(worker, telegram)
    await nurse.send_document(NAME, CONTENT, caption="/start")
    await deliver_all(worker, telegram)
    [caption, words, question] = [heard for heard in (await nurse.messages())[-3:] if heard.by_bot]
    assert (caption.file_name, str(len(CONTENT)) in caption.text) == (NAME, True)
    assert (words.file_name, len(words.text) > 1024) == (None, True)
    assert (question.file_name, question.text) == (NAME, NAME)
    assert len(question.buttons) == 2
    assert [await nurse.download(heard) for heard in (caption, question)] == [CONTENT, CONTENT]
    assert b"CANARY" not in await everything_in(worker.redis)
