"""docs/figures.md: what long runs measured, one section each, with the command that measures it anew."""

import re
from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).parent.parent.parent / "docs" / "figures.md"
HEAD = """# Figures

What was measured, and the command that measures it anew. Each section is written by its command; nothing here is typed
by hand. Times and rates are of the machine named there; ratios are what to compare.
"""


def section(title: str, body: str) -> None:
    """Put the section into the page, in place of the last one of that title; sections stand in order of title."""
    page = PAGE.read_text() if PAGE.exists() else HEAD
    head, *parts = re.split(r"^## ", page, flags=re.MULTILINE)
    sections = dict(part.split("\n", 1) for part in parts)
    sections[title] = f"\n{body.strip()}\n\n"
    told = "".join(f"## {name}\n{sections[name]}" for name in sorted(sections))
    PAGE.write_text(f"{head.rstrip()}\n\n{told.rstrip()}\n")


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table as Markdown has it."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
