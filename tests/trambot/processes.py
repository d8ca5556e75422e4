"""Looking at processes from outside, as a person with `ps` would."""

import os
import pwd
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PATIENCE = 20.0  # seconds


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits to be reaped does not."""
    try:
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def arguments(pid: int) -> str:
    """What everybody on the machine can read of the process's command line."""
    return Path(f"/proc/{pid}/cmdline").read_text().strip("\0").replace("\0", " ")


def descendants(pid: int) -> dict[int, str]:
    """The command lines of its children, their children and so on, by their pids."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    family = {pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return {child: arguments(child) for child in family - {pid}}


def eventually(truth: Callable[[], bool], what: str) -> None:
    """Wait until it holds, as briefly as possible; fail after `PATIENCE`."""
    deadline = time.monotonic() + PATIENCE
    while not truth():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.01)


def python(
    text: str, *words: str, program: str = sys.executable, user: pwd.struct_passwd | None = None
) -> subprocess.Popen[str]:
    """A Python process of its own that runs the text, with our modules; its output readable by line."""
    return subprocess.Popen(
        [program, "-c", text, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        user=user and user.pw_uid,
        group=user and user.pw_gid,
        extra_groups=[] if user else None,
    )
