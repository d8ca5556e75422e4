"""The figures for people: the table at the end, and the sections of docs/figures.md."""

import os
import platform
import re
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from rich.table import Table

from benches.figure import Figure
from tests.tables.page import section, table

OURS = ("python-telegram-bot", "aiohttp", "redis", "pydantic", "fastapi", "sqlalchemy", "asyncpg", "argon2-cffi")
PEERS = ("aiogram", "httpx", "pydantic")
LOCK = Path(__file__).parent.parent / "lock" / "bench.txt"
SIGN = {"higher": "≥", "lower": "≤"}


def shown(figures: Sequence[Figure]) -> Table:
    """A row for each figure: what, how much, the goal, whether it is met."""
    told = Table("", "what", "median (min–max)", "goal", "met")
    for figure in figures:
        met = "[green]✔[/green]" if figure.is_met else "[red]✘[/red]"
        told.add_row(figure.bench, figure.what, str(figure.ratios), _goal(figure), met)
    return told


def write(group: str, figures: Sequence[Figure], seconds: float) -> None:
    """Put the group's figures into the page."""
    rows = [(f.bench, f.what, str(f.ratios), _goal(f), "yes" if f.is_met else "no", f"{f.rounds}") for f in figures]
    beside = [(f.bench, name, str(part)) for f in figures for name, part in f.parts.items()]
    head = ("", "what", "median (min–max)", "goal", "met", "rounds")
    body = [_how(group, seconds), table(head, rows), table(("", "made of", "median (min–max)"), beside)]
    section(f"Benches: {group}", "\n\n".join(body))


def _how(group: str, seconds: float) -> str:
    ours = ", ".join(f"{name} {version(name)}" for name in OURS)
    return (
        f"`make bench-{group}`: {seconds / 60:.1f} minutes on {os.cpu_count()} cores ({_processor()}), "
        f"{date.today():%d/%m/%Y}, {platform.system()}, Python {platform.python_version()}; "  # noqa: DTZ011 - this desk's
        f"{ours}. The peers: {', '.join(f'{name} {_locked(name)}' for name in PEERS)}."
    )


def _goal(figure: Figure) -> str:
    return f"{SIGN[figure.better]} {figure.goal:g}"


def _locked(name: str) -> str:
    found = re.search(rf"^{name}==(\S+)", LOCK.read_text(), re.MULTILINE)
    return found[1] if found else "?"


def _processor() -> str:
    cpus = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*: (.+)$", cpus.read_text(), re.MULTILINE) if cpus.exists() else None
    return found[1] if found else platform.machine()
