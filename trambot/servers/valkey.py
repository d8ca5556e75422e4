"""An embedded Valkey: password, append-only file, nothing evicted, loopback only."""

import os
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen

from trambot.servers.folder import LOOPBACK, held
from trambot.servers.programs import valkey_program
from trambot.servers.server import LOCK_WAIT, Server
from trambot.servers.users import User, make_folder, servers_user

DATABASES = 256
MEMORY = "256mb"

CONFIGURATION = """\
bind {address}
port {port}
requirepass {password}
dir {data}
databases {databases}
maxmemory {memory}
maxmemory-policy noeviction
appendonly {append}
save ""
daemonize no
"""


@contextmanager
def embedded_valkey(folder: Path, *, durable: bool = True, wait: float = LOCK_WAIT) -> Iterator["Valkey"]:
    """A running Valkey with its data in `folder`, on loopback, stopped at the end.

    As root it runs as `nobody`. It dies with the process that started it. `durable=False` keeps no file.

    Raises NoProgram, FolderClosed, StillRunning, WouldNotStart.
    """
    user = servers_user()
    program = valkey_program(user)
    make_folder(folder)
    with held(folder / "lock", wait=wait, refusal=f"Another Valkey is running in {folder}.") as lock:
        server = Valkey(folder, user, lock, program, durable=durable)
        try:
            server.start()
            yield server
        finally:
            server.stop()


class Valkey(Server):
    """One Valkey server (or Redis; they agree in all that is used here)."""

    name = "Valkey"
    ask_to_stop = signal.SIGTERM  # writes the append-only file out

    def __init__(self, folder: Path, user: User, lock: int, program: Path, *, durable: bool) -> None:
        super().__init__(folder, user, lock)
        self._program = program
        self._durable = durable
        self._data = folder / "data"

    def url(self, database: int = 0) -> str:
        """Where to reach the numbered database, below `DATABASES`."""
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def _command(self, port: int) -> Sequence[str | Path]:
        return [self._program, "-"]

    def _spawn(self, command: Sequence[str | Path], stdin: int = -1) -> Popen[bytes]:
        """With the configuration through a pipe: in the arguments everybody could read the password."""
        if not self._data.exists():
            self._data.mkdir(mode=0o700)
            self.user.own(self._data)
        reading, writing = os.pipe()
        os.write(writing, self._configuration().encode())
        os.close(writing)
        try:
            return super()._spawn(command, reading)
        finally:
            os.close(reading)

    def _configuration(self) -> str:
        return CONFIGURATION.format(
            address=LOOPBACK,
            port=self.port,
            password=self.password,
            data=self._data,
            databases=DATABASES,
            memory=MEMORY,
            append="yes" if self._durable else "no",
        )

    def _is_ready(self) -> bool:
        """Whether our own server answers; one of somebody else's on that port knows another password."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                return b"+OK" in connection.recv(64)
        except OSError:
            return False
