"""The points of a process, before each call to its outside and after each answer; at one of them it dies by kill -9."""

import os
import signal
from collections.abc import Callable
from contextvars import ContextVar
from multiprocessing.connection import Connection
from typing import Any, Protocol

NameOf = Callable[..., str | None]
"""What a call is named as, by its arguments; None if it is no point."""

IS_WANTED = ContextVar("IS_WANTED", default=True)
"""Whether somebody waits for what is being done; what comes and goes by itself has no points."""


class Left(Protocol):
    """How many points a process still passes, the one it dies at included; shared with the process that decides it."""

    value: int


class Points:
    """Tells each point that is passed, and dies at the last; while none is left, nothing is told and nobody dies."""

    def __init__(self, left: Left, tells: Connection) -> None:
        self._left = left
        self._tells = tells

    def __call__(self, name: str) -> None:
        if not self._left.value or not IS_WANTED.get():
            return
        self._tells.send(name)
        self._left.value -= 1
        if not self._left.value:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, kind: Any, method: str, name_of: NameOf) -> None:
        """Let that method of that kind have points."""
        call = getattr(kind, method)

        async def watched(*args: Any, **given: Any) -> Any:
            name = name_of(*args)
            if name is None:
                return await call(*args, **given)
            self(f"before {name}")
            try:
                return await call(*args, **given)
            finally:
                self(f"after {name}")

        setattr(kind, method, watched)


def by_itself(kind: Any, method: str) -> None:
    """Let that method of that kind have no points in it."""
    call = getattr(kind, method)

    async def unwatched(*args: Any, **given: Any) -> Any:
        token = IS_WANTED.set(False)
        try:
            return await call(*args, **given)
        finally:
            IS_WANTED.reset(token)

    setattr(kind, method, unwatched)
