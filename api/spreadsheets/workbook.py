"""A table in a workbook (.xlsx): its visible sheets, cell by cell as people see them."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from api.spreadsheets.flaws import Flawed
from models.words import FileFlaw

MOST_SHEETS = 5
"""Sheets that are looked at, to find the one with the headers."""
EXACT_TO = 10**15
"""Excel keeps fifteen digits of a number."""

Value = str | float | bool | date | time | datetime | object


def sheets_of(content: bytes) -> Iterator[CalamineSheet]:
    """The visible sheets, as many as are looked at.

    Raises:
        Flawed: it is no workbook, or a broken one.
    """
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        seen = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
        ]
        for name in seen[:MOST_SHEETS]:
            yield book.get_sheet_by_name(name)
    except PasswordError:
        raise Flawed(FileFlaw.PASSWORD) from None
    except (CalamineError, ValueError, OSError):
        raise Flawed(FileFlaw.BROKEN) from None


def rows_of(sheet: CalamineSheet) -> Iterator[tuple[int, Sequence[Value]]]:
    """The rows, each with its number."""
    yield from enumerate(sheet.iter_rows(), 1)


def as_seen(value: Value) -> str:
    """A cell's value the way people see it: 912345678 and not 912345678.0, 01/02/1990 and not 1990-02-01."""
    match value:
        case bool():
            return str(value).upper()
        case float() if value.is_integer():
            return str(int(value)) if abs(value) < EXACT_TO else f"{value:.0f}"
        case datetime():
            return value.strftime("%d/%m/%Y %H:%M" if (value.hour, value.minute) != (0, 0) else "%d/%m/%Y")
        case date():
            return value.strftime("%d/%m/%Y")
        case time():
            return value.strftime("%H:%M")
        case _:
            return str(value)
