"""A process that can be told at which of its points to die, and that begins another life when it has."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from tests.crashes.points import Left, Points
from tests.forks import FORKS

ALL = 1_000_000
"""More points than a process passes."""

Prepare = Callable[[Any, Points], Callable[[], None]]
"""Makes, of its settings, what a process is to do with its life."""


class Mortal:
    """One of the two processes of a lane, through all its lives.

    Its lives are forked from a process that has prepared everything, so one begins within some milliseconds.
    """

    def __init__(self, name: str, prepare: Prepare, settings: Any, log: Path) -> None:
        self.name = name
        self._log = log
        self._left = FORKS.RawValue("i", 0)
        self._told: list[str] = []
        self._line, its_line = FORKS.Pipe()
        self._hears, tells = FORKS.Pipe(duplex=False)
        arguments = (prepare, settings, self._left, tells, its_line, log)
        self._mother = FORKS.Process(target=_mother, args=arguments, daemon=True)
        self._mother.start()
        tells.close()
        its_line.close()

    def start(self) -> None:
        """Begin a life."""
        self._line.send("live")

    def arm(self, at: int = ALL) -> None:
        """Let it die at its point of that number, counted from now; it tells of each."""
        self._left.value = at

    def disarm(self) -> list[str]:
        """Let it live; the points it has passed since it was armed, the one it died at last."""
        self._left.value = 0
        told, self._told = self.passed(), []
        return told

    def passed(self) -> list[str]:
        """The points it has passed so far."""
        while self._hears.poll():
            self._told.append(self._hears.recv())
        return self._told

    def has_its_answers(self) -> bool:
        """Whether nothing is under way between a point before a call and that after its answer."""
        passed = [point.partition(" ") for point in self.passed()]
        asked, answered = (Counter(call for when, _, call in passed if when == which) for which in ("before", "after"))
        return asked <= answered

    async def death(self) -> None:
        """Wait until it has died."""
        has_died, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.add_reader(self._line.fileno(), has_died.set)
        try:
            await has_died.wait()
        finally:
            loop.remove_reader(self._line.fileno())
        self._line.recv()

    def end(self) -> None:
        """End its life, and let there be no other."""
        self._line.close()
        self._mother.join()
        self._hears.close()

    def last_words(self) -> str:
        """The end of its log."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-15:])


def _mother(prepare: Prepare, settings: Any, left: Left, tells: Connection, line: Connection, log: Path) -> None:
    """Prepare everything, then give a life whenever one is wanted, and tell when it has ended."""
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    live = prepare(settings, Points(left, tells))
    with suppress(EOFError):
        while line.recv():
            _give_life(live, line)
            line.send("dead")


def _give_life(live: Callable[[], None], line: Connection) -> None:
    """A life, until it has ended, or until the line is closed at its other end."""
    breath, its_breath = FORKS.Pipe(duplex=False)
    child = os.fork()
    if not child:
        live()
        os._exit(0)
    its_breath.close()
    wait([breath, line])
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    breath.close()
