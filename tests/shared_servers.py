"""One PostgreSQL and one Valkey for the whole run, started by whichever worker needs them first."""

import fcntl
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from trambot.servers.folder import held, secret, write_private
from trambot.servers.problems import StillRunning
from trambot.servers.users import can_reach, servers_user

PREFIX = "trambot-tests-"
ABANDONED_AFTER = 300.0  # seconds since anything was made in it
GONE_WITHIN = 15.0  # seconds for the servers to stop at the end


@contextmanager
def folder_of_the_run() -> Iterator[Path]:
    """A new folder whose lock `run` is held until the end; the servers of the run end when it is let go."""
    parents = [Path(tempfile.gettempdir()), Path("/var/tmp")]  # noqa: S108 - mkdtemp makes an unguessable name
    parent = next((place for place in parents if can_reach(place, servers_user())), parents[0])
    _remove_abandoned(parent)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    folder.chmod(0o711)  # the servers' user passes through to its own folders
    with held(folder / "run", wait=0, refusal="A new folder cannot be locked."):
        yield folder
    _await_the_end(folder)
    shutil.rmtree(folder)


def _remove_abandoned(parent: Path) -> None:
    """Remove the folders of runs that were killed: old enough to have been locked, and locked no more."""
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError, StillRunning), held(folder / "run", wait=0, refusal="It is in use."):
            if time.time() - folder.stat().st_mtime > ABANDONED_AFTER:
                shutil.rmtree(folder)


def _await_the_end(folder: Path) -> None:
    deadline = time.monotonic() + GONE_WITHIN
    while any(place.is_dir() for place in folder.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.01)


@dataclass(frozen=True)
class SharedServers:
    """The servers of the run, known to all its workers by the folder."""

    folder: Path

    def postgres_url(self) -> str:
        """A superuser's address: DATABASE_URL if given, else that of the embedded PostgreSQL."""
        return os.environ.get("DATABASE_URL") or self._kept("postgres")

    def valkey_url(self) -> str:
        """REDIS_URL if given (the tests empty its databases from 1 up), else the embedded Valkey's."""
        return os.environ.get("REDIS_URL") or self._kept("valkey")

    def password(self, role: str) -> str:
        """The role's password, the same for all workers."""
        with self.alone():
            return secret(self.folder / f"password-{role}")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other worker is inside at the same time."""
        with (self.folder / "alone").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _kept(self, kind: str) -> str:
        with self.alone():
            note = self.folder / f"{kind}.url"
            if not note.exists():
                write_private(note, self._start(kind))
            return note.read_text()

    def _start(self, kind: str) -> str:
        """Start the server under a process that outlives this worker; its address."""
        reading, writing = os.pipe()
        with (self.folder / f"{kind}.err").open("wb+") as complaints:
            os.posix_spawn(
                sys.executable,
                [sys.executable, "-m", "trambot.servers.keep", kind, f"{self.folder / kind}", f"{self.folder / 'run'}"],
                os.environ,
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, writing, 1),
                    (os.POSIX_SPAWN_DUP2, complaints.fileno(), 2),
                ],
                setsid=True,  # Ctrl-C is for the run; the server ends after it
            )
            os.close(writing)
            with os.fdopen(reading) as output:
                url = output.readline().strip()
            if not url:
                complaints.seek(0)
                raise RuntimeError(complaints.read().decode())
        return url
