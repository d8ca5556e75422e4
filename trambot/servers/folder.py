"""What a server's folder keeps beside its data: the lock, the secrets, the port it had last."""

import fcntl
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from trambot.servers.problems import StillRunning

LOOPBACK = "127.0.0.1"
TRIES_FOR_A_PORT = 5


@contextmanager
def held(path: Path, *, wait: float, refusal: str) -> Iterator[int]:
    """Hold the lock file, waiting up to `wait` seconds; yields its descriptor.

    A child that inherits the descriptor holds the lock too. So the lock is free exactly when the
    child and all its own children are gone, which no pid file can promise.

    Raises StillRunning with the given text.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(descriptor, time.monotonic() + wait, refusal)
        yield descriptor
    finally:
        os.close(descriptor)


def _lock(descriptor: int, deadline: float, refusal: str) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise StillRunning(refusal) from None
        time.sleep(0.05)


def secret(path: Path, make: str | None = None) -> str:
    """The secret kept in the file (mode 0600); made on the first call, `make` if given, else at random."""
    if path.exists():
        return path.read_text()
    text = make or secrets.token_urlsafe(24)
    write_private(path, text)
    return text


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def is_free(port: int) -> bool:
    """Whether nobody listens on the port of this machine's loopback."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        # As servers do; otherwise the old connections of a stopped server keep its port for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port that nobody listens on just now; another program may still be faster."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def ports_to_try(remembered: Path) -> Iterator[int]:
    """The port of last time if it is free, then free ones."""
    text = remembered.read_text() if remembered.exists() else ""
    if text.isdigit() and is_free(int(text)):
        yield int(text)
    for _ in range(TRIES_FOR_A_PORT):
        yield free_port()
