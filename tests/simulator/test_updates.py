"""Updates: what the bot is told, in which order, until it acknowledges it; by polling and by webhook."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Conflict

from simulator.person import Person, Town
from tests.simulator.conftest import Running

YES = InlineKeyboardMarkup([[InlineKeyboardButton("Có", callback_data="yes")]])


def texts(updates: tuple[Update, ...]) -> list[str | None]:
    return [update.message.text if update.message else None for update in updates]


async def test_an_update_comes_again_until_it_is_confirmed(bot: Bot, nurse: Person) -> None:
    await nurse.say("Một")
    first = await bot.get_updates()
    assert texts(first) == ["/start", "Một"]
    assert texts(await bot.get_updates()) == ["/start", "Một"]
    assert texts(await bot.get_updates(offset=first[1].update_id)) == ["Một"]
    assert texts(await bot.get_updates(offset=first[1].update_id + 1)) == []


async def test_ids_rise_by_one_and_limit_and_negative_offset_count(bot: Bot, nurse: Person) -> None:
    for word in ("Một", "Hai", "Ba"):
        await nurse.say(word)
    updates = await bot.get_updates()
    assert [each.update_id - updates[0].update_id for each in updates] == [0, 1, 2, 3]
    assert texts(await bot.get_updates(limit=2)) == ["/start", "Một"]
    assert texts(await bot.get_updates(offset=-1)) == ["Ba"]


async def test_a_long_poll_ends_with_the_first_update(bot: Bot, nurse: Person) -> None:
    last = (await bot.get_updates())[-1].update_id
    polling = asyncio.create_task(bot.get_updates(offset=last + 1, timeout=30))
    await nurse.say("Đây")
    assert texts(await polling) == ["Đây"]


async def test_a_second_poll_ends_the_first_with_409(bot: Bot, nurse: Person) -> None:
    last = (await bot.get_updates())[-1].update_id
    polls = {asyncio.create_task(bot.get_updates(offset=last + 1, timeout=30)) for _ in range(2)}
    (ended,), (waiting,) = await asyncio.wait(polls, return_when=asyncio.FIRST_COMPLETED)
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await ended
    await nurse.say("Xong")
    assert texts(await waiting) == ["Xong"]


async def test_only_allowed_kinds_are_kept(bot: Bot, nurse: Person) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    await nurse.say("Không ai nghe")
    await bot.send_message(nurse.id, "Chọn", reply_markup=YES)
    await nurse.press("Có")
    assert [bool(each.callback_query) for each in await bot.get_updates()] == [False, True]


async def test_after_a_day_an_update_is_forgotten(bot: Bot, nurse: Person, running: Running) -> None:
    running.clock.ahead += 24 * 3600 + 1
    assert await bot.get_updates() == ()


async def test_the_next_update_may_come_twice(bot: Bot, nurse: Person, play: Town) -> None:
    await play.disorder(duplicate=1)
    await nurse.say("Hai lần")
    await nurse.say("Một lần")
    updates = (await bot.get_updates())[1:]
    assert texts(updates) == ["Hai lần", "Hai lần", "Một lần"]
    assert updates[0].update_id == updates[1].update_id


async def test_updates_may_come_out_of_order(bot: Bot, nurse: Person, play: Town) -> None:
    await bot.get_updates(offset=(await bot.get_updates())[-1].update_id + 1)
    await play.disorder(shuffle=3)
    for word in ("Một", "Hai"):
        await nurse.say(word)
    assert await bot.get_updates() == ()
    await nurse.say("Ba")
    assert texts(await bot.get_updates()) == ["Ba", "Hai", "Một"]


async def test_ids_may_jump_back_and_nothing_is_lost(bot: Bot, nurse: Person, play: Town) -> None:
    last = (await bot.get_updates())[-1].update_id
    await bot.get_updates(offset=last + 1)
    await play.disorder(jump=7)
    await nurse.say("Sau một tuần")
    updates = await bot.get_updates(offset=last + 1)
    assert (texts(updates), updates[0].update_id) == (["Sau một tuần"], 7)


async def test_a_press_may_come_again_under_a_new_id(bot: Bot, nurse: Person, play: Town) -> None:
    await bot.send_message(nurse.id, "Chọn", reply_markup=YES)
    await nurse.press("Có")
    await play.disorder(repeat="callback_query")
    first, second = [each for each in await bot.get_updates() if each.callback_query]
    assert second.update_id == first.update_id + 1
    assert second.callback_query == first.callback_query


async def test_two_ticks_come_when_the_bot_has_confirmed(bot: Bot, nurse: Person, running: Running) -> None:
    said = await nurse.say("Đã nhận chưa?")
    message = running.town.chats[nurse.id].messages[said.id]
    updates = await bot.get_updates()
    assert not message.taken
    await bot.get_updates(offset=updates[-1].update_id + 1)
    assert message.taken


@dataclass
class Receiver:
    """A webhook that answers as it is told and writes down what it got."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)  # answers to come; 200 afterwards
    taken: list[str] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    open: dict[int, int] = field(default_factory=dict)  # deliveries under way, by chat
    most_open: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    got: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        chat_id = update["message"]["chat"]["id"]
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.open[chat_id] = self.open.get(chat_id, 0) + 1
        self.most_open = max(self.most_open, self.open[chat_id])
        async with self.got:
            self.got.notify_all()
        await self.gate.wait()
        self.open[chat_id] -= 1
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            async with self.got:
                self.taken.append(update["message"]["text"])
                self.got.notify_all()
        return web.Response(status=status)

    async def holds_chats(self, count: int) -> None:
        async with asyncio.timeout(10), self.got:
            await self.got.wait_for(lambda: len(self.open) >= count)

    async def has(self, count: int) -> list[str]:
        async with asyncio.timeout(10), self.got:
            await self.got.wait_for(lambda: len(self.taken) >= count)
        return self.taken


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    receiver.gate.set()
    await runner.cleanup()


