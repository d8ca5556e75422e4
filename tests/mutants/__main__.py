"""`make mutants`: plant each seeded bug in a copy of the project, and see that the tests of its row turn red."""

import os
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from queue import SimpleQueue
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tests.mutants.bug import Bug, Stale
from tests.mutants.bugs import BUGS
from tests.mutants.twin import Outcome, Twin
from tests.shared_servers import SharedServers, folder_of_the_run
from tests.tables.claims import TESTS, Claim, claims
from tests.tables.page import section, table

LONGEST = 900.0  # seconds for the tests of a row without a bug
LEAST = 60.0  # seconds for them with a bug, however fast they are without
SLOWER = 3  # times; whoever is slower with a bug hangs
TWINS = 2  # side by side


@dataclass(frozen=True)
class Tried:
    """A bug, and what its row's tests made of it."""

    bug: Bug
    outcome: Outcome

    @property
    def verdict(self) -> str:
        """The test that turned red, or why none did."""
        if self.outcome.hung:
            return "(hung)"
        if self.outcome.failed:
            return self.outcome.failed[0].removeprefix("tests/")
        return "SET-UP BROKE" if self.outcome.words else "NOT CAUGHT"


def main(
    wanted: Annotated[list[str] | None, typer.Argument(help="Only these rows, such as T05.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Do not see first that the tests pass without a bug.")] = False,
) -> None:
    """Try the bugs; the exit code is the number of those not caught, and of rows with tests and without a bug."""
    tested = rows_with_tests()
    if unknown := set(wanted or []) - tested.keys():
        raise typer.BadParameter(f"no tests name {', '.join(sorted(unknown))}")
    rows = wanted or sorted(tested)
    without = [row for row in rows if not any(bug.row == row for bug in BUGS)]
    typer.echo(f"{sum(bug.row in rows for bug in BUGS)} bugs for the tests of {len(rows)} rows")
    tried = [one for some in _try_side_by_side({row: tested[row] for row in rows}, quick=quick) for one in some]
    caught = sum(one.outcome.is_red for one in tried)
    _print(tried)
    typer.echo(f"{caught} of {len(tried)} caught")
    for row in without:
        typer.echo(f"{row} has tests, and no bug is seeded for it")
    if not wanted:
        _tell(tried, caught)
    raise typer.Exit(len(tried) - caught + len(without))


def rows_with_tests() -> dict[str, list[Claim]]:
    """The rows of the threats that tests name, with those tests."""
    found: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims():
        if claim.row.startswith("T"):
            found[claim.row].append(claim)
    return dict(found)


def _try_side_by_side(rows: dict[str, list[Claim]], *, quick: bool) -> Iterator[list[Tried]]:
    """Try each row's bugs, each row in whichever twin is free."""
    with _twins(min(TWINS, len(rows))) as twins, ThreadPoolExecutor(len(twins)) as pool:
        free: SimpleQueue[Trial] = SimpleQueue()
        green: dict[str, float] = {}
        for twin in twins:
            free.put(Trial(twin, green, quick=quick))

        def try_row(row: str) -> list[Tried]:
            trial = free.get()
            try:
                return trial.of(row, rows[row])
            finally:
                free.put(trial)

        try:
            yield from pool.map(try_row, rows)
        except KeyboardInterrupt:
            for twin in twins:
                twin.end()
            raise


@contextmanager
def _twins(count: int) -> Iterator[list[Twin]]:
    """Twins that share one PostgreSQL; a Valkey each of their runs starts itself, where it needs one."""
    with ExitStack() as stack:
        servers = SharedServers(stack.enter_context(folder_of_the_run()))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="trambot-mutants-")))
        folder.chmod(0o711)  # servers that tests start run as another user where this is root
        shared = {"DATABASE_URL": servers.postgres_url()}
        yield [Twin(folder / f"twin-{number}", shared) for number in range(count)]


