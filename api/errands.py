"""Work that outlives its request: what was begun is waited for a while, and goes on when the answer is given."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from models.refusals import Refusal


class Errands:
    """The errands of a process; they end before the service does."""

    def __init__(self, group: asyncio.TaskGroup, alarm: Callable[[Exception], None]) -> None:
        self._group = group
        self._alarm = alarm

    async def begin(self, work: Coroutine[Any, Any, None], patience: float) -> None:
        """Begin it, and wait for so many seconds.

        Raises:
            Exception: what it ended with, if that was meanwhile.
        """
        errand = self._group.create_task(self._ended(work))
        await asyncio.wait({errand}, timeout=patience)
        if errand.done() and (failure := errand.result()) is not None:
            raise failure

    async def _ended(self, work: Coroutine[Any, Any, None]) -> Exception | None:
        """Do it; what it ended with is returned, for an error would end all others of the group."""
        try:
            await work
        except Refusal as refusal:
            return refusal
        except Exception as fault:  # noqa: BLE001 - nobody else may hear of it
            self._alarm(fault)
            return fault
        return None
