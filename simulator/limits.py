"""Telegram's sending limits, when they are switched on: so many messages a second, per chat and over all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

from simulator.wire import too_many_requests


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


@dataclass
class Limits:
    """Off until set. `per_chat` and `overall` are messages per second, `burst` what one chat may send at once."""

    clock: Callable[[], float]
    per_chat: float = 0
    overall: float = 0
    burst: int = 3
    _chats: dict[int, Bucket] = field(default_factory=dict)
    _all: Bucket | None = None

    def set(self, *, per_chat: float, overall: float, burst: int = 3) -> None:
        self.per_chat, self.overall, self.burst = per_chat, overall, max(1, burst)
        self._chats.clear()
        self._all = Bucket(overall, overall, overall, self.clock()) if overall else None

    def spend(self, chat_id: int) -> None:
        """Count one message to a chat, or refuse it with 429 and the seconds to wait."""
        now = self.clock()
        buckets = [bucket for bucket in (self._all, self._chat(chat_id, now)) if bucket]
        wait = max((bucket.lacks(now) for bucket in buckets), default=0.0)
        if wait > 0:
            raise too_many_requests(ceil(wait))
        for bucket in buckets:
            bucket.tokens -= 1

    def _chat(self, chat_id: int, now: float) -> Bucket | None:
        if not self.per_chat:
            return None
        return self._chats.setdefault(chat_id, Bucket(self.per_chat, self.burst, self.burst, now))
