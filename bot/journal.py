"""The journal in Valkey: each chat's sealed entries, its lock, and the updates it has seen.

A turn opens its chat with one call and closes it with another. The lock has a lease and a fencing number; whoever
lost it is refused (T43). Nothing in Valkey can be read without the bot's key (T24).
"""

import asyncio
import secrets
import time
from collections import defaultdict
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import TypeVar

from pydantic_core import from_json, to_json
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as NoAnswer

from conversations.journal import Entry
from models.sealing import Keys

PLACE = "bot.journal"
LIFE = timedelta(days=30)
"""After so long without a word a chat is forgotten: who signed in there, and in which language."""
SEEN_FOR = timedelta(hours=48)
"""Telegram repeats an update for 24 hours; ids may start anew after a quiet week, so not longer than needed."""
LEASE = timedelta(seconds=8)
MARGIN = 0.5
"""Seconds before the end of a lease in which nothing is begun any more."""
PATIENCE = 2.0
"""Seconds for Valkey to answer."""
CONNECTIONS = 512
"""At most. Telegram lets a hundred turns begin at once, and whoever polls asks beside them; redis-py's own limit is
one hundred, and beyond it Valkey seems gone."""

LUA = Path(__file__).parent / "lua"

Argument = bytes | str | int
T = TypeVar("T")


class JournalGone(Exception):
    """Valkey did not answer, or refused: nothing may be done without it (T39)."""


class LockHeld(Exception):
    """Another turn has the chat's lock, for so many seconds at most."""

    def __init__(self, left: float) -> None:
        super().__init__(left)
        self.left = left


class LockLost(Exception):
    """The lock's lease ended and another took it: what was to be written is refused."""


@dataclass
class Page:
    """A chat's journal, opened for one update. `blobs` is None if the revision at hand was the right one."""

    chat: int
    update: int
    owner: str
    fence: int
    revision: str
    is_seen: bool
    tries: int
    """How often this update was begun since it last got somewhere, this time included."""
    blobs: list[bytes] | None = field(repr=False)
    leased_until: float

    @property
    def time_left(self) -> float:
        """Seconds in which something may still be begun under this lock."""
        return self.leased_until - MARGIN - time.monotonic()


class Journal:
    """All chats' journals in one Valkey."""

    def __init__(self, redis: Redis, keys: Keys, *, lease: timedelta = LEASE) -> None:
        self._keys = keys
        self._lease = lease
        self._worker = secrets.token_hex(8)
        self._numbers = count(1)
        self._at_work: defaultdict[int, set[int]] = defaultdict(set)
        """By chat: the locks under which this worker does something now. Earlier ones of its own it has left."""
        self._open = redis.register_script((LUA / "open.lua").read_text())
        self._write = redis.register_script((LUA / "write.lua").read_text())

    async def open(self, chat: int, update: int, *, at_hand: str, takes_over: bool = False) -> Page:
        """Take the chat's lock for an update; `at_hand` is the revision already known, `takes_over` breaks a lock.

        Raises:
            LockHeld, JournalGone: see there.
        """
        number, asked_at, is_open = next(self._numbers), time.monotonic(), False
        self._at_work[chat].add(number)
        owner = f"{self._worker}-{number}"
        args: list[Argument] = [owner, _ms(self._lease), _ms(LIFE), at_hand, update, int(takes_over)]
        args += [self._worker, min(self._at_work[chat])]
        try:
            is_open, *found = await in_time(self._open(_keys_of(chat), args))
        except RedisError as error:
            raise JournalGone(type(error).__name__) from None
        finally:
            if not is_open:
                self._lay_down(chat, number)
        if not is_open:
            raise LockHeld(found[0] / 1000)
        fence, revision, is_seen, tries, blobs = found
        until = asked_at + self._lease.total_seconds()
        return Page(chat, update, owner, fence, revision.decode(), bool(is_seen), tries, blobs, until)

    async def write(
        self,
        page: Page,
        entries: list[Entry],
        *,
        replaces: bool = False,
        has_seen: bool = False,
        lets_go: bool = False,
    ) -> None:
        """Append the entries, or let them replace all others; the page then has the new revision.

        Args:
            has_seen: the update was answered; when it comes again, it is not answered again.
            lets_go: give the lock back.

        Raises:
            LockLost, JournalGone: see there.
        """
        revision = secrets.token_hex(8) if entries else page.revision
        sealed = self._keys.seal(to_json(entries).decode(), PLACE, page.chat) if entries else b""
        asked_at = time.monotonic()
        args: list[Argument] = [page.owner, page.fence, page.revision, revision, _ms(self._lease), _ms(LIFE)]
        args += [sealed, int(replaces), page.update, int(has_seen), _ms(SEEN_FOR), int(lets_go)]
        try:
            written = await in_time(self._write(_keys_of(page.chat), args))
        except RedisError as error:
            raise JournalGone(type(error).__name__) from None
        finally:
            if lets_go:
                self._lay_down(page.chat, int(page.owner.rpartition("-")[2]))
        if not written:
            raise LockLost
        page.revision, page.leased_until = revision, asked_at + self._lease.total_seconds()

    def _lay_down(self, chat: int, number: int) -> None:
        """Nothing is done under that lock any more, whether or not Valkey knows it."""
        self._at_work[chat].discard(number)
        if not self._at_work[chat]:
            del self._at_work[chat]

    def entries(self, page: Page) -> list[Entry]:
        """The opened entries of a page.

        Raises:
            SealBroken, ValueError, IndexError: sealed by another key, or damaged.
        """
        return [entry for blob in page.blobs or [] for entry in from_json(self._keys.opened(blob, PLACE, page.chat))]


def valkey(url: str) -> Redis:
    """A client that says at once when Valkey is gone: whoever asks knows better when to ask again.

    It has no `socket_timeout`: redis-py would then use `asyncio.wait_for`, which loses cancellations before
    Python 3.12. What is asked is asked `in_time`.
    """
    return Redis.from_url(
        url,
        max_connections=CONNECTIONS,
        socket_timeout=None,
        socket_connect_timeout=PATIENCE,
        retry=Retry(NoBackoff(), 0),
    )


async def in_time(answer: Awaitable[T]) -> T:
    """Valkey's answer.

    Raises:
        RedisError: there was none, or none in time.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            return await answer
    except TimeoutError:
        raise NoAnswer from None


class ForgetfulRedis(Exception):
    """Valkey is set up so that it may forget; the bot must not start (T34)."""


async def check_memory(redis: Redis) -> None:
    """See that Valkey evicts nothing and keeps what it holds over a restart.

    Raises:
        ForgetfulRedis: it does not.
        RedisError: it cannot be asked.
    """
    told = await in_time(redis.info("memory", "persistence"))
    wrong = []
    if told.get("maxmemory_policy") != "noeviction":
        wrong.append("`maxmemory-policy` is not `noeviction`")
    if not told.get("aof_enabled"):
        wrong.append("`appendonly` is not `yes`")
    if wrong:
        raise ForgetfulRedis(
            f"Valkey may forget what the bot must remember: {' and '.join(wrong)}. "
            "Set it so, or set TRAMBOT_ALLOW_FORGETFUL_REDIS=1 to lose open conversations knowingly."
        )


def _keys_of(chat: int) -> list[str]:
    """The hash tag keeps a chat's keys together in a cluster."""
    return [f"{{{chat}}}:chat", f"{{{chat}}}:entries", f"{{{chat}}}:seen"]


def _ms(duration: timedelta) -> int:
    return int(duration.total_seconds() * 1000)
