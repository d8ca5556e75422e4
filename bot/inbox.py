"""The way of every update: in order within its chat, side by side with other chats, until it is dealt with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from weakref import WeakValueDictionary

from telegram import Bot
from telegram.error import TelegramError

from bot.face import AddedElsewhere, Arrival, arrival_of
from bot.turns import PATIENCE_OF_ESCAPES, NotNow, Turns
from bot.updates import Update
from conversations.texts import word

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 4.0
"""Seconds before a failed update is tried again, unless Telegram names a longer time; short, so that people are
answered soon after Valkey or Telegram came back."""


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

    async def take(self, update: Update, *, patiently: bool) -> None:
        """Deal with an update; afterwards it may be acknowledged.

        Args:
            patiently: try again until it is dealt with; those behind it in the chat wait.

        Raises:
            NotNow: it must come again; only if not patient.
        """
        match arrival_of(update):
            case Arrival() as arrival:
                async with self._lines.stand(arrival.chat, is_urgent=arrival.is_escape) as went_past:
                    await self._deal_with(arrival, takes_over=went_past, patiently=patiently)
            case AddedElsewhere() as place:
                await self._leave(place)

    async def _deal_with(self, arrival: Arrival, *, takes_over: bool, patiently: bool) -> None:
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
