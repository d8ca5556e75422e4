"""Fetching updates from Telegram: one process at a time, and each acknowledged only when it is dealt with."""

import asyncio
import secrets
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError
from telegram.constants import PollingLimit
from telegram.error import TelegramError

from bot.alarm import log, name_of
from bot.face import ALLOWED_UPDATES
from bot.inbox import Inbox
from bot.journal import in_time
from bot.plain import PlainBot
from bot.transport import READ_TIMEOUT
from bot.updates import update_of

LONG_POLL = 3
"""Seconds; no longer, so that another process may soon go on where this one dies."""
LEASE = timedelta(seconds=6)
STANDBY = 1.0
"""Seconds between two looks whether the process that polls is gone."""
GLANCE = 0.05
"""Seconds between two polls while updates are being dealt with: Telegram lists those again, so it would not wait."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 4.0
GRACE = 4.0
"""Seconds for the turns under way when the process is to end."""

HOLD = """
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
LET_GO = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


class PollingBot(PlainBot):
    """A bot that gives updates as they came: one that cannot be read must not hold up the others."""

    async def raw_updates(self, offset: int | None, *, wait: int) -> list[dict[str, Any]]:
        """Up to 100 updates, from the first unacknowledged one or from `offset` on; that acknowledges all before it."""
        asked = {
            "offset": offset,
            "limit": int(PollingLimit.MAX_LIMIT),
            "timeout": wait,
            "allowed_updates": ALLOWED_UPDATES,
        }
        raw: list[dict[str, Any]] = await self._post("getUpdates", asked, read_timeout=wait + READ_TIMEOUT)
        return raw


class PollingLease:
    """Whose turn it is to poll: one process's, as long as it goes on saying so."""

    def __init__(self, redis: Redis, *, lease: timedelta = LEASE) -> None:
        self._owner = secrets.token_hex(8)
        self._ms = int(lease.total_seconds() * 1000)
        self._hold = redis.register_script(HOLD)
        self._let_go = redis.register_script(LET_GO)

    async def hold(self) -> bool:
        """Take or keep it; False if another process has it."""
        return bool(await in_time(self._hold(["poller"], [self._owner, self._ms])))

    async def let_go(self) -> None:
        """Let another process poll at once."""
        await in_time(self._let_go(["poller"], [self._owner]))


class Polling:
    """Polls Telegram and has every update dealt with, up to 100 at once."""

    def __init__(self, bot: PollingBot, inbox: Inbox, lease: PollingLease) -> None:
        self._bot = bot
        self._inbox = inbox
        self._lease = lease
        self._window: dict[int, asyncio.Task[None]] = {}
        """By update id: those Telegram was not told of yet, dealt with or not."""
        self._trouble: str | None = None

    async def run(self) -> None:
        """Poll until cancelled; then the turns under way may end."""
        pause = FIRST_PAUSE
        try:
            while True:
                try:
                    await self._round()
                except (TelegramError, RedisError) as trouble:
                    self._tell(name_of(trouble))
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE)
                else:
                    self._tell(None)
                    pause = FIRST_PAUSE
        finally:
            await self._end()

    async def _round(self) -> None:
        if not await self._lease.hold():
            await asyncio.sleep(STANDBY)
            return
        offset, is_busy = self._offset(), bool(self._unfinished())
        updates = await self._bot.raw_updates(offset, wait=0 if is_busy else LONG_POLL)
        if offset is not None:
            self._window = {id_: task for id_, task in self._window.items() if id_ >= offset or not task.done()}
        for raw in updates:
            if raw["update_id"] not in self._window:
                self._window[raw["update_id"]] = asyncio.create_task(self._deal_with(raw))
        if unfinished := self._unfinished():
            await asyncio.wait([self._window[id_] for id_ in unfinished], timeout=GLANCE)

    async def _deal_with(self, raw: dict[str, Any]) -> None:
        update = update_of(raw)
        if update is not None:
            await self._inbox.take(update, patiently=True)

    def _unfinished(self) -> list[int]:
        return [id_ for id_, task in self._window.items() if not task.done()]

    def _offset(self) -> int | None:
        """The lowest unfinished id, if it acknowledges anything.

        None otherwise, not the last one again: after a quiet week ids begin anew, and may be lower.
        """
        finished = [id_ for id_, task in self._window.items() if task.done()]
        if not finished:
            return None
        offset = min(self._unfinished(), default=max(finished) + 1)
        return offset if min(finished) < offset else None

    def _tell(self, trouble: str | None) -> None:
        """Log a trouble once, and its end."""
        if trouble != self._trouble:
            log.warning("polling_stopped", reason=trouble) if trouble else log.info("polling")
        self._trouble = trouble

    async def _end(self) -> None:
        if unfinished := [task for task in self._window.values() if not task.done()]:
            _, late = await asyncio.wait(unfinished, timeout=GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        try:
            await self._lease.let_go()
        except RedisError as error:
            log.warning("lease_kept", reason=name_of(error))