@dataclass(frozen=True)
class Trial:
    """Tries rows in one twin."""

    twin: Twin
    green: dict[str, float]
    """The tests that passed without a bug, in any twin, and the seconds they took."""
    quick: bool

    def of(self, row: str, tests: list[Claim]) -> list[Tried]:
        """Try the row's bugs, one after the other, if its tests pass without them."""
        bugs = [bug for bug in BUGS if bug.row == row]
        complaint = "" if self.quick else self._complaint(row, in_order(tests, ""))
        if complaint:
            typer.echo(f"✘ {row}: its tests do not pass without a bug: {complaint}")
            return [Tried(bug, Outcome(0, words="red without a bug")) for bug in bugs]
        return [self._try(bug, in_order(tests, bug.file)) for bug in bugs]

    def _complaint(self, row: str, tests: list[str]) -> str:
        """Why the row's tests are not green as they are, if they are not; none is tried twice."""
        untried = [test for test in tests if test not in self.green]
        sound = self.twin.run(untried, longest=LONGEST) if untried else Outcome(0)
        if not sound.is_green:
            return sound.failed[0] if sound.failed else sound.words
        self.green.update({test: sound.took.get(test.partition("[")[0], 0) for test in untried})
        typer.echo(f"· {row} without a bug: green, {sound.seconds:.0f} s")
        return ""

    def _try(self, bug: Bug, tests: list[str]) -> Tried:
        longest = LONGEST if self.quick else LEAST + SLOWER * sum(self.green[test] for test in tests)
        try:
            with self.twin.with_bug(bug):
                tried = Tried(bug, self.twin.run(tests, longest=longest))
        except Stale as stale:
            tried = Tried(bug, Outcome(0, words=str(stale)))
        sign, seconds = "✔" if tried.outcome.is_red else "✘", tried.outcome.seconds
        typer.echo(f"{sign} {bug.row} {bug.breaks} → {tried.verdict}, {seconds:.0f} s")
        if tried.outcome.words:
            typer.echo(tried.outcome.words)
        return tried


def in_order(tests: list[Claim], file: str) -> list[str]:
    """What pytest calls the tests: those beside the file first, as they are the likeliest to notice; long ones last."""

    def rank(test: Claim) -> tuple[bool, bool, bool]:
        is_long = "mark.fire(" in test.file.read_text(encoding="utf-8")
        return is_long, test.folder != file.partition("/")[0], test.file.stem != f"test_{Path(file).stem}"

    return list(dict.fromkeys(map(_name_of, sorted(tests, key=rank))))


def _name_of(test: Claim) -> str:
    """Where a test has several parts, which differ in nothing but their dice, the first one."""
    name = f"{test.file.relative_to(TESTS.parent)}::{test.name}"
    in_parts = rf'parametrize\("part", range\(\w+\)\)\nasync def {test.name}\('
    return f"{name}[0]" if re.search(in_parts, test.file.read_text(encoding="utf-8")) else name


def _rows_of(tried: list[Tried]) -> list[tuple[str, str, str, str]]:
    return [
        (one.bug.row, f"{one.bug.breaks} ({one.bug.file})", one.verdict, f"{one.outcome.seconds:.0f}") for one in tried
    ]


def _print(tried: list[Tried]) -> None:
    shown = Table("row", "bug", "turned red", "seconds", title="Seeded bugs")
    for cells in _rows_of(tried):
        shown.add_row(*cells)
    Console(width=200).print(shown)


def _tell(tried: list[Tried], caught: int) -> None:
    """Write the page's section."""
    seconds = sum(one.outcome.seconds for one in tried)
    how = (
        f"`make mutants` plants each bug in a copy of the project and runs the tests of its row until one turns red: "
        f"{caught} of {len(tried)} caught, {seconds / 60:.0f} minutes of tests on {os.cpu_count()} cores, "
        f"{date.today():%d/%m/%Y}."  # noqa: DTZ011 - the day at this desk
    )
    section("Seeded bugs", f"{how}\n\n{table(('row', 'bug', 'turned red', 'seconds'), _rows_of(tried))}")


if __name__ == "__main__":
    typer.run(main)
