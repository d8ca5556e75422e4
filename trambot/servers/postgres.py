"""An embedded PostgreSQL: its data folder, its process, its superuser's address."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from trambot.servers.child import last_lines, spawn
from trambot.servers.folder import LOOPBACK, held
from trambot.servers.problems import WouldNotStart
from trambot.servers.programs import postgres_programs
from trambot.servers.server import ENVIRONMENT, LOCK_WAIT, Server
from trambot.servers.users import User, make_folder, refuse_nameless, servers_user

SUPERUSER = "postgres"
BUILTIN_LOCALE_SINCE = 17  # the same order of text on every machine, whatever its libc
SYNCFS_SINCE = 17

SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "max_connections": "200",
    # A failed statement's DETAIL holds the row: personal data, which has no place in a log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}  # for tests alone


@contextmanager
def embedded_postgres(folder: Path, *, durable: bool = True, wait: float = LOCK_WAIT) -> Iterator["Postgres"]:
    """A running PostgreSQL with its data in `folder`, on loopback, stopped at the end.

    As root it runs as `nobody`. It dies with the process that started it. `durable=False` trades
    safety from a power cut for speed. `wait`: seconds for a predecessor in the same folder to finish.

    Raises NoProgram, FolderClosed, StillRunning, WouldNotStart.
    """
    user = servers_user()
    refuse_nameless(user)
    programs, major = postgres_programs(user)
    make_folder(folder)
    with held(folder / "lock", wait=wait, refusal=f"Another PostgreSQL is running in {folder}.") as lock:
        server = Postgres(folder, user, lock, programs, major, durable=durable)
        server.make_data()
        try:
            server.start()
            yield server
        finally:
            server.stop()


class Postgres(Server):
    """One PostgreSQL server with scram passwords only and no socket file."""

    name = "PostgreSQL"
    ask_to_stop = signal.SIGINT  # «fast»: open transactions are rolled back

    def __init__(self, folder: Path, user: User, lock: int, programs: Path, major: int, *, durable: bool) -> None:
        super().__init__(folder, user, lock)
        self._programs = programs
        self._major = major
        self._durable = durable
        self._data = folder / "data"

    def superuser_url(self, database: str = "postgres") -> str:
        """Where the superuser reaches the database."""
        return f"postgresql://{SUPERUSER}:{quote(self.password)}@{LOOPBACK}:{self.port}/{database}"

    def make_data(self) -> None:
        """Make the data folder unless it is there; a killed attempt leaves none behind."""
        if self._data.exists():
            self._check_version()
            return
        draft = self.folder / f"data.{os.getpid()}"
        draft.mkdir(mode=0o700)
        self.user.own(draft)
        self._initdb(draft)
        draft.rename(self._data)

    def _start_on_a_port(self) -> None:
        """A pid file found here is a dead server's, because the locks are ours."""
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        super()._start_on_a_port()

    def _command(self, port: int) -> Sequence[str | Path]:
        settings = SETTINGS | ({} if self._durable else FORGETFUL) | {"port": str(port)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [self._programs / "postgres", "-D", self._data, *options]

    def _is_ready(self) -> bool:
        # Line 8 of postmaster.pid is the server's status; pg_ctl reads the same (utils/pidfile.h).
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def _initdb(self, data: Path) -> None:
        """Run initdb; the password goes through a pipe, so that no other user can see it."""
        reading, writing = os.pipe()
        self.user.own(reading)
        os.write(writing, f"{self.password}\n".encode())
        os.close(writing)
        try:
            process = self._start_initdb(data, reading)
        finally:
            os.close(reading)
        if process.wait() != 0:
            raise WouldNotStart(f"initdb failed. The end of {self.log}:\n{last_lines(self.log)}")

    def _start_initdb(self, data: Path, password: int) -> subprocess.Popen[bytes]:
        options = ["--username", SUPERUSER, f"--pwfile=/dev/fd/{password}", "--auth=scram-sha-256"]
        options += ["--encoding=UTF8", *_locale(self._major), *self._sync()]
        return spawn(
            [self._programs / "initdb", "-D", data, *options],
            self.log,
            death_signal=signal.SIGTERM,
            environment=ENVIRONMENT,
            user=self.user,
            inherit=[password, self._lock],
        )

    def _sync(self) -> list[str]:
        if not self._durable:
            return ["--no-sync"]
        # One call for the whole file system instead of one for each of a thousand files: seconds on a busy disk.
        return ["--sync-method=syncfs"] if self._major >= SYNCFS_SINCE and sys.platform == "linux" else []

    def _check_version(self) -> None:
        made_by = (self._data / "PG_VERSION").read_text().strip()
        if made_by != str(self._major):
            raise WouldNotStart(
                f"{self._data} was made by PostgreSQL {made_by}, and this is PostgreSQL {self._major}.\n"
                "Begin anew with `make demo-reset`, or set DATABASE_URL to a server of your own."
            )


def _locale(major: int) -> list[str]:
    if major < BUILTIN_LOCALE_SINCE:
        return ["--locale=C.UTF-8"]
    return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
