"""A table as text (.csv): what it is written in, and what parts its cells."""

import csv
import unicodedata
from collections.abc import Iterator, Sequence
from io import StringIO

from api.spreadsheets.flaws import Flawed
from models.words import FileFlaw

BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
WINDOWS_VIETNAMESE = "cp1258"
DELIMITERS = ",;\t"
LONGEST_CELL = 32_767
"""Characters, as in Excel."""


def text_of(content: bytes) -> str:
    """The file's text: UTF-8, UTF-16 that says so, else Windows-1258, whose letters come composed then.

    Raises:
        Flawed: it is no text.
    """
    marked = next((name for mark, name in BYTE_ORDER_MARKS.items() if content.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", WINDOWS_VIETNAMESE]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(c in text for c in "\0\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x1b"):
            break
        return unicodedata.normalize("NFC", text)
    raise Flawed(FileFlaw.NOT_A_TABLE)


def rows_of(text: str, delimiter: str) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows, each with its number.

    Raises:
        Flawed: the quotes do not match, or a cell is longer than a cell can be.
    """
    csv.field_size_limit(LONGEST_CELL)
    try:
        yield from enumerate(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True), 1)
    except csv.Error:
        raise Flawed(FileFlaw.BROKEN) from None
