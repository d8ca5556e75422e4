"""The process in which a file is opened: alone, poor, and soon over, so that a bomb hurts nobody else (T21).

It is started as `python -m api.spreadsheets.reader`, with no secret in its environment. On its input
come a frame with the columns wanted, then the file. Out go frames: first what was found or a flaw, then the rows, some
at a time.
"""

import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from api.spreadsheets import text_table, workbook, zip_directory
from api.spreadsheets.columns import Column, places
from api.spreadsheets.flaws import Flawed
from api.spreadsheets.frames import Frame, framed, read_frame
from api.spreadsheets.harmless import harmed
from api.spreadsheets.workbook import as_seen
from models.words import FileFlaw

MEMORY = 256 << 20
"""Bytes of address space."""
SECONDS = 1
"""Of processor time; a list of 5,000 takes a fifth of that."""
HEADERS_WITHIN = 20
"""Rows: above the headers people put titles."""
ROWS_A_FRAME = 100
MOST_COLUMNS = 1_000
"""A sheet that is wider is no list of people."""

LIMITS = {
    resource.RLIMIT_AS: MEMORY,
    resource.RLIMIT_CPU: SECONDS,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NPROC: 0,
}

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")

Rows = Iterator[tuple[int, Sequence[Any]]]


@dataclass(frozen=True)
class Found:
    """A sheet with the headers wanted, or the one that comes nearest."""

    rows: Callable[[], Rows]
    header_row: int
    headers: list[str]
    at: dict[str, list[int]]


def main() -> None:
    """Read, look, and tell."""
    _be_poor()
    wanted = read_frame(sys.stdin.buffer)
    columns = [Column.of(column) for column in wanted["columns"]]
    try:
        for frame in look(sys.stdin.buffer.read(), columns, wanted["most_rows"]):
            _tell(frame)
    except Flawed as flawed:
        _tell({"flaw": flawed.flaw})
    except MemoryError:
        _tell({"flaw": FileFlaw.TOO_MUCH_INSIDE})


def look(content: bytes, columns: Sequence[Column], most_rows: int) -> Iterator[Frame]:
    """The frames that tell of a file.

    Raises:
        Flawed: it may not be read, or cannot.
    """
    found = _best(_sheets(content, columns), columns)
    if found is None:
        raise Flawed(FileFlaw.NOT_A_TABLE)
    missing = [column.name for column in columns if column.is_required and not found.at[column.name]]
    twice = [column.name for column in columns if len(found.at[column.name]) > 1]
    known = {place for places_of_it in found.at.values() for place in places_of_it}
    unknown = [header for place, header in enumerate(found.headers) if header.strip() and place not in known]
    fits = not missing and not twice
    rows = list(islice(_filled(found, columns), most_rows + 1)) if fits else []
    yield {"missing": missing, "twice": twice, "unknown": unknown, "count": len(rows)}
    if len(rows) <= most_rows:
        for first in range(0, len(rows), ROWS_A_FRAME):
            yield {"rows": rows[first : first + ROWS_A_FRAME]}


def _sheets(content: bytes, columns: Sequence[Column]) -> Iterator[Found]:
    """The sheets of the file, or its one table by each delimiter there is."""
    if content.startswith(OLE):
        raise Flawed(FileFlaw.PASSWORD if ENCRYPTED_PACKAGE in content else FileFlaw.OLD_EXCEL)
    if content.startswith(ZIP):
        zip_directory.check(content)
        for sheet in workbook.sheets_of(content):
            yield _headed(partial(workbook.rows_of, sheet), columns)
        return
    text, broken = text_table.text_of(content), 0
    for delimiter in text_table.DELIMITERS:
        try:
            yield _headed(partial(text_table.rows_of, text, delimiter), columns)
        except Flawed:
            broken += 1
    if broken == len(text_table.DELIMITERS):
        raise Flawed(FileFlaw.BROKEN)


def _headed(rows: Callable[[], Rows], columns: Sequence[Column]) -> Found:
    """The table with that one of its first rows for headers that fits best."""
    best = Found(rows, 0, [], {column.name: [] for column in columns})
    for number, cells in islice(rows(), HEADERS_WITHIN):
        _check_width(cells)
        headers = [as_seen(cell) for cell in cells]
        found = Found(rows, number, headers, places(columns, headers))
        if _fits(found, columns) > _fits(best, columns):
            best = found
    return best


def _best(tables: Iterator[Found], columns: Sequence[Column]) -> Found | None:
    """The first table that has all that is required, else the one that has most of it."""
    best = None
    for table in tables:
        if best is None or _fits(table, columns) > _fits(best, columns):
            best = table
        if all(table.at[column.name] for column in columns if column.is_required):
            return table
    return best


def _fits(table: Found, columns: Sequence[Column]) -> int:
    return sum(bool(table.at[column.name]) for column in columns)


def _filled(table: Found, columns: Sequence[Column]) -> Iterator[tuple[int, list[str], list[str]]]:
    """The rows below the headers in which something stands: number, cells, and whose 0 was put back."""
    at = [(column, table.at[column.name][0]) for column in columns if table.at[column.name]]
    for number, row in islice(table.rows(), table.header_row, None):
        _check_width(row)
        seen = {column.name: _cleaned(as_seen(row[place])) if place < len(row) else "" for column, place in at}
        if not any(seen.values()):
            continue
        whole = {column.name: _with_its_zeros(seen[column.name], column.lengths) for column, _ in at}
        mended = [name for name in whole if whole[name] != seen[name]]
        yield number, [whole.get(column.name, "") for column in columns], mended


def _cleaned(seen: str) -> str:
    return harmed(seen.replace("\0", "")).strip()


def _with_its_zeros(seen: str, lengths: Sequence[int]) -> str:
    """A number as long as such numbers are, by the 0 that Excel took from its beginning."""
    longer = [length for length in lengths if length > len(seen)]
    if not longer or len(seen) in lengths or not (seen.isascii() and seen.isdecimal()):
        return seen
    return seen.zfill(min(longer))


def _check_width(cells: Sequence[object]) -> None:
    if len(cells) > MOST_COLUMNS:
        raise Flawed(FileFlaw.TOO_MUCH_INSIDE)


def _tell(frame: Frame) -> None:
    sys.stdout.buffer.write(framed(frame))
    sys.stdout.buffer.flush()


def _be_poor() -> None:
    """Take away from this process what it does not need; only then is anything read."""
    for what, most in LIMITS.items():
        resource.setrlimit(what, (most, most + (what == resource.RLIMIT_CPU)))


if __name__ == "__main__":
    main()
