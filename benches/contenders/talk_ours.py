"""One long talk: what its second turns cost, and what its two hundredth; live, or begun anew before every turn.

Conversations and journal, in the real Valkey; of Telegram only what says nothing, so that nothing hides the growth.
The talk is a form of so many questions that each answer stays in it to the end: the worst that there is.
"""

import asyncio
import gc
import os
import sys
import time
from itertools import count
from statistics import mean
from typing import Any, cast

import aiohttp

from api.client import Api
from benches.contenders.clock import tell
from benches.contenders.ours import settings
from bot.face import Arrival
from bot.journal import Journal, valkey
from bot.plain import PlainBot
from bot.settings import BotSettings
from bot.turns import Turns
from conversations.events import Commanded, Event, Pressed, Said
from conversations.menu import FOR_GUESTS, TALKS, standing_mark
from conversations.talk import Talk, part
from models.clock import SystemClock

EARLY, LATE = range(2, 18), range(185, 201)
"""Turns whose mean is taken, so that each has its share of compactions."""


@part
async def give_credentials(talk: Talk) -> None:
    """A long form. The name is one whose text exists."""
    for number in range(LATE.stop + 1):
        with talk.within(str(number)):
            await talk.ask("username", str)


class Mute:
    """As much of a bot as the turns of this talk ask for; it takes everything and says nothing."""

    def __init__(self) -> None:
        self._messages = count(1)

    async def send_text(self, *_: Any, **__: Any) -> int:
        """It got the next number."""
        return next(self._messages)

    async def answer_callback_query(self, *_: Any, **__: Any) -> None:
        """Nothing."""

    async def take_buttons_off(self, *_: Any, **__: Any) -> None:
        """Nothing."""


class Chats:
    """Chats that talk, each in turns that follow from one another."""

    def __init__(self, ours: BotSettings, journal: Journal, *, is_live: bool) -> None:
        self._ours = ours
        self._journal = journal
        self._is_live = is_live
        self._updates = count(1)
        self._bot = Mute()
        self._api = Api(aiohttp.ClientSession.__new__(aiohttp.ClientSession), "")  # the talk never asks it
        self._turns = self._begun()

    async def talk(self, chat: int, turns: int) -> list[float]:
        """The CPU of each turn, in ms; the first opens the talk."""
        start = standing_mark(lambda *parts: self._mark(chat, *parts), None, "sign_in")
        events: list[Event] = [Commanded("start", 1), Pressed(start, 1, "press")]
        events += [Said(f"Câu trả lời {number}", number) for number in range(turns)]
        return [await self._take(chat, event) for event in events][1:]

    async def _take(self, chat: int, event: Event) -> float:
        arrival = Arrival(next(self._updates), chat, event)
        turns = self._turns if self._is_live else self._begun()
        began = time.process_time()
        await turns.take(arrival)
        return (time.process_time() - began) * 1e3

    def _begun(self) -> Turns:
        bot, keys = cast("PlainBot", self._bot), self._ours.keys
        return Turns(self._journal, api=self._api, bot=bot, clock=SystemClock(), keys=keys)

    def _mark(self, chat: int, *parts: object) -> str:
        from bot.edge import mark

        return mark(self._ours.keys, chat, *parts)


async def main(redis: str, how: str, talks: str) -> None:
    """Tell the mean CPU of early and of late turns."""
    FOR_GUESTS["sign_in"] = TALKS["sign_in"] = give_credentials
    ours = settings("http://127.0.0.1:9", "http://127.0.0.1:9", redis)
    async with valkey(redis) as memory:
        chats = Chats(ours, Journal(memory, ours.keys), is_live=how == "live")
        await chats.talk(1, LATE.stop)
        gc.collect()
        taken = [await chats.talk(2 + number, LATE.stop) for number in range(int(talks))]
        kept = await memory.llen("{2}:entries")
    early, late = (mean(mean(talk[turns.start : turns.stop]) for talk in taken) for turns in (EARLY, LATE))
    tell(early=early, late=late, blobs=kept)


if __name__ == "__main__":
    os.environ["PTB_TIMEDELTA"] = "true"
    asyncio.run(main(*sys.argv[1:]))