async def test_a_webhook_gets_updates_with_its_secret_until_it_takes_them(
    bot: Bot, nurse: Person, receiver: Receiver
) -> None:
    receiver.statuses, receiver.gate = [503, 500], asyncio.Event()
    receiver.gate.set()
    await bot.set_webhook(receiver.url, secret_token="a-Secret_1")
    await nurse.say("Một")
    assert await receiver.has(2) == ["/start", "Một"]
    assert receiver.secrets == ["a-Secret_1"] * 4


async def test_a_webhook_gets_one_update_per_chat_at_a_time(
    bot: Bot, nurse: Person, play: Town, receiver: Receiver
) -> None:
    clerk = await play.person("Cán bộ")
    for word in ("Một", "Hai"):
        await nurse.say(word)
    await clerk.say("Người khác")
    await bot.set_webhook(receiver.url)
    await receiver.holds_chats(2)
    receiver.gate.set()
    taken = await receiver.has(4)
    assert [word for word in taken if word != "Người khác"] == ["/start", "Một", "Hai"]
    assert receiver.most_open == 1


async def test_polling_is_409_while_a_webhook_is_set(bot: Bot, receiver: Receiver) -> None:
    await bot.set_webhook(receiver.url)
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    assert (await bot.get_webhook_info()).url == receiver.url
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


async def test_a_webhook_that_is_out_of_reach_is_told_of(bot: Bot, nurse: Person) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook", allowed_updates=["message"])
    async with asyncio.timeout(10):
        while not (info := await bot.get_webhook_info()).last_error_message:
            pass
    assert (info.pending_update_count, info.allowed_updates) == (1, ("message",))


async def test_a_secret_of_other_letters_is_refused(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="Secret token contains unallowed characters"):
        await bot.set_webhook("https://example.org/hook", secret_token="mật khẩu")
