"""Turns: once each, in order, whatever comes twice, hangs, dies or is refused."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import web

from api.client import Api
from bot import turns
from bot.inbox import Inbox
from bot.journal import Journal, valkey
from bot.run import Parts, parts_of
from bot.settings import BotSettings
from bot.turns import MOST_TRIES, NotNow
from bot.updates import Update
from conversations.talk import Talk, part
from simulator.person import Person
from tests.bot.hands import Telegram, everything_in, free_port, is_at_telegram

AtTheMenu = Callable[[Any], None]
WORKERS = 2


@pytest.fixture
async def workers(settings: Callable[..., BotSettings]) -> AsyncIterator[list[Parts]]:
    """Bot processes that share a Valkey; what they get, a test gives them."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(parts_of(settings())) for _ in range(WORKERS)]


@pytest.fixture
def worker(workers: list[Parts]) -> Parts:
    return workers[0]


def raw_updates(telegram: Telegram) -> list[dict[str, Any]]:
    """What waits to be fetched; it is then no longer there."""
    waiting = [update.as_json() for update in telegram.town.updates.pending]
    telegram.town.updates.drop()
    return waiting


async def deliver(worker: Parts, raw: dict[str, Any], *, patiently: bool = True) -> None:
    await worker.inbox.take(Update.model_validate(raw), patiently=patiently)


async def deliver_all(worker: Parts, telegram: Telegram) -> None:
    for raw in raw_updates(telegram):
        await deliver(worker, raw)


async def story(person: Person) -> list[str]:
    """What the bot said in a chat, message by message, with its buttons."""
    return [f"{heard.text} {heard.buttons}" for heard in await person.messages() if heard.by_bot]


# Once each (T16)

PATH = ["/start", "[🌐 Ngôn ngữ / Language]", "hm", "[🇬🇧 English]", "/menu", "[Help]", "/huy"]


async def walk(person: Person, step: str) -> None:
    if step.startswith("["):
        await person.press(step[1:-1])
    else:
        await person.say(step)


async def test_T16_every_update_thrice_and_shuffled_ends_like_once(workers: list[Parts], telegram: Telegram) -> None:
    """The copies of all chats' updates come in any order, to either process, ids jumping in between."""
    dice = random.Random(16)
    alone, *crowd = [await telegram.play.newcomer(f"Demo {n}") for n in range(9)]
    for step in PATH:
        await walk(alone, step)
        await deliver_all(workers[0], telegram)
        for person in crowd:
            await walk(person, step)
            if dice.random() < 0.2:
                telegram.town.updates.jump()
        copies = raw_updates(telegram) * 3
        dice.shuffle(copies)
        await asyncio.gather(*(deliver(dice.choice(workers), raw) for raw in copies))
    baseline = await story(alone)
    assert len(baseline) == len(PATH)
    assert [await story(person) for person in crowd] == [baseline] * len(crowd)


async def test_T16_a_press_that_comes_again_under_a_new_id_takes_effect_once(
    worker: Parts, telegram: Telegram, nurse: Person
) -> None:
    await reach(worker, telegram, nurse, "/start", "[🌐 Ngôn ngữ / Language]", "[🇬🇧 English]")
    before = await story(nurse)
    await telegram.play.disorder(repeat="callback_query")
    await deliver_all(worker, telegram)
    assert await story(nurse) == before


async def reach(worker: Parts, telegram: Telegram, person: Person, *steps: str) -> None:
    for step in steps:
        await walk(person, step)
        await deliver_all(worker, telegram)


async def test_either_process_goes_on_where_the_other_was(
    workers: list[Parts], telegram: Telegram, nurse: Person
) -> None:
    alone = await telegram.play.newcomer("Alone")
    await reach(workers[0], telegram, alone, *PATH)
    for number, step in enumerate(PATH):
        await reach(workers[number % 2], telegram, nurse, step)
    assert await story(nurse) == await story(alone)


# Buttons (T14)


