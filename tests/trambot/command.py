"""The command `trambot` in a process that begins at once, for it is forked from one that has loaded everything."""

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.forks import FORKS
from trambot.cli import app

PATIENCE = 60.0  # seconds, on a busy machine


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int | None
    out: str
    complaints: str


def command(*words: str, **settings: str) -> Ended:
    """Run the command with these settings and no others."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("TRAMBOT_")}
    with tempfile.TemporaryDirectory() as folder:
        out, complaints = Path(folder, "out"), Path(folder, "complaints")
        process = FORKS.Process(target=_run, args=(words, {**ours, **settings}, out, complaints))
        process.start()
        process.join(PATIENCE)
        process.kill()
        process.join()
        return Ended(process.exitcode, out.read_text(), complaints.read_text())


def _run(words: Sequence[str], environment: Mapping[str, str], out: Path, complaints: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    for number, file, how in ((0, os.devnull, "r"), (1, out, "w"), (2, complaints, "w")):
        with open(file, how) as opened:
            os.dup2(opened.fileno(), number)
    sys.argv = ["trambot", *words]
    app()
