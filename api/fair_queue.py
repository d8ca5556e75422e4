"""A queue in which no source can keep the others waiting."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from models.refusals import Busy

COME_BACK = 2  # seconds


class FairQueue:
    """Lets a few in at a time. The sources that wait take turns, however many requests each has waiting.

    A full queue says Busy, to the source with too many waiting first: an attacker's own requests are what it refuses
    (T31).
    """

    def __init__(self, *, inside: int, waiting: int, waiting_of_one_source: int) -> None:
        self._free = inside
        self._most = waiting
        self._most_of_one = waiting_of_one_source
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def place(self, source: str) -> AsyncIterator[None]:
        """A place inside, once it is this source's turn.

        Raises:
            Busy: too many are waiting.
        """
        if self._free:
            self._free -= 1
        else:
            await self._turn_of(source)
        try:
            yield
        finally:
            self._let_the_next_in()

    async def _turn_of(self, source: str) -> None:
        line = self._waiting.get(source, deque())
        if len(line) >= self._most_of_one or sum(map(len, self._waiting.values())) >= self._most:
            raise Busy(seconds=COME_BACK)
        self._waiting[source] = line
        turn = asyncio.get_running_loop().create_future()
        line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._leave(source, turn)
            else:
                self._let_the_next_in()  # the turn had just come
            raise

    def _leave(self, source: str, turn: asyncio.Future[None]) -> None:
        self._waiting[source].remove(turn)
        if not self._waiting[source]:
            del self._waiting[source]

    def _let_the_next_in(self) -> None:
        if not self._waiting:
            self._free += 1
            return
        source, line = self._waiting.popitem(last=False)
        line.popleft().set_result(None)
        if line:
            self._waiting[source] = line
