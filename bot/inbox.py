"""The way of every update: in order within its chat, side by side with other chats, until it is dealt with."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from weakref import WeakValueDictionary

from telegram import Bot
from telegram.error import TelegramError

from bot.face import AddedElsewhere, Arrival, arrival_of
from bot.turns import PATIENCE_OF_ESCAPES, NotNow, Turns
from bot.updates import Update
from conversations.events import WentOn
from conversations.texts import word

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 4.0
"""Seconds before a failed update is tried again, unless Telegram names a longer time; short, so that people are
answered soon after Valkey or Telegram came back."""


PACE_OF_A_CHAT = 1.0
"""Seconds between two messages that nobody asked for; Telegram takes one a second in a chat."""
OWN_BITS = 52
"""Of the numbers of what the bot does by itself; they are negative, and Telegram's are not."""


class Lines:
    """One line of waiting updates for each chat."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def stand(self, chat: int, *, is_urgent: bool) -> AsyncIterator[bool]:
        """Wait for one's turn in the chat; True if an urgent one went past those before it."""
        lock = self._locks.setdefault(chat, asyncio.Lock())
        try:
            async with asyncio.timeout(PATIENCE_OF_ESCAPES if is_urgent else None):
                await lock.acquire()
        except TimeoutError:
            yield True
            return
        try:
            yield False
        finally:
            lock.release()


class Inbox:
    """Takes updates, from wherever they come."""

    def __init__(self, turns: Turns, bot: Bot) -> None:
        self._turns = turns
        self._bot = bot
        self._lines = Lines()
        self._going_on: set[asyncio.Task[None]] = set()

    async def rest(self) -> None:
        """Let nothing go on by itself any more; what is under way comes to its end."""
        for task in self._going_on:
            task.cancel()
        if self._going_on:
            await asyncio.wait(self._going_on)

    async def take(self, update: Update, *, patiently: bool) -> None:
        """Deal with an update; afterwards it may be acknowledged.

        Args:
            patiently: try again until it is dealt with; those behind it in the chat wait.

        Raises:
            NotNow: it must come again; only if not patient.
        """
        match arrival_of(update):
            case Arrival() as arrival:
                await self._take(arrival, patiently=patiently)
            case AddedElsewhere() as place:
                await self._leave(place)

    async def _take(self, arrival: Arrival, *, patiently: bool) -> None:
        async with self._lines.stand(arrival.chat, is_urgent=arrival.is_escape) as went_past:
            goes_on = await self._deal_with(arrival, takes_over=went_past, patiently=patiently)
        if goes_on is not None:
            task = asyncio.create_task(self._go_on(arrival.chat, goes_on))
            self._going_on.add(task)
            task.add_done_callback(self._going_on.discard)

    async def _go_on(self, chat: int, event: WentOn) -> None:
        """The next piece of long work, after the pace of one chat; if it cannot be, the person has a button."""
        await asyncio.sleep(PACE_OF_A_CHAT)
        with suppress(NotNow):
            await asyncio.shield(self._take(Arrival(-secrets.randbits(OWN_BITS), chat, event), patiently=False))

    async def _deal_with(self, arrival: Arrival, *, takes_over: bool, patiently: bool) -> WentOn | None:
        pause = FIRST_PAUSE / 2
        while True:
            try:
                return await self._turns.take(arrival, takes_over=takes_over)
            except NotNow as later:
                if not patiently:
                    raise
                pause = max(later.after, min(2 * pause, LONGEST_PAUSE))
                await asyncio.sleep(pause)
                takes_over = False

    async def _leave(self, place: AddedElsewhere) -> None:
        """The bot works in private chats only: say so and go. A second time finds it gone already."""
        with suppress(TelegramError):
            await self._bot.send_message(place.chat, word(place.language, "chat.private_only"))
        with suppress(TelegramError):
            await self._bot.leave_chat(place.chat)
