"""The wording, in Vietnamese and English: what every name in code is called in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from models.rules import VIETNAM
from models.words import Language

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Lines:
    """A fact that is a list: every item's facts in the text `name`, one under the other."""

    name: str
    items: tuple[Mapping[str, Any], ...]


class MissingText(KeyError):
    """No catalogue has a text of that name."""


def word(language: str, name: str, /, *, now: datetime | None = None, html: bool = False, **facts: Any) -> str:
    """The text `name` in a language, with its facts written as people there write them.

    Args:
        now: the time, so that a fact `until` can be told as `{wait}`, the time left.
        html: facts are escaped for Telegram's HTML; the texts themselves may carry its tags.

    Raises:
        MissingText: there is no such text.
    """
    if now is not None and isinstance(until := facts.get("until"), datetime):
        facts["wait"] = max(until - now, timedelta(seconds=1))
    written = {fact: _written(language, value, html=html) for fact, value in facts.items()}
    return _texts(language)[name].format_map(written)


def names(language: str) -> frozenset[str]:
    """The names of all texts of a language."""
    return frozenset(_texts(language))


class _Texts(dict[str, str]):
    def __missing__(self, name: str) -> str:
        raise MissingText(name)


@cache
def _texts(language: str) -> _Texts:
    return _Texts({str(m.id): str(m.string) for m in catalogue(Language(language)) if m.id})


def catalogue(language: Language) -> Catalog:
    """The catalogue of a language as it is on disk."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def _written(language: str, value: Any, *, html: bool) -> str:
    match value:
        case Lines(name, items):
            return "\n".join(word(language, name, html=html, **item) for item in items)
        case list():
            return ", ".join(_written(language, item, html=html) for item in value)
        case StrEnum():
            return word(language, f"{type(value).__name__}.{value}")
        case datetime():
            return value.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")
        case date():
            return value.strftime("%d/%m/%Y")
        case timedelta():
            return _duration(language, value)
        case _:
            return escape(str(value)) if html else str(value)


def _duration(language: str, duration: timedelta) -> str:
    """A length of time in its two largest units; seconds are rounded up, so that nobody comes too early."""
    seconds = -(-int(duration.total_seconds() * 1000) // 1000)
    parts = {"hours": seconds // 3600, "minutes": seconds % 3600 // 60, "seconds": seconds % 60}
    told = [word(language, f"duration.{unit}", n=n) for unit, n in parts.items() if n]
    return " ".join(told[:2])
