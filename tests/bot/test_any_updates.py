"""Updates that come thrice, late, shuffled, to several processes, under ids that jump: the chat ends as if each had
come once (T16).

Held equal to a chat in which each came once and alone: what the bot has said, message by message, with the buttons
that are left; what was deleted; the effects; the answers that the journal keeps. A person acts on what they see, so
the first copy of an update comes before the next one is made; all other copies come whenever they like. Some copies
of a press come under a new id, as Telegram sends one that it thinks unanswered.
"""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.inbox import Inbox
from bot.journal import Journal, valkey
from bot.polling import PollingBot
from bot.settings import BotSettings
from bot.turns import Turns
from bot.updates import Update
from conversations.journal import Chat
from conversations.talk import Press, Talk, part
from models.refusals import PhoneInvalid
from tests.api.hands import HandClock
from tests.bot.copies import COPIES, HIGHEST_ID, Copies
from tests.bot.hands import TOKEN
from tests.bot.telegram_at_hand import ChatAtHand, TelegramAtHand
from tests.conversations.ledger import BOOK, Booked, Ledger
from tests.fire.series import Fire

WORKERS = 2
STEPS = 8
AT_ONCE = 5
"""Chats that are played at the same time; more would make turns wait for one another until they are late."""
WORDS = ["rice", "7", "8", "hm", "/start", "/menu", "/trogiup", "/huy", "/language", "/khong_co", ""]
NUMBERS = itertools.count(1)


def a_digit(text: str) -> str:
    if not text.isdigit():
        raise PhoneInvalid
    return text


@part
async def give_credentials(talk: Talk) -> None:
    """Words, words that may be refused, a secret, two effects."""
    name = await talk.ask("username", str)
    with talk.within("second"):
        digit = await talk.ask("username", a_digit)
    secret = await talk.ask_secret("password", options=["forgotten"], username=name)
    while isinstance(secret, Press):
        await talk.say("whom_to_ask")
        secret = await talk.ask_secret("password", options=["forgotten"], username=name)
    await talk.do(BOOK, f"{name}-{digit}", secret)
    await sign_out(talk)


@part
async def sign_out(talk: Talk) -> None:
    await talk.choose("sure", ["yes"])
    await talk.do(BOOK, "more")
    await talk.say("done")


@dataclass(frozen=True)
class ChatsLedger(Ledger):
    """Books what each chat has ordered, and lets others go on meanwhile."""

    by_chat: dict[int, list[str]] = field(default_factory=dict)

    async def book(self, what: str, secret: SecretStr | None = None) -> Booked:
        await asyncio.sleep(0)
        before = len(self.booked)
        booked = await super().book(what, secret)
        self.by_chat.setdefault(self.chat or 0, []).extend(self.booked[before:])
        return booked


@dataclass
class Workers:
    """Two bots' worth of turns on one Valkey, and the ids that Telegram gives its updates."""

    telegram: TelegramAtHand
    bot: PollingBot
    journal: Journal
    inboxes: list[Inbox]
    ledger: ChatsLedger
    next_id: int = 1

    def new_id(self) -> int:
        self.next_id = self.next_id % HIGHEST_ID + 1
        return self.next_id

    def jump(self, dice: random.Random) -> None:
        """Go on from any id, as after a week without updates."""
        self.next_id = dice.randrange(1, HIGHEST_ID)

    async def deliver(self, raw: dict[str, Any], dice: random.Random) -> None:
        await dice.choice(self.inboxes).take(Update.model_validate(raw), patiently=True)

    async def end_of(self, chat: ChatAtHand) -> dict[str, Any]:
        """How it all stands in the end, without what differs from chat to chat."""
        assert chat.answered == set(chat.pressed)
        page = await self.journal.open(chat.id, 0, at_hand="")
        known = Chat.of(self.journal.entries(page))
        await self.journal.write(page, [], lets_go=True)
        return {
            "messages": [(number, shown.text, [*shown.buttons]) for number, shown in chat.shown.items()],
            "deleted": sorted(set(chat.deleted)),
            "effects": self.ledger.by_chat.get(chat.id, []),
            "language": known.language,
            "unsent": known.unsent,
            "talk": known.talk and (known.talk.name, known.talk.answers, _effects(known)),
        }