async def test_T14_a_button_of_ones_own_making_does_nothing(worker: Parts, telegram: Telegram, nurse: Person) -> None:
    """Every byte of a button's id is changed, and ids of another chat and of an old question are tried."""
    other = await telegram.play.newcomer("Other")
    for person in (nurse, other):
        await reach(worker, telegram, person, "/start", "[🌐 Ngôn ngữ / Language]")
    message, real = await button(nurse, "🇬🇧 English")
    _, foreign = await button(other, "🇬🇧 English")
    await reach(worker, telegram, nurse, "/trogiup")  # the question is asked again, with buttons of its own
    forged = [real[:i] + ("A" if real[i] != "A" else "B") + real[i + 1 :] for i in range(len(real))]
    before = await story(nurse)
    for data in [*forged, foreign, real, real + "x", real[:-1], "0"]:
        await nurse.press_data(message, data)
        await deliver_all(worker, telegram)
        assert (await nurse.toast()).text == "Nút này không còn hiệu lực."
    assert await story(nurse) == before
    await reach(worker, telegram, nurse, "[🇬🇧 English]")
    assert "From now on TramBot speaks English." in (await story(nurse))[-1]


async def button(person: Person, label: str) -> tuple[int, str]:
    """The message and the data of the latest button with that label."""
    for heard in reversed(await person.messages()):
        for row in heard.raw.get("reply_markup", {}).get("inline_keyboard", []):
            for each in row:
                if each["text"] == label:
                    return heard.id, each["callback_data"]
    raise LookupError(label)


# Secrets (T23)


@part
async def give_credentials(talk: Talk) -> None:
    """A secret, and nothing done with it."""
    await talk.ask_secret("password", username="demo")


async def test_T23_a_secret_leaves_the_chat_at_once_and_is_never_echoed(
    worker: Parts, telegram: Telegram, nurse: Person, at_the_menu: AtTheMenu
) -> None:
    at_the_menu(give_credentials)
    shown = []
    for number in range(50):
        await reach(worker, telegram, nurse, "/start", "[Đăng nhập]")
        secret = await nurse.say(f"canary {number}")
        began = time.monotonic()
        await deliver_all(worker, telegram)
        await nurse.sees_gone(secret)
        shown.append(time.monotonic() - began)
    assert max(shown) <= 2
    assert not [text for text in await story(nurse) if "canary" in text]


async def test_T23_where_a_secret_cannot_be_deleted_the_person_is_told(
    worker: Parts, telegram: Telegram, nurse: Person, at_the_menu: AtTheMenu
) -> None:
    at_the_menu(give_credentials)
    await reach(worker, telegram, nurse, "/start", "[Đăng nhập]")
    await telegram.play.fault("refuse", "deleteMessage", code=400, description="Bad Request: message can't be deleted")
    await nurse.say("canary")
    await deliver_all(worker, telegram)
    assert "Vui lòng tự xóa tin nhắn đó" in (await nurse.hears("Không xóa được")).text


async def test_T24_what_was_typed_is_not_to_be_read_in_valkey(
    worker: Parts, telegram: Telegram, nurse: Person, at_the_menu: AtTheMenu
) -> None:
    @part
    async def give_credentials(talk: Talk) -> None:
        await talk.ask("username", str)
        await talk.ask_secret("password", username="demo")
        await talk.ask("username", str)

    at_the_menu(give_credentials)
    await reach(worker, telegram, nurse, "/start", "[Đăng nhập]", "canary.name", "canary of a password")
    kept = await everything_in(worker.redis)
    assert b"canary" not in kept
    assert len(kept) > 100


# Telegram's moods (T37)


async def test_T37_a_short_429_is_waited_for(worker: Parts, telegram: Telegram, nurse: Person) -> None:
    await nurse.say("/start")
    await telegram.play.fault("refuse", "sendMessage", code=429, retry_after=1)
    await deliver_all(worker, telegram)
    assert len(await story(nurse)) == 1


async def test_T37_a_long_429_leaves_the_update_to_come_again(worker: Parts, telegram: Telegram, nurse: Person) -> None:
    await nurse.say("/start")
    [raw] = raw_updates(telegram)
    await telegram.play.fault("refuse", "sendMessage", code=429, retry_after=600)
    with pytest.raises(NotNow) as later:
        await deliver(worker, raw, patiently=False)
    assert later.value.after == 600
    assert await story(nurse) == []
    await deliver(worker, raw)
    assert len(await story(nurse)) == 1


async def test_T37_what_an_earlier_turn_could_not_say_comes_first(
    worker: Parts, telegram: Telegram, nurse: Person
) -> None:
    await nurse.say("/huy")
    await nurse.say("/trogiup")
    first, second = raw_updates(telegram)
    await telegram.play.fault("refuse", "sendMessage", code=429, retry_after=600)
    with pytest.raises(NotNow):
        await deliver(worker, first, patiently=False)
    await deliver(worker, second)
    await deliver(worker, first)
    told = await story(nurse)
    assert [text.split()[0] for text in told] == ["Không", "TramBot"]


