"""Requests over aiohttp, against the local Telegram and against servers that misbehave."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.transport import AiohttpRequest, CutOff, NoConnection, NoRoom
from simulator.person import Person
from tests.bot.hands import TOKEN, Telegram, free_port, is_at_telegram


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:
    async with bot_at(telegram.address.url) as bot:
        yield bot


@pytest.fixture
async def friend(telegram: Telegram, nurse: Person) -> Person:
    """Somebody the bot may write to."""
    await nurse.say("/start")
    return nurse


def bot_at(url: str, connections: int = 8) -> Bot:
    return Bot(
        TOKEN,
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        request=AiohttpRequest(connections),
        get_updates_request=AiohttpRequest(1),
    )


async def test_a_message_arrives_as_it_is(bot: Bot, friend: Person) -> None:
    await bot.send_message(friend.id, "Nguyễn Văn Demo + 100% & <b>")
    assert (await friend.hears("Demo")).text == "Nguyễn Văn Demo + 100% & <b>"


@pytest.mark.parametrize("name", ["danh sách.xlsx", "«trạm» 1.csv", 'a "quoted" name.txt'])
async def test_a_files_name_arrives_in_its_own_letters(bot: Bot, friend: Person, name: str) -> None:
    await bot.send_document(friend.id, "nội dung".encode(), filename=name, caption="Danh sách ✓")
    heard = await friend.hears("Danh sách ✓")
    assert heard.raw["document"]["file_name"] == name


async def test_a_line_break_in_a_files_name_begins_no_header(bot: Bot, friend: Person) -> None:
    await bot.send_document(friend.id, b"1", filename="a\r\nX-Forged: 1\r\n\r\n.txt")
    heard = await friend.hears()
    assert heard.raw["document"]["file_name"] == "aX-Forged: 1.txt"


async def test_a_large_file_goes_and_comes_whole(bot: Bot, friend: Person) -> None:
    body = bytes(range(256)) * 32 * 1024  # 8 MiB
    sent = await bot.send_document(friend.id, body, filename="large.bin")
    assert sent.document is not None
    assert await (await sent.document.get_file()).download_as_bytearray() == body


async def test_T37_a_429_says_when_to_come_again(bot: Bot, telegram: Telegram, friend: Person) -> None:
    await telegram.play.fault("refuse", "sendMessage", code=429, retry_after=7)
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(friend.id, "x")
    assert refused.value.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize("code", [500, 502, 503])
async def test_T37_a_fault_of_telegrams_is_told_from_a_broken_connection(
    bot: Bot, telegram: Telegram, friend: Person, code: int
) -> None:
    await telegram.play.fault("refuse", "sendMessage", code=code)
    with pytest.raises(NetworkError) as fault:
        await bot.send_message(friend.id, "x")
    assert type(fault.value) is NetworkError


@pytest.mark.parametrize("kind", ["cut_before", "cut_after"])
async def test_T37_a_cut_may_have_come_after_the_message(
    bot: Bot, telegram: Telegram, friend: Person, kind: str
) -> None:
    await telegram.play.fault(kind, "sendMessage")
    with pytest.raises(CutOff):
        await bot.send_message(friend.id, "x")


async def test_T37_no_answer_in_time_is_a_time_out(bot: Bot, telegram: Telegram, friend: Person) -> None:
    await telegram.play.fault("hang_after", "sendMessage")
    with pytest.raises(TimedOut) as late:
        await bot.send_message(friend.id, "x", read_timeout=0.1)
    assert not isinstance(late.value, NoRoom)
    assert (await friend.hears("x")).text == "x"


async def test_T37_a_closed_door_was_surely_not_passed() -> None:
    with pytest.raises(NoConnection):
        async with bot_at(f"http://127.0.0.1:{free_port()}"):
            pass


async def test_T37_whoever_found_no_free_connection_sent_nothing(telegram: Telegram, friend: Person) -> None:
    async with bot_at(telegram.address.url, connections=1) as bot:
        await telegram.play.fault("hang_before", "sendMessage")
        first = asyncio.create_task(bot.send_message(friend.id, "first", read_timeout=1))
        await is_at_telegram(telegram, "first", friend.id)
        with pytest.raises(NoRoom):
            await bot.send_message(friend.id, "second", connect_timeout=0.05, pool_timeout=0.05)
        with pytest.raises(TimedOut):
            await first


async def test_a_server_that_does_not_read_is_given_up() -> None:
    is_over, is_gone = asyncio.Event(), asyncio.Event()

    async def never_reads(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # a socket's transport can
        await is_over.wait()
        writer.transport.abort()
        is_gone.set()

    request = AiohttpRequest()
    async with listening(never_reads) as url:
        bot = Bot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=request)
        await request.initialize()
        with pytest.raises(TimedOut):
            await bot.send_document(
                1, bytes(8 * 1024 * 1024), read_timeout=0.1, write_timeout=0.1, connect_timeout=0.1, pool_timeout=0.1
            )
        is_over.set()
        await is_gone.wait()
        await request.shutdown()
        await asyncio.sleep(0.05)  # the reset closes what was still to be written


async def test_T24_what_cannot_be_read_stays_out_of_log_and_error(caplog: pytest.LogCaptureFixture) -> None:
    async def answers_nonsense(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{a-secret-canary")
        await writer.drain()
        writer.close()

    async with listening(answers_nonsense) as url:
        with pytest.raises(TelegramError) as error:
            await bot_at(url).__aenter__()
    assert "canary" not in caplog.text + str(error.value)


async def test_T24_no_error_names_the_token(telegram: Telegram) -> None:
    with pytest.raises(NoConnection) as error:
        async with bot_at(f"http://127.0.0.1:{free_port()}"):
            pass
    assert "test-token" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


async def test_no_session_stays_open_when_the_start_fails(telegram: Telegram) -> None:
    request = AiohttpRequest()
    bot = Bot("1:wrong", base_url=telegram.address.base_url, request=request, get_updates_request=AiohttpRequest(1))
    with pytest.raises(InvalidToken):
        async with bot:
            pass
    assert request._session is None


@asynccontextmanager
async def listening(
    answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[str]:
    """A server that answers every connection in that way."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
