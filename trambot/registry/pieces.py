"""A file of subjects as pieces: whole rows, some hundred kilobytes of them, always cut in the same places."""

import csv
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

import zstandard
from python_calamine import load_workbook

from trambot.servers.problems import Unavailable

SIZE = 512 * 1024
"""Bytes of a piece, and what its last row has more."""
LONGEST_ROW = 64 * 1024
"""Bytes; a longer one is no row of people, but a quote that nobody closed."""
STANDARD_INPUT = "-"
BOM = b"\xef\xbb\xbf"


class NoTable(Unavailable):
    """The file cannot be read as a table of subjects."""


@dataclass(frozen=True)
class Piece:
    """Whole rows, and where they begin and end in the (unpacked) file, in bytes."""

    begin: int
    end: int
    rows: bytes

    @property
    def digest(self) -> bytes:
        """Known again by this: a file that was changed meanwhile is another one."""
        return blake2b(self.rows, digest_size=16).digest()


@contextmanager
def opened(name: str) -> Iterator[tuple[BinaryIO, int | None]]:
    """The file as bytes of CSV, and how many bytes it has, if that is known: .csv, .csv.zst, .xlsx, or «-» for a pipe.

    Raises:
        NoTable: there is no such file, or it is of no such kind.
    """
    if name == STANDARD_INPUT:
        yield sys.stdin.buffer, None
        return
    path = Path(name)
    try:
        file = path.open("rb")
    except OSError as problem:
        raise NoTable(f"{name} cannot be read: {problem.strerror}") from None
    with file:
        match path.suffixes[-2:]:
            case [*_, ".zst"]:
                with zstandard.ZstdDecompressor().stream_reader(file) as unpacked:
                    yield io.BufferedReader(unpacked, SIZE), None
            case [*_, ".xlsx"]:
                yield io.BytesIO(_of_workbook(file)), None
            case [*_, ".csv"]:
                yield file, path.stat().st_size
            case _:
                raise NoTable(f"{name} is no .csv, .csv.zst or .xlsx file.")


def header_of(file: BinaryIO) -> tuple[bytes, bytes]:
    """The first line as it stands, and without its mark of Unicode.

    Raises:
        NoTable: there is none, or no end of it.
    """
    line = file.readline(LONGEST_ROW)
    if not line.endswith(b"\n"):
        raise NoTable("The file has no rows." if len(line) < LONGEST_ROW else "The first line does not end.")
    return line, line.removeprefix(BOM)


def pieces(file: BinaryIO, begin: int, size: int) -> Iterator[Piece]:
    """What follows the header, from `begin` on. A row ends where a line does and every quote is closed.

    Raises:
        NoTable: a quote is opened and not closed.
    """
    left = b""
    while block := file.read(size):
        rows = left + block
        end = _last_row(rows)
        if end == 0 and len(rows) > size + LONGEST_ROW:
            raise NoTable(f"A quote is opened and not closed soon after byte {begin}.")
        if end:
            yield Piece(begin, begin + end, rows[:end])
            begin += end
        left = rows[end:]
    if left:
        if left.count(b'"') % 2:
            raise NoTable(f"A quote is opened and not closed after byte {begin}.")
        yield Piece(begin, begin + len(left), left)


def rows_of(piece: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows and the lines that they begin in, counted from 0; what is no UTF-8 stands for itself."""
    reader = csv.reader(io.StringIO(piece.decode("utf-8", "replace"), newline=""))
    line = 0
    for row in reader:
        if row:
            yield line, row
        line = reader.line_num


def _last_row(rows: bytes) -> int:
    """Where the last whole row ends."""
    end = rows.rfind(b"\n") + 1
    is_open = rows.count(b'"', 0, end) % 2
    while is_open:  # inside a quoted cell: the row began before it
        before = rows.rfind(b"\n", 0, end - 1) + 1
        is_open ^= rows.count(b'"', before, end) % 2
        end = before
    return end


def _of_workbook(file: BinaryIO) -> bytes:
    """The first sheet, as CSV. A workbook has a million rows at most, so it is in memory whole."""
    try:
        sheet = load_workbook(file).get_sheet_by_index(0)
        text = io.StringIO(newline="")
        csv.writer(text).writerows([map(_cell, row) for row in sheet.iter_rows()])
    except Exception as flaw:
        raise NoTable("This is no workbook that can be read.") from flaw
    return text.getvalue().encode()


def _cell(value: object) -> str:
    """Numbers as people wrote them; dates as ISO 8601 has them."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(getattr(value, "isoformat", lambda: value)())[:10] if hasattr(value, "isoformat") else str(value)
