"""What stands in for containers: processes that can be killed as Docker kills, all that belongs to one at once."""

import os
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.deploy.compose import PROJECT
from tests.trambot.processes import descendants, is_alive
from trambot.servers.child import last_lines, spawn
from trambot.servers.folder import LOOPBACK, held, write_private
from trambot.servers.postgres import Postgres
from trambot.servers.problems import WouldNotStart
from trambot.servers.programs import postgres_programs, valkey_program
from trambot.servers.server import Server
from trambot.servers.users import make_folder, servers_user
from trambot.servers.valkey import Valkey

WELL_WITHIN = 90.0
ENDED_WITHIN = 120.0
SURROUNDINGS = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": "/nonexistent"}
"""What a container has in its environment by itself."""


class Container(ABC):
    """One of them."""

    name: str
    log: Path

    @property
    @abstractmethod
    def pid(self) -> int:
        """Of the process that all the others come from; 0 before the first start."""

    @property
    @abstractmethod
    def is_running(self) -> bool:
        """Whether that process lives."""

    @abstractmethod
    def start(self) -> None: ...

    @abstractmethod
    def is_well(self) -> bool:
        """Whether its health check succeeds."""

    def kill(self) -> None:
        """kill -9, for it and whatever it started; returns when all of them are gone."""
        if not self.is_running:  # its number may be somebody else's by now
            return
        family = [self.pid, *descendants(self.pid)]
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._await(lambda: not (self.is_running or any(map(is_alive, family))), "does not die")

    def await_well(self) -> None:
        """Raises WouldNotStart with the end of its log."""
        self._await(lambda: self.is_well() or not self.is_running, "did not become healthy")
        if not self.is_running:
            raise WouldNotStart(f"{self.name} ended at once:\n{last_lines(self.log)}")

    def _await(self, truth: Callable[[], bool], otherwise: str) -> None:
        deadline = time.monotonic() + WELL_WITHIN
        while not truth():
            if time.monotonic() > deadline:
                raise WouldNotStart(f"{self.name} {otherwise}:\n{last_lines(self.log)}")
            time.sleep(0.05)


class Program(Container):
    """A program with its environment."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        health: Callable[[], bool],
    ) -> None:
        self.name = name
        self.log = log
        self.command = command
        self.environment = {**SURROUNDINGS, **environment}
        self._health = health
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def start(self) -> None:
        self._process = spawn(
            self.command, self.log, death_signal=signal.SIGKILL, environment=self.environment, folder=str(PROJECT)
        )

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def is_well(self) -> bool:
        return self.is_running and self._health()

    def run(self) -> None:
        """Run it to its end.

        Raises WouldNotStart if that is no success.
        """
        self.start()
        if self._process is None or self._process.wait(ENDED_WITHIN) != 0:
            raise WouldNotStart(f"{self.name} did not succeed:\n{last_lines(self.log)}")


class StandingIn(Container):
    """A server of ours in place of an image's."""

    def __init__(self, name: str, server: Server, health: Callable[[], bool]) -> None:
        self.name = name
        self.log = server.log
        self.server = server
        self._health = health

    @property
    def pid(self) -> int:
        return self.server.pid

    @property
    def is_running(self) -> bool:
        return self.server.is_running

    def start(self) -> None:
        self.server.start()

    def is_well(self) -> bool:
        return self.is_running and self._health()


class ComposedPostgres(Postgres):
    """PostgreSQL with the settings of the service's command; it has its data, and is not started."""

    def __init__(self, folder: Path, lock: int, settings: list[str]) -> None:
        user = servers_user()
        programs, major = postgres_programs(user)
        super().__init__(folder, user, lock, programs, major, durable=True)
        self.programs = programs
        self._settings = settings
        self.make_data()

    def _command(self, port: int) -> Sequence[str | Path]:
        return [*super()._command(port), *self._settings]


class ComposedValkey(Valkey):
    """Valkey with the service's own configuration; it is not started."""

    def __init__(self, folder: Path, lock: int, configuration: str) -> None:
        user = servers_user()
        super().__init__(folder, user, lock, valkey_program(user), durable=True)
        self._written = configuration

    def _configuration(self) -> str:
        return f"{self._written}\nbind {LOOPBACK}\ndaemonize no\n"


def prepared(folder: Path, password: str, port: int, stack: ExitStack) -> int:
    """The folder with what a server finds there: its password and the port to take; the lock on it."""
    make_folder(folder)
    write_private(folder / "password", password)
    (folder / "port").write_text(str(port))
    return stack.enter_context(held(folder / "lock", wait=0, refusal="A new folder cannot be locked."))


def succeeds(command: Sequence[str | Path]) -> bool:
    """Whether a health check that is a command says yes."""
    done = subprocess.run(command, capture_output=True, env=SURROUNDINGS, timeout=WELL_WITHIN, check=False)
    return done.returncode == 0


def answers(url: str) -> bool:
    """Whether a health check that fetches something would find it."""
    try:
        with urlopen(url, timeout=3) as answer:  # noqa: S310 - on loopback
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def pongs(port: int) -> bool:
    """Whether Valkey says PONG to the user whom the health check is."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=2) as link:
            link.sendall(b"AUTH health any\r\nPING\r\n")
            return b"+OK\r\n+PONG" in link.recv(64)
    except OSError:
        return False
