"""Telegram's sending limits, when they are switched on: so many messages a second, per chat and over all.

Nobody outside knows how Telegram counts. Two ways are here: a bucket of tokens, which takes a burst and then the rate,
and a sliding window, which takes so many within any second.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

from simulator.wire import too_many_requests

SECOND = 1.0


@dataclass
class Bucket:
    """Tokens that come back at `rate` per second, at most `size` of them."""

    rate: float
    size: float
    tokens: float
    at: float

    def lacks(self, now: float) -> float:
        """Seconds until the next token; 0 when there is one."""
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.rate

    def take(self) -> None:
        self.tokens -= 1


@dataclass
class Window:
    """At most `size` within any second."""

    size: int
    taken: deque[float] = field(default_factory=deque)
    now: float = 0.0

    def lacks(self, now: float) -> float:
        """Seconds until the next may come; 0 when it may."""
        self.now = now
        while self.taken and self.taken[0] <= now - SECOND:
            self.taken.popleft()
        return 0.0 if len(self.taken) < self.size else self.taken[0] + SECOND - now

    def take(self) -> None:
        self.taken.append(self.now)


@dataclass
class Limits:
    """Off until set. `per_chat` and `overall` are messages per second, `burst` what one chat may send at once.

    With `slides`, a window of a second takes the place of each bucket, and there is no burst. `retry_after` is what a
    refusal names, if not the time that it takes.
    """

    clock: Callable[[], float]
    per_chat: float = 0
    overall: float = 0
    burst: int = 3
    slides: bool = False
    retry_after: int = 0
    refused: int = 0
    """How many messages were, since it was set."""
    _chats: dict[int, Bucket | Window] = field(default_factory=dict)
    _all: Bucket | Window | None = None

    def set(
        self, *, per_chat: float, overall: float, burst: int = 3, slides: bool = False, retry_after: int = 0
    ) -> None:
        self.per_chat, self.overall, self.burst = per_chat, overall, max(1, burst)
        self.slides, self.retry_after, self.refused = slides, retry_after, 0
        self._chats.clear()
        self._all = self._counted(overall, overall) if overall else None

    def spend(self, chat_id: int) -> None:
        """Count one message to a chat, or refuse it with 429 and the seconds to wait."""
        now = self.clock()
        buckets = [bucket for bucket in (self._all, self._chat(chat_id)) if bucket]
        wait = max((bucket.lacks(now) for bucket in buckets), default=0.0)
        if wait > 0:
            self.refused += 1
            raise too_many_requests(self.retry_after or ceil(wait))
        for bucket in buckets:
            bucket.take()

    def _chat(self, chat_id: int) -> Bucket | Window | None:
        if not self.per_chat:
            return None
        if chat_id not in self._chats:
            self._chats[chat_id] = self._counted(self.per_chat, self.burst)
        return self._chats[chat_id]

    def _counted(self, rate: float, burst: float) -> Bucket | Window:
        return Window(ceil(rate)) if self.slides else Bucket(rate, burst, burst, self.clock())