def _effects(known: Chat) -> dict[str, Any]:
    return {path: (effect.attempt, effect.state) for path, effect in (known.talk.effects if known.talk else {}).items()}


@pytest.fixture
async def workers(settings: Callable[..., BotSettings], at_the_menu: Callable[[Any], None]) -> AsyncIterator[Workers]:
    at_the_menu(give_credentials)
    known, telegram = settings(), TelegramAtHand()
    bot = PollingBot(TOKEN, request=telegram, get_updates_request=telegram)
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        ledger = ChatsLedger(http, "http://127.0.0.1:9")
        journals = []
        for _ in range(WORKERS):
            redis = await stack.enter_async_context(valkey(known.redis_url.get_secret_value()))
            journals.append(Journal(redis, known.keys))
        turns = [Turns(one, api=ledger, bot=bot, clock=HandClock(), keys=known.keys) for one in journals]
        yield Workers(telegram, bot, journals[0], [Inbox(one, bot) for one in turns], ledger)


Act = tuple[str, int, str]
"""Say something, send a sticker, or press a button of that message."""


def content_of(chat: ChatAtHand, act: Act) -> dict[str, Any]:
    kind, message, words = act
    if kind == "press":
        return chat.press(message, words)
    return chat.said(words) if words else chat.sent_a_sticker()


def some_act(chat: ChatAtHand, dice: random.Random) -> Act:
    """What a person may do with what they see: mostly, what the last message asks for."""
    buttons = chat.buttons()
    if not chat.shown:
        return "say", 0, "/start"
    if buttons and dice.random() < 0.5:
        newest = [button for button in buttons if button[0] == buttons[-1][0]]
        return "press", *dice.choice(newest if dice.random() < 0.8 else buttons)
    return "say", 0, dice.choice(WORDS if dice.random() < 0.5 else ["rice", "7"])


async def walked(workers: Workers, chat: ChatAtHand, dice: random.Random) -> list[Act]:
    """What somebody did who was alone, each update coming once."""
    script: list[Act] = []
    for _ in range(STEPS):
        script.append(some_act(chat, dice))
        await workers.deliver({"update_id": workers.new_id(), **content_of(chat, script[-1])}, dice)
    return script


async def played(workers: Workers, chat: ChatAtHand, script: list[Act], dice: random.Random) -> None:
    """The same, every update coming thrice."""
    copies = Copies(dice, workers.new_id)
    for act in script:
        raw = {"update_id": workers.new_id(), **content_of(chat, act)}
        await asyncio.gather(*(workers.deliver(one, dice) for one in copies.now(raw)))
        if dice.random() < 0.1:
            workers.jump(dice)
    await asyncio.gather(*(workers.deliver(one, dice) for one in copies.rest()))


@pytest.mark.fire("updates")
async def test_T16_whatever_comes_thrice_and_whenever_ends_as_if_it_had_come_once(workers: Workers, fire: Fire) -> None:
    scripts, chats = range(fire.size(short=5, long=200)), fire.size(short=20, long=50)
    for number in (series := fire.series("scripts", scripts)):
        dice = fire.dice(number)
        alone = workers.telegram.chat(next(NUMBERS))
        script = await walked(workers, alone, dice)
        baseline = await workers.end_of(alone)
        for _ in range(chats // AT_ONCE):
            crowd = [workers.telegram.chat(next(NUMBERS)) for _ in range(AT_ONCE)]
            await asyncio.gather(*(played(workers, chat, script, dice) for chat in crowd))
            for chat in crowd:
                assert await workers.end_of(chat) == baseline, script
        series.keep(len(baseline["effects"]))
    what = f"orders of updates that come {COPIES} times, to {WORKERS} processes, and end as if each came once"
    fire.figure(
        "T16", what, f"{len(scripts) * chats} of {len(scripts) * chats}; {len(scripts)} scripts of {STEPS} acts"
    )
