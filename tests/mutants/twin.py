"""A twin of the project in a folder of its own, in which a bug may be planted and tests be run."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutants.bug import Bug

PROJECT = Path(__file__).parent.parent.parent
PACKAGES = "api, bot, conversations, models, simulator, trambot, tests"
RED = re.compile(r"^(FAILED|ERROR) (\S+?)(?:\[.*)?(?: - .*)?$", re.MULTILINE)
TOOK = re.compile(r"^([\d.]+)s (?:setup|call|teardown) +(\S+?)(?:\[.*)?$", re.MULTILINE)
LAST_LINES = 12


class NoTwin(Exception):
    """Tests in the copy would try the project itself, or nothing."""


@dataclass(frozen=True)
class Outcome:
    """What became of some tests, which may have stopped at the first red one."""

    seconds: float
    failed: tuple[str, ...] = ()
    """The tests that turned red, as pytest names them, without parameters."""
    hung: bool = False
    took: Mapping[str, float] = field(default_factory=dict)
    """Seconds of each test, those of almost none left out."""
    words: str = ""
    """The end of what pytest told, where tests hung or could not even begin."""

    @property
    def is_red(self) -> bool:
        return bool(self.failed) or self.hung

    @property
    def is_green(self) -> bool:
        return not (self.is_red or self.words)


class Twin:
    """A copy of the project, made anew from what git knows or would add."""

    def __init__(self, folder: Path, servers: Mapping[str, str]) -> None:
        """Copy it to `folder`; `servers` is added to the environment of its tests.

        Raises NoTwin.
        """
        self.folder = folder
        self._environment = {**os.environ, **servers, "PYTHONPATH": str(folder)}
        self._second = int(time.time())
        self._running: subprocess.Popen[bytes] | None = None
        self._is_over = False
        _copy_to(folder)
        self._must_stand_alone()

    @contextmanager
    def with_bug(self, bug: Bug) -> Iterator[None]:
        """Plant the bug; afterwards the file is as it was.

        Raises Stale.
        """
        file = self.folder / bug.file
        sound = file.read_text(encoding="utf-8")
        self._write(file, bug.planted(self.folder))
        try:
            yield
        finally:
            self._write(file, sound)

    def run(self, tests: Sequence[str], *, longest: float) -> Outcome:
        """Run the tests until one turns red, for `longest` seconds at most; nothing once the twin was told to end."""
        if self._is_over:
            return Outcome(0, words="not tried")
        options = ("-n", "0", "-x", "-q", "-rfE", "--tb=line", "--durations=0", "-p", "no:cacheprovider")
        began = time.monotonic()
        with (self.folder / "told").open("w+") as told:
            self._running = process = subprocess.Popen(
                [sys.executable, "-m", "pytest", *options, *tests],
                cwd=self.folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that all of it can be ended
            )
            try:
                code = process.wait(longest)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                _end(process)
            told.seek(0)
            return outcome_of(told.read(), code, time.monotonic() - began)

    def end(self) -> None:
        """End the tests that run, and run no more; called from another thread."""
        self._is_over = True
        if self._running is not None:
            _end(self._running)

    def _must_stand_alone(self) -> None:
        """See that a process of the twin's imports the twin, not the project that is installed beside it."""
        places = f"import {PACKAGES}; print(*(package.__file__ for package in ({PACKAGES})), sep='\\n')"
        command = [sys.executable, "-c", places]
        told = subprocess.run(command, cwd="/", env=self._environment, capture_output=True, text=True, check=False)
        if told.returncode or any(not Path(line).is_relative_to(self.folder) for line in told.stdout.splitlines()):
            raise NoTwin(told.stderr or told.stdout)

    def _write(self, file: Path, text: str) -> None:
        """Write it as of another second than ever before: compiled files know their source by its second."""
        file.write_text(text, encoding="utf-8")
        self._second += 2
        os.utime(file, (self._second, self._second))


def _copy_to(folder: Path) -> None:
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=PROJECT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # git still knows it, and somebody has just removed it
            shutil.copy2(PROJECT / name, folder / name)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End whatever is left of it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def outcome_of(told: str, code: int | None, seconds: float) -> Outcome:
    """What pytest's words and exit code amount to; no code is a hang.

    An error before or after a test is no verdict on the bug.
    """
    failed = tuple(test for kind, test in RED.findall(told) if kind == "FAILED")
    took: dict[str, float] = defaultdict(float)
    for time_, test in TOOK.findall(told):
        took[test] += float(time_)
    words = "" if code == 0 or failed else "\n".join(told.splitlines()[-LAST_LINES:])
    return Outcome(seconds, failed, hung=code is None, took=took, words=words)
