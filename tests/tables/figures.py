"""Figures that tests measure for a row of the threats: kept from the last run, printed by `make threats`."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent.parent.parent / ".figures"


def keep(row: str, what: str, figure: str) -> None:
    """Keep a figure of a row, such as ("T01", "judged of 200", "5")."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{row}-{what.replace(' ', '-').replace('/', '-')}.json").write_text(
        json.dumps({"row": row, "what": what, "figure": figure})
    )


def kept() -> dict[str, list[str]]:
    """The figures of the last run, by row, as «what: figure»."""
    figures: dict[str, list[str]] = {}
    for file in sorted(FOLDER.glob("*.json")):
        one = json.loads(file.read_text())
        figures.setdefault(one["row"], []).append(f"{one['what']}: {one['figure']}")
    return figures
