"""Keeps one server running for as long as somebody holds a lock: `python -m trambot.servers.keep`.

The tests share their servers among several processes, of which any may end first. So none of them is
the servers' parent: this is, and it ends when the run does, however the run ends.
"""

import fcntl
import shutil
import signal
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from trambot.servers.postgres import Postgres, embedded_postgres
from trambot.servers.problems import Unavailable
from trambot.servers.valkey import Valkey, embedded_valkey


def keep(kind: str, folder: Path, lock: Path) -> None:
    """Start the server, print its address on one line; when the lock is let go stop it and remove its folder."""
    for ignored in (signal.SIGINT, signal.SIGTERM):  # meant for those who hold the lock
        signal.signal(ignored, signal.SIG_IGN)
    with _server(kind, folder) as server:
        url = server.superuser_url() if isinstance(server, Postgres) else server.url()
        sys.stdout.write(f"{url}\n")
        sys.stdout.close()
        with lock.open() as held_by_others:
            fcntl.flock(held_by_others, fcntl.LOCK_EX)
    shutil.rmtree(folder)


def _server(kind: str, folder: Path) -> AbstractContextManager[Postgres | Valkey]:
    if kind == "postgres":
        return embedded_postgres(folder, durable=False)
    return embedded_valkey(folder, durable=False)


if __name__ == "__main__":
    try:
        keep(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
    except Unavailable as problem:
        sys.exit(str(problem))
