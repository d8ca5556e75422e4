"""The processes of the demo besides its servers: started, asked for their health, started again."""

import http.client
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from trambot.servers.child import last_lines, spawn, stop
from trambot.servers.folder import LOOPBACK
from trambot.servers.problems import Unavailable

HEALTHY_WITHIN = 60.0  # seconds; a first start on a busy machine compiles everything
STOPPED_WITHIN = 5.0  # seconds, then it is ended by force

FIRST_PAUSE = 1.0  # seconds before a part that ended is started again; doubles
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0  # seconds of life that make the next end a first one again


class PartFailed(Unavailable):
    """A part of the demo ended, or did not become healthy, while it was being started."""


class Restartable(Protocol):
    """What the supervisor keeps alive: a server or a part."""

    name: str
    log: Path

    @property
    def is_running(self) -> bool: ...

    def start(self) -> None: ...


class Part:
    """One of our own commands as a child process, with its log and its health address."""

    def __init__(self, name: str, environment: Mapping[str, str], logs: Path, health: tuple[int, str]) -> None:
        self.name = name
        self.log = logs / f"{name}.log"
        self.environment = environment
        self._port, self._path = health
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it; returns at once."""
        self._process = spawn(
            [sys.executable, "-m", "trambot", self.name],
            self.log,
            death_signal=signal.SIGTERM,
            environment={**_ordinary(os.environ), **self.environment},
        )

    def await_health(self) -> None:
        """Wait until it answers.

        Raises PartFailed with the end of its log.
        """
        deadline = time.monotonic() + HEALTHY_WITHIN
        while self.is_running and time.monotonic() < deadline:
            if self._is_healthy():
                return
            time.sleep(0.05)
        how = "did not become ready" if self.is_running else "ended at once"
        raise PartFailed(
            f"trambot {self.name} {how}. The end of its log, {self.log}:\n\n{last_lines(self.log)}\n\n"
            "If the data are to blame, `make demo-reset` begins anew."
        )

    def stop(self) -> None:
        """End it; returns when it is gone."""
        if self._process is not None:
            stop(self._process, signal.SIGTERM, grace=STOPPED_WITHIN)

    def _is_healthy(self) -> bool:
        link = http.client.HTTPConnection(LOOPBACK, self._port, timeout=2)
        try:
            link.request("GET", self._path)
            return link.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            link.close()


def _ordinary(environment: Mapping[str, str]) -> dict[str, str]:
    """Our environment without what is ours alone: the databases' owner, and settings meant for a real bot."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith("TRAMBOT_") and name not in {"DATABASE_URL", "REDIS_URL"}
    }


class Watch:
    """Starts one server or part again when it has ended, more patiently each time."""

    def __init__(self, kept: Restartable) -> None:
        self.kept = kept
        self._pause = FIRST_PAUSE
        self._began = -math.inf
        self._due: float | None = None

    def look(self, now: float) -> str:
        """Do what is due; what happened, in a sentence, or nothing."""
        if self.kept.is_running:
            self._due = None
            return ""
        if self._due is None:
            return self._plan(now)
        return self._start_again(now) if now >= self._due else ""

    def _plan(self, now: float) -> str:
        if now - self._began > STEADY_AFTER:
            self._pause = FIRST_PAUSE
        pause, self._pause = self._pause, min(self._pause * 2, LONGEST_PAUSE)
        self._due = now + pause
        return f"{self.kept.name} has ended and starts again in {pause:.0f} s; its log: {self.kept.log}"

    def _start_again(self, now: float) -> str:
        self._due, self._began = None, now
        try:
            self.kept.start()
        except Unavailable as problem:
            return str(problem)
        return f"{self.kept.name} was started again."
