"""Writing a table for people: as a workbook or as text, in which nothing is a formula (T22)."""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from api.spreadsheets.columns import Column, Line, Words
from api.spreadsheets.harmless import harmless

LONGEST_CELL = 32_767
"""Characters, as in Excel."""
LONGEST_NAME = 31
"""Of a sheet."""
LONGEST_LIST = 255
"""Characters of choices that fit into a drop-down; more lie on a sheet of their own."""
NARROWEST, WIDEST = 8, 48
"""Characters across a column."""
ROWS_TO_FILL_IN = 5_000


def workbook(columns: Sequence[Column], lines: Iterable[Line], words: Words, *, to_fill_in: bool = False) -> bytes:
    """The table as .xlsx: text alone, wide enough, its headers standing still. Takes 5,000 rows half a second."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(_sheet_name(words.title))
        looks = _Looks(book)
        top = _write_top(sheet, looks, columns, words)
        widths = [len(column.header) for column in columns]
        last = top
        for last, line in enumerate(lines, top + 1):
            for place, column in enumerate(columns):
                text = line.cells.get(column.name, "")
                widths[place] = max(widths[place], _width(text))
                _write_cell(sheet, looks, last, place, text, line.wrong.get(column.name))
        for place, width in enumerate(widths):
            sheet.set_column(place, place, min(max(width + 2, NARROWEST), WIDEST), looks.text)
        _offer_choices(book, sheet, columns, words, top + 1, top + ROWS_TO_FILL_IN if to_fill_in else last)
        sheet.freeze_panes(top + 1, 0)
        sheet.autofilter(top, 0, max(last, top + 1), len(columns) - 1)
    return out.getvalue()


def text_table(columns: Sequence[Column], lines: Iterable[Line]) -> bytes:
    """The table as .csv (RFC 4180, UTF-8 with the mark by which Excel knows it)."""
    out = StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow([_shown(column.header) for column in columns])
    writer.writerows([_shown(line.cells.get(column.name, "")) for column in columns] for line in lines)
    return out.getvalue().encode("utf-8-sig")


class _Looks:
    """How cells look."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.text: Format = book.add_format({"num_format": "@", "valign": "top"})
        self.title: Format = book.add_format({"bold": True, "font_size": 14})
        self.guide: Format = book.add_format({"italic": True, "font_color": "#44546A"})
        self.example: Format = book.add_format({"italic": True, "font_color": "#7F7F7F", "num_format": "@"})
        self.header: Format = book.add_format(
            {"bold": True, "bg_color": "#DDEBF7", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
        )
        self.wrong: Format = book.add_format(
            {"num_format": "@", "bg_color": "#FFC7CE", "font_color": "#9C0006", "valign": "top"}
        )


def _write_top(sheet: Worksheet, looks: _Looks, columns: Sequence[Column], words: Words) -> int:
    """Title, guide, example and headers; the row of the headers."""
    top = 0
    for line in (words.title, *words.guide):
        _put(sheet, top, 0, line, looks.guide if top else looks.title)
        top += 1
    if words.example:
        for place, column in enumerate(columns):
            _put(sheet, top, place, words.example.get(column.name, ""), looks.example)
        top += 1
    for place, column in enumerate(columns):
        _put(sheet, top, place, f"{column.header} *" if column.is_required else column.header, looks.header)
        if column.note:
            sheet.write_comment(top, place, column.note)
    return top


def _write_cell(sheet: Worksheet, looks: _Looks, row: int, place: int, text: str, wrong: str | None) -> None:
    if text or wrong:
        _put(sheet, row, place, text, looks.wrong if wrong else looks.text)
    if wrong:
        sheet.write_comment(row, place, wrong, {"x_scale": 2})


def _put(sheet: Worksheet, row: int, place: int, text: str, look: Format) -> None:
    """The text as text. What it is made of is not looked at: `write` would, and take "=…" for a formula."""
    shown = _shown(text)
    if shown:
        sheet.write_string(row, place, shown, look)
    else:
        sheet.write_blank(row, place, None, look)


def _shown(text: str) -> str:
    return harmless(text.replace("\0", ""))[:LONGEST_CELL]


def _offer_choices(
    book: xlsxwriter.Workbook, sheet: Worksheet, columns: Sequence[Column], words: Words, first: int, last: int
) -> None:
    lists: Worksheet | None = None
    for place, column in enumerate(columns):
        if not column.choices or last < first:
            continue
        source: list[str] | str = list(column.choices)
        if len(",".join(column.choices)) > LONGEST_LIST or any("," in choice for choice in column.choices):
            lists = lists or _hidden_sheet(book, words.lists)
            for row, choice in enumerate(column.choices):
                lists.write_string(row, place, _shown(choice))
            letter = xlsxwriter.utility.xl_col_to_name(place, col_abs=True)
            source = f"='{lists.get_name()}'!{letter}$1:{letter}${len(column.choices)}"
        sheet.data_validation(first, place, last, place, {"validate": "list", "source": source})


def _hidden_sheet(book: xlsxwriter.Workbook, name: str) -> Worksheet:
    sheet: Worksheet = book.add_worksheet(_sheet_name(name))
    sheet.hide()
    return sheet


def _sheet_name(title: str) -> str:
    plain = "".join(" " if c in "[]:*?/\\'" or not c.isprintable() else c for c in title)
    return " ".join(plain.split())[:LONGEST_NAME].strip() or "–"


def _width(text: str) -> int:
    return max(map(len, text.splitlines())) if "\n" in text else len(text)
