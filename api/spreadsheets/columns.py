"""The columns of a table: what stands above each, and what a row of theirs is. Known on both sides of the wall."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from models.spelling import folded_name

IN_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]")


@dataclass(frozen=True)
class Column:
    """A column, by its name in code."""

    name: str
    headers: tuple[str, ...]
    """What may stand above it; the first is what is written there, and what people are told."""
    is_required: bool = True
    lengths: tuple[int, ...] = ()
    """Of numbers that may begin with 0: how many digits one has. Excel drops the 0, and gets it back here."""
    choices: tuple[str, ...] = ()
    """What a cell may be, for a drop-down."""
    note: str = ""
    """What a person should know when filling it in."""

    @property
    def header(self) -> str:
        return self.headers[0]


@dataclass(frozen=True)
class Row:
    """A row of a table, its cells as text, the way people see them; "" where nothing stands."""

    number: int
    """As the spreadsheet counts: the first row of a sheet is 1."""
    cells: dict[str, str]
    mended: frozenset[str] = frozenset()
    """Whose leading 0 was lost and put back; worth a look by the person."""


def folded_header(written: str) -> str:
    """A header as headers are compared: «Số điện thoại (*)» is «SO  DIEN THOAI»."""
    return "".join(c for c in folded_name(IN_BRACKETS.sub("", written)) if c.isalnum())


def places(columns: Sequence[Column], written: Sequence[str]) -> dict[str, list[int]]:
    """Where in a row of headers each column stands; nowhere, or twice, if that is so."""
    headers = [folded_header(one) for one in written]
    return {
        column.name: [
            at for at, header in enumerate(headers) if header and header in {folded_header(h) for h in column.headers}
        ]
        for column in columns
    }
