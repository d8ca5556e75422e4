"""What a turn needs from outside, as Telegram, Valkey and this machine give it (`conversations.desk.Edge`)."""

import asyncio
import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Self

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import BadRequest, TelegramError

from api.client import Api
from api.client.faults import ApiSilent
from bot.alarm import alarm
from bot.journal import JournalGone, LockLost
from conversations.journal import Entry
from models.clock import Clock
from models.refusals import FileGone, FileTooBig
from models.rules import MAX_FILE_BYTES, MAX_FILE_MEGABYTES
from models.sealing import Keys

TURN = 2.7
"""Seconds: a turn ends within three, and what it says is sent in the rest."""
LEAST = 0.05
FORGETTING = 1.0
"""Seconds for Telegram to take a message away."""
BEFORE_TYPING = 0.4
"""Seconds before it is worth a call to show that something is being done."""


def mark(keys: Keys, chat: int, *parts: object) -> str:
    """A keyed digest of the parts and the chat, 22 characters: nobody else can make it."""
    told = json.dumps([chat, *parts], default=str)
    return urlsafe_b64encode(keys.digest("mark", told)).rstrip(b"=").decode()


def _too_big() -> FileTooBig:
    return FileTooBig(megabytes=MAX_FILE_MEGABYTES)


class ChatEdge:
    """The edge of one turn of one chat."""

    def __init__(
        self,
        chat: int,
        *,
        api: Api,
        bot: Bot,
        clock: Clock,
        keys: Keys,
        save: Callable[[list[Entry]], Awaitable[None]],
    ) -> None:
        self.chat = chat
        self.api = api
        self.failure: JournalGone | LockLost | None = None
        """Why nothing may be saved any more. The turn is then void, whatever the talk makes of it."""
        self._bot = bot
        self._clock = clock
        self._keys = keys
        self._save = save
        self._ends_at = time.monotonic() + TURN
        self._typing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is being done any more."""
        if self._typing is not None:
            self._typing.cancel()
            await asyncio.wait([self._typing])

    def now(self) -> datetime:
        return self._clock.now()

    def time_left(self) -> float:
        return max(self._ends_at - time.monotonic(), LEAST)

    def new_id(self) -> str:
        return secrets.token_urlsafe(12)

    def mark(self, *parts: object) -> str:
        return mark(self._keys, self.chat, *parts)

    def alarm(self, error: Exception) -> str:
        return "-" if error is self.failure else alarm(error)

    async def save(self, entries: list[Entry]) -> None:
        try:
            await self._save(entries)
        except (JournalGone, LockLost) as failure:
            self.failure = failure
            raise

    async def forget(self, message: int) -> bool:
        try:
            return await self._bot.delete_message(self.chat, message, read_timeout=FORGETTING)
        except BadRequest as error:
            return "not found" in error.message.lower()  # it is gone already
        except TelegramError:
            return False

    async def fetch(self, file: str) -> bytes:
        try:
            async with asyncio.timeout(self.time_left()):
                return await self._fetch(file)
        except (TelegramError, TimeoutError) as silence:
            raise ApiSilent(type(silence).__name__) from None  # the cause names the address, with the token in it

    async def _fetch(self, file: str) -> bytes:
        try:
            found = await self._bot.get_file(file)
            if (found.file_size or 0) > MAX_FILE_BYTES:
                raise _too_big()
            content = bytes(await found.download_as_bytearray())
        except BadRequest as error:
            raise (_too_big() if "too big" in error.message.lower() else FileGone()) from None
        if len(content) > MAX_FILE_BYTES:
            raise _too_big()
        return content

    async def typing(self) -> None:
        if self._typing is None:
            self._typing = asyncio.create_task(self._show_typing())

    async def _show_typing(self) -> None:
        await asyncio.sleep(BEFORE_TYPING)
        with suppress(TelegramError):
            await self._bot.send_chat_action(self.chat, ChatAction.TYPING)