@pytest.mark.parametrize("fault", [{"kind": "refuse", "code": 500}, {"kind": "refuse", "code": 502}])
async def test_T37_what_telegram_could_not_do_is_done_again(
    worker: Parts, telegram: Telegram, nurse: Person, fault: dict[str, Any]
) -> None:
    await nurse.say("/start")
    await telegram.play.fault(method="sendMessage", **fault)
    await deliver_all(worker, telegram)
    assert len(await story(nurse)) == 1


@pytest.mark.parametrize("kind", ["hang_after", "cut_after"])
async def test_T37_what_may_have_arrived_is_not_said_twice(
    worker: Parts, telegram: Telegram, nurse: Person, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "SAYING", 0.2)
    await nurse.say("/start")
    [raw] = raw_updates(telegram)
    await telegram.play.fault(kind, "sendMessage")
    await deliver(worker, raw)
    await deliver(worker, raw)
    assert len(await story(nurse)) == 1
    await reach(worker, telegram, nurse, "/start")
    assert len(await story(nurse)) == 2


async def test_T37_no_message_waits_for_the_end_of_a_presss_waiting(
    worker: Parts, telegram: Telegram, nurse: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "SAYING", 30.0)
    await reach(worker, telegram, nurse, "/start")
    await telegram.play.fault("hang_before", "answerCallbackQuery")
    await nurse.press("Đăng nhập")
    async with asyncio.timeout(15):
        await deliver_all(worker, telegram)
    assert "Tên đăng nhập" in (await story(nurse))[-1]


@pytest.mark.parametrize("fault", [{"kind": "refuse", "code": 500}, {"kind": "cut_after"}])
async def test_T37_a_message_stands_whatever_becomes_of_what_went_with_it(
    worker: Parts, telegram: Telegram, nurse: Person, fault: dict[str, Any]
) -> None:
    await reach(worker, telegram, nurse, "/start")
    await telegram.play.fault(method="answerCallbackQuery", **fault)
    await nurse.press("Đăng nhập")
    [raw] = raw_updates(telegram)
    await deliver(worker, raw, patiently=False)
    await deliver(worker, raw, patiently=False)
    assert sum("Tên đăng nhập" in text for text in await story(nurse)) == 1


async def test_T37_a_text_that_telegram_cannot_parse_goes_without_its_tags(
    worker: Parts, telegram: Telegram, nurse: Person
) -> None:
    await nurse.say("/start")
    await telegram.play.fault("refuse", "sendMessage", code=400, description="Bad Request: can't parse entities")
    await deliver_all(worker, telegram)
    heard = await nurse.hears("TramBot")
    assert "<b>" not in heard.text
    assert "Đăng nhập" in heard.buttons


async def test_T37_somebody_who_blocked_the_bot_holds_nothing_up(
    worker: Parts, telegram: Telegram, nurse: Person
) -> None:
    await nurse.say("/start")
    await nurse.block()
    await deliver_all(worker, telegram)
    await nurse.unblock()
    telegram.town.updates.drop()
    await reach(worker, telegram, nurse, "/start")
    assert len(await story(nurse)) == 1


# Whatever hangs or fails (T39, T42, T43)


def broken_at(place: str) -> Any:
    """A talk that fails before it asks, when it hears, or after it heard."""

    def parse(typed: str) -> str:
        if place == "hearing":
            raise RuntimeError("canary")
        return typed

    @part
    async def give_credentials(talk: Talk) -> None:
        if place == "before":
            raise RuntimeError("canary")
        await talk.ask("username", parse)
        if place == "after":
            raise RuntimeError("canary")
        await talk.say("no such text")

    return give_credentials


@part
async def asks_the_api(talk: Talk) -> None:
    """Reads something, before anything else."""
    await talk.look(Api.me)


class SilentApi:
    """A server in the API's place that answers only when it is told to, and then with a fault."""

    def __init__(self) -> None:
        self.url = ""
        self.is_asked, self.answers = asyncio.Event(), asyncio.Event()

    async def answer(self, _: web.Request) -> web.Response:
        self.is_asked.set()
        await self.answers.wait()
        return web.Response(status=500)


