"""A server program on a loopback port, with its lock, port, password and log in one folder."""

import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from trambot.servers.child import last_lines, spawn, stop
from trambot.servers.folder import held, is_free, ports_to_try, secret
from trambot.servers.problems import WouldNotStart
from trambot.servers.users import User

READY_WITHIN = 60.0  # seconds; PostgreSQL may have to recover after a power cut
STOPPED_WITHIN = 10.0  # seconds, then it is ended by force
LOCK_WAIT = 10.0  # seconds for the server of a killed predecessor to finish

ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/local/bin:/usr/bin:/bin"}  # ours holds secrets: not handed on


class Server(ABC):
    """One server process that can be started, looked at and stopped, any number of times."""

    name: str
    ask_to_stop: signal.Signals

    def __init__(self, folder: Path, user: User, lock: int) -> None:
        self.folder = folder
        self.user = user
        self.port = 0
        self.log = folder / "log"
        self._lock = lock
        self._alive = -1
        """The lock that the server's processes hold without us; while one is being started."""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def password(self) -> str:
        """The administrator's password, made at the first start and kept in the folder."""
        return secret(self.folder / "password")

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process's number; 0 before the first start."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start the server on its port of last time, or on another where that is taken; returns when ready.

        A server that was killed may have left children behind, still at work on the data: they are waited for.

        Raises StillRunning, WouldNotStart.
        """
        refusal = f"What a killed {self.name} left behind is still at work; a moment later it may be over."
        with held(self.folder / "alive", wait=LOCK_WAIT, refusal=refusal) as self._alive:
            self._start_on_a_port()

    def _start_on_a_port(self) -> None:
        remembered = self.folder / "port"
        for port in ports_to_try(remembered):
            if self._start_on(port):
                remembered.write_text(str(port))
                return
        raise WouldNotStart(f"{self.name} found no free port on this machine.")

    def stop(self) -> None:
        """Stop the server; returns when it is gone."""
        if self._process is not None:
            stop(self._process, self.ask_to_stop, grace=STOPPED_WITHIN)

    def _start_on(self, port: int) -> bool:
        """Whether it started; False when another program took the port in the meantime."""
        self.port = port
        self._process = self._spawn(self._command(port))
        if self._becomes_ready():
            return True
        if self.is_running:
            self.stop()
            raise WouldNotStart(f"{self.name} was not ready after {READY_WITHIN:.0f} s.{self._its_words()}")
        if is_free(port):
            raise WouldNotStart(f"{self.name} would not start.{self._its_words()}")
        return False

    def _spawn(self, command: Sequence[str | Path], stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        return spawn(
            command,
            self.log,
            death_signal=self.ask_to_stop,
            environment=ENVIRONMENT,
            user=self.user,
            inherit=[self._lock, self._alive],
            stdin=stdin,
        )

    def _becomes_ready(self) -> bool:
        deadline = time.monotonic() + READY_WITHIN
        while self.is_running and time.monotonic() < deadline:
            if self._is_ready():
                return True
            time.sleep(0.01)
        return False

    def _its_words(self) -> str:
        return f" The end of {self.log}:\n{last_lines(self.log)}"

    @abstractmethod
    def _command(self, port: int) -> Sequence[str | Path]: ...

    @abstractmethod
    def _is_ready(self) -> bool: ...
