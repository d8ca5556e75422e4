"""A program that runs as our child, in its own session, and dies with us."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path

from trambot.servers.users import User

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def spawn(
    command: Sequence[str | Path],
    log: Path,
    *,
    death_signal: signal.Signals,
    environment: Mapping[str, str],
    user: User | None = None,
    folder: str = "/",
    inherit: Sequence[int] = (),
    stdin: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start the program with its output appended to `log`; it gets `death_signal` when we die.

    To be called from the main thread: Linux sends the signal when the *thread* that forked ends.
    On systems without PDEATHSIG the child outlives a kill -9 of ours.
    """
    switch = user is not None and user.switch
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - callers give fixed programs
            [str(word) for word in command],
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=dict(environment),
            user=user.uid if user and switch else None,
            group=user.gid if user and switch else None,
            extra_groups=[] if switch else None,
            pass_fds=inherit,
            # A session of its own: Ctrl-C then reaches us alone, and we stop the children in order.
            start_new_session=True,
            # Popen calls this after it has changed the user, which is when it must be: setuid clears it.
            preexec_fn=dying_with_parent(death_signal),
        )


def dying_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """What a forked child calls before exec, to be signalled when its parent dies."""
    prctl = _prctl()
    return partial(_die_with, os.getpid(), prctl, death_signal) if prctl else _hear_signals


@cache
def _prctl() -> Callable[..., int] | None:
    # Loaded before the fork: a child between fork and exec should load no library.
    return ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def _die_with(parent: int, prctl: Callable[..., int], death_signal: signal.Signals) -> None:
    _hear_signals()
    prctl(PR_SET_PDEATHSIG, int(death_signal))
    if os.getppid() != parent:  # it died between fork and prctl
        os._exit(1)


def _hear_signals() -> None:
    # What we ignore the program would ignore too: a shell starts `… &` with SIGINT ignored.
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_DFL)


def stop(process: subprocess.Popen[bytes], ask: signal.Signals, *, grace: float) -> None:
    """Ask the program to end; after `grace` seconds end it. Returns when it has ended."""
    if process.poll() is not None:
        return
    process.send_signal(ask)
    try:
        process.wait(grace)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log, for a person who asks why."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8192))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-count:])
