"""The one budget of messages to Telegram, for all of the bot's processes, in Valkey (T38).

Telegram takes about 30 messages a second from a bot, and one a second in a chat. Thirty permits, each given back a
second after its answer has come, keep to that however Telegram counts: no two messages under one permit reach it within
a second. Answers to people go first: they are waited for by bulk, wait for half a second at most, and are sent then.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.alarm import log, name_of
from bot.journal import in_time

PERMITS = 30
"""Messages a second from one bot; https://core.telegram.org/bots/faq, «My bot is hitting limits»."""
BACK_AFTER = 1000
"""Milliseconds from the answer until the permit, and the chat, are free again."""
HELD = 10_000
"""Milliseconds that a permit is held if no answer comes: its process has died."""
ANSWER_HELD = 1500
"""The same for an answer to a person, which nobody gives back: one way to Valkey before it, and none after."""
LONGEST_WAIT = 0.5
"""Seconds that an answer to a person waits for a permit; then it goes all the same."""
LOOKING_AGAIN = 0.05
"""Seconds after which a permit is looked for again, if none is known to come sooner."""
ALONE = 0.5
"""Seconds between two bulk messages of a process that cannot ask Valkey: with a few processes, slow enough for all."""

LUA = Path(__file__).parent / "lua"


@dataclass
class Permit:
    """One message may be sent."""

    id: str
    chat: int
    quiet: float = 0.0
    """Seconds for which Telegram wants to hear of no bulk message, as it said."""


class Budget:
    """Gives permits out."""

    def __init__(self, redis: Redis, *, permits: int = PERMITS) -> None:
        self._permits = permits
        self._worker = secrets.token_hex(8)
        self._numbers = count(1)
        self._line = asyncio.Lock()
        self._take = redis.register_script((LUA / "take.lua").read_text())
        self._give_back = redis.register_script((LUA / "give_back.lua").read_text())

    @asynccontextmanager
    async def bulk(self, chat: int) -> AsyncIterator[Permit]:
        """A permit for a message that nobody waits for, as soon as there is one; given back after the block."""
        permit = Permit(f"{self._worker}-{next(self._numbers)}", chat)
        is_counted = await self._wait(permit)
        try:
            yield permit
        finally:
            if is_counted:
                await self._end(permit)

    async def answer(self, chat: int) -> None:
        """Count an answer to a person; it waits for a moment where there is no permit, and then goes all the same."""
        permit = Permit(f"{self._worker}-{next(self._numbers)}", chat)
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                wait = await self._asked(permit, ANSWER_HELD)
                while wait is not None:
                    await asyncio.sleep(min(wait[0], LOOKING_AGAIN))
                    wait = await self._asked(permit, ANSWER_HELD)
        except TimeoutError:
            await self._force(permit)
        except RedisError as gone:
            log.info("uncounted", reason=name_of(gone))

    async def _wait(self, permit: Permit) -> bool:
        """Wait for one; whether Valkey knows of it. Without Valkey the process is slow by itself."""
        while True:
            async with self._line:
                try:
                    wait = await self._asked(permit, HELD, is_bulk=True)
                    if wait is None:
                        return True
                    seconds, what = wait
                    if what == "permit":  # the same for everybody in the line
                        await asyncio.sleep(min(seconds, LOOKING_AGAIN))
                        continue
                except RedisError as gone:
                    log.warning("paced_alone", reason=name_of(gone))
                    await asyncio.sleep(ALONE)
                    return False
            await asyncio.sleep(seconds)

    async def _force(self, permit: Permit) -> None:
        try:
            await self._asked(permit, ANSWER_HELD, is_forced=True)
        except RedisError as gone:
            log.info("uncounted", reason=name_of(gone))

    async def _asked(
        self, permit: Permit, held: int, *, is_bulk: bool = False, is_forced: bool = False
    ) -> tuple[float, str] | None:
        """Take it; or the seconds to wait, and for what.

        Raises:
            RedisError: Valkey is gone.
        """
        args: list[str | int] = [permit.id, self._permits, held, int(is_bulk), int(is_forced)]
        wait, *what = await in_time(self._take(_keys_of(permit.chat), args))
        return (wait / 1000, what[0].decode()) if wait else None

    async def _end(self, permit: Permit) -> None:
        try:
            args: list[str | int] = [permit.id, BACK_AFTER, int(permit.quiet * 1000)]
            await in_time(self._give_back(_keys_of(permit.chat), args))
        except RedisError as gone:  # it ends by itself
            log.info("uncounted", reason=name_of(gone))


def _keys_of(chat: int) -> list[str]:
    """The hash tag keeps them together in a cluster."""
    return [f"{{telegram}}:{name}" for name in ("permits", "waiting", "quiet", f"chat:{chat}")]
