"""`make fire`: every part of the long runs, each in a process of its own; what is done already is not done again."""

import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated

import pytest
import typer

from tests.fire.series import FOLDER, LONG, SEED, figures_of, forget
from tests.tables.page import section, table

LONGEST = 45 * 60.0  # seconds for a part


@dataclass
class Part:
    """Tests that run together."""

    name: str
    tests: list[str] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        """Whether it went through, and was not forgotten since."""
        return self._note.exists()

    def note_done(self) -> None:
        """It went through."""
        self._note.parent.mkdir(exist_ok=True)
        self._note.touch()

    def forget(self) -> None:
        """It is to be done from its beginning."""
        self._note.unlink(missing_ok=True)
        for test in self.tests:
            forget(test)

    @property
    def _note(self) -> Path:
        return FOLDER / "done" / self.name


class Parts:
    """Finds the parts: the tests marked `fire`, by the name that the mark gives them."""

    def __init__(self) -> None:
        self.found: dict[str, Part] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Called by pytest with all tests."""
        for item in items:
            for mark in item.iter_markers("fire"):
                self.found.setdefault(mark.args[0], Part(mark.args[0])).tests.append(item.nodeid)


def main(
    wanted: Annotated[list[str] | None, typer.Argument(help="Only these parts.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what these parts have done already.")] = False,
    seed: Annotated[
        int | None, typer.Option(help="The seed of the dice; that of the last run, if none is given.")
    ] = None,
) -> None:
    """Run the parts that are not done; the exit code is the number of those that failed."""
    parts = _parts()
    if unknown := set(wanted or []) - parts.keys():
        raise typer.BadParameter(f"no such part: {', '.join(unknown)}; there are {', '.join(sorted(parts))}")
    chosen = [parts[name] for name in wanted or sorted(parts)]
    if fresh:
        for part in chosen:
            part.forget()
    seed = _seed(seed, is_new=fresh and not wanted)
    raise typer.Exit(sum(not _run(part, seed) for part in chosen))


def _seed(given: int | None, *, is_new: bool) -> int:
    """The seed of this run and of those that go on with it."""
    FOLDER.mkdir(exist_ok=True)
    kept = FOLDER / "seed"
    if is_new or given is not None or not kept.exists():
        kept.write_text(str(random.randrange(10**9) if given is None else given))
    return int(kept.read_text())


def _parts() -> dict[str, Part]:
    parts = Parts()
    with open(os.devnull, "w") as nowhere:
        told, sys.stdout = sys.stdout, nowhere
        try:
            pytest.main(["--collect-only", "-q", "-m", "fire", "-n", "0"], plugins=[parts])
        finally:
            sys.stdout = told
    return parts.found


def _run(part: Part, seed: int) -> bool:
    """Run one part, unless it is done; whether it went through."""
    if part.is_done:
        typer.echo(f"✔ {part.name}: done before; FRESH=1 does it again")
        return True
    typer.echo(f"▶ {part.name}, seed {seed}")
    began = time.monotonic()
    is_good = _tests_pass(part, seed)
    seconds = time.monotonic() - began
    typer.echo(f"{'✔' if is_good else '✘'} {part.name}: {seconds / 60:.1f} min")
    if is_good:
        part.note_done()
        _tell(part, seed, seconds)
    return is_good


def _tests_pass(part: Part, seed: int) -> bool:
    command = [sys.executable, "-m", "pytest", "-n", "0", "-s", "-o", "faulthandler_timeout=900", *part.tests]
    environment = {**os.environ, LONG: "1", SEED: str(seed)}
    try:
        return subprocess.run(command, env=environment, timeout=LONGEST, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        typer.echo(f"  stopped after {LONGEST / 60:.0f} min; the next `make fire` goes on from here")
        return False


def _tell(part: Part, seed: int, seconds: float) -> None:
    """Write the part's figures into the page."""
    rows = sorted(figure for test in part.tests for figure in figures_of(test))
    how = (
        f"`make fire PART={part.name} FRESH=1 SEED={seed}`: {seconds / 60:.1f} minutes "
        f"on {os.cpu_count()} cores, {date.today():%d/%m/%Y}."  # noqa: DTZ011 - the day at this desk
    )
    section(f"Under fire: {part.name}", f"{how}\n\n{table(('row', 'what', 'figure'), rows)}")


if __name__ == "__main__":
    typer.run(main)