@pytest.fixture
async def silent_api() -> AsyncIterator[SilentApi]:
    silent, app, port = SilentApi(), web.Application(), free_port()
    app.router.add_route("*", "/{path:.*}", silent.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    silent.url = f"http://127.0.0.1:{port}"
    yield silent
    silent.answers.set()
    await runner.cleanup()


@part
async def makes_a_captcha(talk: Talk) -> None:
    """Has something done, before anything else."""
    await talk.prepare(Api.make_captcha)


@pytest.mark.parametrize("place", ["before", "hearing", "after", "saying"])
async def test_T42_a_talk_that_fails_apologises_and_start_answers(
    worker: Parts,
    telegram: Telegram,
    nurse: Person,
    at_the_menu: AtTheMenu,
    place: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    at_the_menu(broken_at(place))
    await reach(worker, telegram, nurse, "/start", "[Đăng nhập]", *([] if place == "before" else ["demo"]))
    apology = await nurse.hears("Xin lỗi, hệ thống gặp lỗi", ever=True)
    reference = apology.text.split("mã tham chiếu ")[1].split(")")[0]
    log = capsys.readouterr().out
    assert reference in log
    assert "canary" not in log
    assert "test_turns.py" in log or place == "saying"
    began = time.monotonic()
    await reach(worker, telegram, nurse, "/start")
    assert time.monotonic() - began < 2
    assert "Chào mừng" in (await story(nurse))[-1]


async def test_T42_start_breaks_the_lock_of_a_process_that_hangs(
    workers: list[Parts], telegram: Telegram, nurse: Person, settings: Callable[..., BotSettings]
) -> None:
    hung = await Journal(workers[1].redis, settings().keys).open(nurse.id, 1, at_hand="")
    assert hung.fence
    for command in ("/start", "/huy", "/menu", "/trogiup"):
        await nurse.say(command)
        began = time.monotonic()
        await deliver_all(workers[0], telegram)
        assert time.monotonic() - began < 2
        await Journal(workers[1].redis, settings().keys).open(nurse.id, 1, at_hand="", takes_over=True)
    assert len(await story(nurse)) >= 4


async def test_T42_start_goes_past_a_turn_that_hangs_in_this_process(
    worker: Parts, telegram: Telegram, nurse: Person
) -> None:
    """The turn waits for Telegram to take a message; what it still writes is refused."""
    await nurse.say("/trogiup")
    await nurse.say("/start")
    slow, start = raw_updates(telegram)
    await telegram.play.fault("hang_before", "sendMessage")
    hanging = asyncio.create_task(deliver(worker, slow, patiently=False))
    await is_at_telegram(telegram, "giúp cán bộ", nurse.id)
    began = time.monotonic()
    await deliver(worker, start)
    assert time.monotonic() - began < 2
    hanging.cancel()
    await asyncio.wait([hanging])


async def test_T43_a_turn_that_lost_its_lock_saves_and_says_nothing(
    silent_api: SilentApi,
    settings: Callable[..., BotSettings],
    telegram: Telegram,
    nurse: Person,
    at_the_menu: AtTheMenu,
) -> None:
    """A worker waits in the middle of a turn; another one answers the chat; then the first goes on."""
    at_the_menu(asks_the_api)
    async with parts_of(settings(api_url=silent_api.url)) as paused, parts_of(settings()) as other:
        await reach(paused, telegram, nurse, "/start")
        await walk(nurse, "[Đăng nhập]")
        [raw] = raw_updates(telegram)
        stale = asyncio.create_task(deliver(paused, raw, patiently=False))
        await silent_api.is_asked.wait()
        await reach(other, telegram, nurse, "/start")
        before = await story(nurse)
        silent_api.answers.set()
        with pytest.raises(NotNow):
            await stale
    assert await story(nurse) == before


async def test_T42_an_api_that_hangs_holds_up_neither_the_turn_nor_start(
    silent_api: SilentApi,
    settings: Callable[..., BotSettings],
    telegram: Telegram,
    nurse: Person,
    at_the_menu: AtTheMenu,
) -> None:
    at_the_menu(asks_the_api)
    async with parts_of(settings(api_url=silent_api.url)) as worker:
        await reach(worker, telegram, nurse, "/start")
        began = time.monotonic()
        await reach(worker, telegram, nurse, "[Đăng nhập]")
        assert time.monotonic() - began < 3
        assert "Hệ thống đang chậm" in (await story(nurse))[-1]
        silent_api.is_asked.clear()
        await walk(nurse, "[🔁 Thử lại]")
        await nurse.say("/start")
        slow, start = raw_updates(telegram)
        hanging = asyncio.create_task(deliver(worker, slow, patiently=False))
        await silent_api.is_asked.wait()
        began = time.monotonic()
        await deliver(worker, start)
        assert time.monotonic() - began < 2
        assert "Chào mừng" in (await story(nurse))[-1]
        silent_api.answers.set()
        with pytest.raises(NotNow):
            await hanging


async def test_an_update_that_fails_again_and_again_ends_with_an_apology(
    worker: Parts, telegram: Telegram, nurse: Person, settings: Callable[..., BotSettings]
) -> None:
    await nurse.say("hm")
    [raw] = raw_updates(telegram)
    journal = Journal(worker.redis, settings().keys)
    for _ in range(MOST_TRIES):
        page = await journal.open(nurse.id, raw["update_id"], at_hand="")
        await journal.write(page, [], lets_go=True)
    await deliver(worker, raw)
    told = " ".join(await story(nurse))
    assert "Xin lỗi, hệ thống gặp lỗi" in told
    assert "Chào mừng" in told


async def test_a_journal_that_cannot_be_read_starts_the_chat_anew_with_an_apology(
    workers: list[Parts], telegram: Telegram, nurse: Person
) -> None:
    await reach(workers[0], telegram, nurse, "/start", "[🌐 Ngôn ngữ / Language]")
    await workers[0].redis.lset(f"{{{nurse.id}}}:entries", 0, "damage")
    await reach(workers[1], telegram, nurse, "[🇬🇧 English]")
    assert "không còn giữ được việc đang làm dở" in (await nurse.hears("Xin lỗi")).text
    before = len(await story(nurse))
    await reach(workers[0], telegram, nurse, "/start")
    assert len(await story(nurse)) == before + 1


async def test_T39_without_valkey_nothing_is_said_and_nothing_done(
    worker: Parts, telegram: Telegram, nurse: Person, settings: Callable[..., BotSettings]
) -> None:
    async with valkey("redis://127.0.0.1:9") as nowhere:
        gone = turns.Turns(
            Journal(nowhere, settings().keys),
            api=worker.api,
            bot=worker.bot,
            clock=settings().clock(),
            keys=settings().keys,
        )
        await nurse.say("/start")
        calls = len(await telegram.play.calls())
        update = Update.model_validate(raw_updates(telegram)[0])
        with pytest.raises(NotNow):
            await Inbox(gone, worker.bot).take(update, patiently=False)
    assert len(await telegram.play.calls()) == calls


async def test_T39_a_valkey_that_goes_in_the_middle_lets_nothing_be_said(
    worker: Parts, telegram: Telegram, nurse: Person
) -> None:
    """The turn is opened, and cannot be saved: the list of entries is no list for a while."""
    await reach(worker, telegram, nurse, "/start", "[🌐 Ngôn ngữ / Language]")
    await nurse.say("/trogiup")
    [raw] = raw_updates(telegram)
    before = await story(nurse)
    entries = f"{{{nurse.id}}}:entries"
    await worker.redis.rename(entries, "aside")
    await worker.redis.set(entries, "no list")
    with pytest.raises(NotNow):
        await deliver(worker, raw, patiently=False)
    assert await story(nurse) == before
    await worker.redis.rename("aside", entries)
    await deliver(worker, raw)
    assert "TramBot giúp" in (await story(nurse))[len(before)]


async def test_T39_an_effect_is_not_sent_while_valkey_cannot_note_that_it_was_started(
    silent_api: SilentApi,
    settings: Callable[..., BotSettings],
    telegram: Telegram,
    nurse: Person,
    at_the_menu: AtTheMenu,
) -> None:
    at_the_menu(makes_a_captcha)
    silent_api.answers.set()
    async with parts_of(settings(api_url=silent_api.url)) as worker:
        await reach(worker, telegram, nurse, "/start")
        await walk(nurse, "[Đăng nhập]")
        [raw] = raw_updates(telegram)
        entries = f"{{{nurse.id}}}:entries"
        await worker.redis.rename(entries, "aside")
        await worker.redis.set(entries, "no list")
        with pytest.raises(NotNow):
            await deliver(worker, raw, patiently=False)
        assert not silent_api.is_asked.is_set()
        await worker.redis.rename("aside", entries)
        await deliver(worker, raw)
        assert silent_api.is_asked.is_set()
