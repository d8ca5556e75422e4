"""What happens in the town, numbered, for whoever watches: the page, the tests."""

import asyncio
from collections import deque
from secrets import token_hex

from simulator.wire import Json

KEPT = 20_000


class News:
    """An endless list of events; watchers ask for what came after the number they know.

    `edition` changes with every start, so that a watcher notices that numbering began anew.
    """

    def __init__(self) -> None:
        self.edition = token_hex(8)
        self.last = 0
        self._events: deque[Json] = deque(maxlen=KEPT)
        self._stirred = asyncio.Event()

    def tell(self, kind: str, **facts: object) -> int:
        """Publish an event; its number comes back."""
        self.last += 1
        self._events.append({"seq": self.last, "kind": kind, **facts})
        self._stirred.set()
        self._stirred = asyncio.Event()
        return self.last

    def after(self, seq: int) -> list[Json]:
        fresh = min(self.last - seq, len(self._events))
        if fresh <= 0:
            return []
        return [self._events[place] for place in range(len(self._events) - fresh, len(self._events))]

    async def wait(self, seq: int, timeout: float) -> list[Json]:  # noqa: ASYNC109 - the wire's own word
        """The events after `seq`, as soon as there is one; an empty list after `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                while self.last <= seq:
                    await self._stirred.wait()
        except TimeoutError:
            return []
        return self.after(seq)
