"""Columns and rows of a table, as the service and the processes that read and write files both know them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

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

    @classmethod
    def of(cls, sent: dict[str, Any]) -> "Column":
        """The column that came through a pipe."""
        return cls(**tuples(sent))


@dataclass(frozen=True)
class Row:
    """A row of a table, its cells as text, the way people see them; "" where nothing stands."""

    number: int
    """As the spreadsheet counts: the first row of a sheet is 1."""
    cells: dict[str, str]
    mended: frozenset[str] = frozenset()
    """Whose leading 0 was lost and put back; worth a look by the person."""


Cells = Mapping[str, str]


@dataclass(frozen=True)
class Line:
    """A row to write: its cells by their columns' names, and why some are wrong."""

    cells: Cells
    wrong: Cells = field(default_factory=dict)
    """By column, the reason; the cell is coloured and the reason its comment."""


@dataclass(frozen=True)
class Words:
    """What stands around the table."""

    title: str
    """Above it, and on the sheet's tab."""
    guide: tuple[str, ...] = ()
    """Lines under the title."""
    example: Cells = field(default_factory=dict)
    """A row above the headers, where it is no row of the table, and need not be deleted."""
    lists: str = "–"
    """The name of the sheet with long lists of choices."""


def tuples(sent: dict[str, Any]) -> dict[str, Any]:
    """What came through a pipe, its lists as the tuples they were."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in sent.items()}


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
