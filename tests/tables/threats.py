"""`make threats`: every row of docs/threats.md with its tests and the figures they measured last."""

import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.tables.claims import Claim, claims
from tests.tables.figures import kept

PAGE = Path(__file__).parent.parent.parent / "docs" / "threats.md"


@dataclass(frozen=True)
class Threat:
    """A row of the page."""

    row: str
    priority: int
    exists: bool
    wrong: str
    behaviour: str


def main() -> int:
    """Print the table; the answer is the number of rows that should have a test and have none."""
    found: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims():
        found[claim.row].append(claim)
    figures = kept()
    table = Table("row", "what goes wrong", "tests", "figures of the last run", title="Threats and faults")
    untested = 0
    for threat in threats():
        tests = found[threat.row]
        is_missing = threat.exists and threat.priority == 0 and not tests
        untested += is_missing
        table.add_row(threat.row, threat.wrong, _tests(threat, tests), "\n".join(figures.get(threat.row, [])))
    Console(width=150).print(table)
    return untested


def threats() -> list[Threat]:
    """The rows of the page."""
    rows = [line.strip("| ").split(" | ") for line in PAGE.read_text().splitlines() if line.startswith("| T")]
    return [Threat(row, int(priority), exists == "yes", *words) for row, priority, exists, *words in rows]


def _tests(threat: Threat, tests: list[Claim]) -> str:
    if tests:
        folders = sorted({test.folder for test in tests})
        return f"{len(tests)} in {', '.join(folders)}"
    if not threat.exists:
        return "[dim]its feature is to come[/dim]"
    return "[red]NONE[/red]" if threat.priority == 0 else "[yellow]none yet[/yellow]"


if __name__ == "__main__":
    sys.exit(main())
