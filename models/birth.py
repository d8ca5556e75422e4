"""Dates of birth as people give them: 1/2/1990, or only 1990."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Self

from models.refusals import BirthInvalid
from models.rules import FIRST_BIRTH_YEAR

_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})\D(\d{1,2})\D(\d{4})|(\d{2})(\d{2})(\d{4})", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_YEAR_MONTH_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_SEPARATOR = re.compile(r"\s*[/.,\-‐-―\s]\s*")


@dataclass(frozen=True)
class Birth:
    """When somebody was born; many old papers have only the year. Written «1990-02-01» or «1990»."""

    year: int
    day: date | None = None

    @classmethod
    def read(cls, kept: str) -> Self:
        """The date that was written."""
        return cls(int(kept)) if len(kept) == 4 else cls.on(date.fromisoformat(kept))

    @classmethod
    def on(cls, day: date) -> Self:
        """The whole date."""
        return cls(day.year, day)

    def __str__(self) -> str:
        return self.day.isoformat() if self.day else str(self.year)

    @property
    def shown(self) -> str:
        """As papers have it: «01/02/1990», or the year."""
        return self.day.strftime("%d/%m/%Y") if self.day else str(self.year)

    def is_after(self, today: date) -> bool:
        """Whether nobody can have been born then yet."""
        return self.day > today if self.day else self.year > today.year

    def age(self, today: date) -> int:
        """Whole years; by the year alone, the most it may be."""
        had_no_birthday = self.day is not None and (today.month, today.day) < (self.day.month, self.day.day)
        return today.year - self.year - had_no_birthday


def birth(typed: str) -> Birth:
    """The date that was meant: day, month, year in this order, or the year alone, or as ISO 8601 has it.

    Raises:
        BirthInvalid: there is no such day, or nobody alive was born then.
    """
    written = typed.strip() if typed.isascii() else _in_ascii(typed)
    if _YEAR.fullmatch(written):
        return _checked(Birth(int(written)))
    if iso := _YEAR_MONTH_DAY.fullmatch(written):
        year, month, day = map(int, iso.groups())
    elif usual := _DAY_MONTH_YEAR.fullmatch(written) or _DAY_MONTH_YEAR.fullmatch(_SEPARATOR.sub("/", written)):
        day, month, year = (int(part) for part in usual.groups() if part)
    else:
        raise BirthInvalid(first=FIRST_BIRTH_YEAR)
    try:
        return _checked(Birth.on(date(year, month, day)))
    except ValueError:
        raise BirthInvalid(first=FIRST_BIRTH_YEAR) from None


def _in_ascii(typed: str) -> str:
    """Its digits and separators, whatever a keyboard has made of them."""
    plain = unicodedata.normalize("NFKC", "".join(c for c in typed if unicodedata.category(c) != "Cf")).strip()
    return "".join(str(unicodedata.decimal(c, c)) for c in plain)


def _checked(birth: Birth) -> Birth:
    if birth.year < FIRST_BIRTH_YEAR:
        raise BirthInvalid(first=FIRST_BIRTH_YEAR)
    return birth
