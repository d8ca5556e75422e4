"""Faults: each does to a call what it says, as often as it was ordered, and leaves its trace in the record."""

import asyncio
from datetime import timedelta

import aiohttp
import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut

from simulator.person import Person, Town
from simulator.wire import Impossible
from tests.simulator.conftest import TOKEN, Running


async def test_429_names_the_seconds_to_wait(bot: Bot, nurse: Person, play: Town) -> None:
    await play.fault("refuse", "sendMessage", code=429, retry_after=7, times=2)
    for _ in range(2):
        with pytest.raises(RetryAfter) as refused:
            await bot.send_message(nurse.id, "Xin chào")
        assert refused.value.retry_after == timedelta(seconds=7)
    assert await bot.send_message(nurse.id, "Xin chào")


@pytest.mark.parametrize(
    ("code", "kind"), [(403, Forbidden), (400, BadRequest), (500, NetworkError), (502, NetworkError)]
)
async def test_a_refusal_has_the_code_ordered(
    bot: Bot, nurse: Person, play: Town, code: int, kind: type[Exception]
) -> None:
    await play.fault("refuse", code=code)
    with pytest.raises(kind):
        await bot.send_message(nurse.id, "Xin chào")
    assert await play.open_faults() == []


async def test_hanging_after_delivery_is_a_timeout_though_the_message_arrived(
    bot: Bot, nurse: Person, play: Town
) -> None:
    await play.fault("hang_after", "sendMessage")
    with pytest.raises(TimedOut):
        await bot.send_message(nurse.id, "Đã đến", read_timeout=0.3)
    assert (await nurse.hears("Đã đến")).by_bot


@pytest.mark.parametrize(("kind", "arrived"), [("cut_before", False), ("cut_after", True)])
async def test_a_cut_connection_leaves_the_message_where_it_was_cut(
    bot: Bot, nurse: Person, play: Town, kind: str, arrived: bool
) -> None:
    await play.fault(kind, "sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(nurse.id, "Giữa chừng")
    assert ("Giữa chừng" in await nurse.transcript()) is arrived


async def test_slow_is_slow(bot: Bot, nurse: Person, play: Town) -> None:
    await play.fault("slow", "sendMessage", delay=0.2)
    began = asyncio.get_running_loop().time()
    await bot.send_message(nurse.id, "Từ từ")
    assert asyncio.get_running_loop().time() - began >= 0.2


async def test_a_fault_may_be_for_one_chat_only(bot: Bot, nurse: Person, play: Town) -> None:
    clerk = await play.person("Cán bộ")
    await clerk.say("/start")
    await play.fault("refuse", "sendMessage", code=403, chat_id=clerk.id)
    assert await bot.send_message(nurse.id, "Bạn nhận được")
    with pytest.raises(Forbidden):
        await bot.send_message(clerk.id, "Bạn thì không")


async def test_faults_of_any_method_spare_polling(bot: Bot, nurse: Person, play: Town) -> None:
    await play.fault("refuse", code=500)
    assert await bot.get_updates()
    assert len(await play.open_faults()) == 1
    await play.clear_faults()
    assert await play.open_faults() == []


async def test_an_unknown_fault_is_refused(play: Town) -> None:
    with pytest.raises(Impossible, match="no such fault"):
        await play.fault("explode")
    with pytest.raises(Impossible, match="has no"):
        await play.fault("slow", colour="red")


async def test_limits_answer_429_when_a_chat_gets_too_much(
    bot: Bot, nurse: Person, play: Town, running: Running
) -> None:
    await play.limits(per_chat=1, overall=30, burst=2)
    for word in ("Một", "Hai"):
        await bot.send_message(nurse.id, word)
    with pytest.raises(RetryAfter):
        await bot.send_message(nurse.id, "Ba")
    running.clock.ahead += 1
    assert await bot.send_message(nurse.id, "Ba")


async def test_a_window_that_slides_takes_so_many_within_any_second(
    bot: Bot, nurse: Person, play: Town, running: Running
) -> None:
    await play.limits(per_chat=2, slides=True, retry_after=5)
    await bot.send_message(nurse.id, "Một")
    running.clock.ahead += 0.6
    await bot.send_message(nurse.id, "Hai")
    running.clock.ahead += 0.3
    with pytest.raises(RetryAfter) as told:
        await bot.send_message(nurse.id, "Ba")
    assert "5" in str(told.value)
    running.clock.ahead += 0.2
    assert await bot.send_message(nurse.id, "Ba")


async def test_the_record_knows_every_call_and_never_the_token(
    bot: Bot, nurse: Person, play: Town, running: Running
) -> None:
    await bot.send_document(nurse.id, b"abc", filename="a.txt", caption="Tệp")
    with pytest.raises(BadRequest):
        await bot.send_message(nurse.id, "")
    document, message = (await play.calls())[-2:]
    assert document["parameters"]["document"] == {"file": "a.txt", "size": 3}
    assert (document["status"], document["parameters"]["caption"]) == (200, "Tệp")
    assert (message["status"], message["description"]) == (400, "Bad Request: message text is empty")
    async with aiohttp.ClientSession() as session, session.get(f"{running.address.url}/play/record") as page:
        assert TOKEN.partition(":")[2] not in await page.text()
