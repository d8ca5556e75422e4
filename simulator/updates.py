"""The bot's inbox: updates waiting to be fetched or delivered, until they are acknowledged."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from secrets import randbelow

from simulator.wire import BotApiError, Json

KEPT_FOR = 24 * 3600  # seconds; Telegram keeps no update longer
HIGHEST_ID = 2**31 - 1
LONGEST_POLL = 50  # seconds
# Not sent unless asked for by name.
ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}

POLLED_ELSEWHERE = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(eq=False)
class Update:
    """One update; the same object twice in the queue is the same update delivered twice."""

    id: int
    kind: str
    content: Json
    chat_id: int
    at: float

    def as_json(self) -> Json:
        return {"update_id": self.id, self.kind: self.content}


@dataclass
class Updates:
    """The queue. Ids rise by one; disorder (`duplicate`, `shuffle`, `jump`) comes only when ordered."""

    clock: Callable[[], float]
    next_id: int = field(default_factory=lambda: 100_000_000 + randbelow(800_000_000))
    pending: list[Update] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)  # empty: everything but what is ON_REQUEST
    history: deque[Update] = field(default_factory=lambda: deque(maxlen=500))
    duplicate: int = 0  # so many updates still to come are delivered twice
    shuffle: int = 0  # so many are held back, then let out in the wrong order
    on_taken: Callable[[Update], None] = field(default=lambda update: None)
    _held: list[Update] = field(default_factory=list)
    _stirred: asyncio.Event = field(default_factory=asyncio.Event)
    _poll: asyncio.Future[None] | None = None

    def wants(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in ON_REQUEST

    def add(self, kind: str, content: Json, chat_id: int) -> int | None:
        """Queue an update under the next id; None when the bot has not allowed its kind."""
        if not self.wants(kind):
            return None
        update = Update(self.next_id, kind, content, chat_id, self.clock())
        self.next_id = 1 if self.next_id >= HIGHEST_ID else self.next_id + 1
        self.history.append(update)
        self._queue(update)
        return update.id

    def _queue(self, update: Update) -> None:
        copies = [update]
        if self.duplicate:
            self.duplicate -= 1
            copies.append(update)
        if self.shuffle:
            self._hold(copies)
        else:
            self.pending.extend(copies)
            self.stir()

    def _hold(self, copies: list[Update]) -> None:
        self._held.extend(copies)
        self.shuffle -= 1
        if self.shuffle == 0:
            self.release()

    def release(self) -> None:
        """Let out what is held back, last first."""
        self.shuffle = 0
        self.pending.extend(reversed(self._held))
        self._held.clear()
        self.stir()

    def repeat(self, kind: str) -> int | None:
        """Queue the last update of a kind again, under a new id, as Telegram does with an unanswered press."""
        last = next((each for each in reversed(self.history) if each.kind == kind), None)
        return None if last is None else self.add(last.kind, last.content, last.chat_id)

    def again(self) -> int | None:
        """Deliver the last update once more, under its own id."""
        if not self.history:
            return None
        self.pending.append(self.history[-1])
        self.stir()
        return self.history[-1].id

    def jump(self, to: int | None = None) -> int:
        """Go on from a random id, as after a week without updates."""
        self.next_id = to if to is not None else 1 + randbelow(HIGHEST_ID - 1)
        return self.next_id

    def confirm(self, offset: int) -> None:
        """Forget everything below `offset`; an offset from the future (ids jumped back) confirms nothing."""
        if offset > self.next_id:
            return
        for update in self.pending:
            if update.id < offset:
                self.on_taken(update)
        self.pending = [update for update in self.pending if update.id >= offset]

    def drop(self) -> None:
        self.pending.clear()
        self._held.clear()

    def remove(self, update: Update) -> None:
        """Acknowledged by webhook; nothing happens when it was dropped meanwhile."""
        if update in self.pending:
            self.pending.remove(update)
            self.on_taken(update)

    def expire(self) -> None:
        oldest = self.clock() - KEPT_FOR
        self.pending = [update for update in self.pending if update.at >= oldest]

    def stir(self) -> None:
        self._stirred.set()
        self._stirred = asyncio.Event()

    def stirred(self) -> Coroutine[None, None, bool]:
        """Wait for the next change from now on; bound to the moment of the call, so that none slips by."""
        return self._stirred.wait()

    def interrupt_poll(self) -> None:
        """Refuse the poll that is waiting, because another one came or a webhook was set."""
        if self._poll and not self._poll.done():
            self._poll.set_exception(BotApiError(409, POLLED_ELSEWHERE))

    async def fetch(self, offset: int, limit: int, timeout: float) -> list[Update]:  # noqa: ASYNC109 - Telegram's word
        """What getUpdates answers: confirm below `offset`, then wait up to `timeout` seconds for something."""
        self.interrupt_poll()
        self._settle(offset)
        if not self.pending:
            await self._wait(min(timeout, LONGEST_POLL))
        return self.pending[:limit]

    def _settle(self, offset: int) -> None:
        self.expire()
        if offset > 0:
            self.confirm(offset)
        elif offset < 0:
            self.pending = self.pending[offset:]

    async def _wait(self, seconds: float) -> None:
        interrupted = self._poll = asyncio.get_running_loop().create_future()
        stirred = asyncio.ensure_future(self.stirred())
        try:
            await asyncio.wait({interrupted, stirred}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if interrupted.done():
                interrupted.result()
        finally:
            stirred.cancel()
            if self._poll is interrupted:
                self._poll = None
