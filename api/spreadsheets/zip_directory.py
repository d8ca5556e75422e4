"""What a zip file says of its contents, and whether that may be unpacked at all (T21)."""

import re
import zipfile
import zlib
from io import BytesIO

from api.spreadsheets.flaws import Flawed
from models.words import FileFlaw

MOST_ENTRIES = 512
MOST_UNPACKED = 32 << 20
"""Bytes, of all entries together; 5,000 rows of a dozen columns take some four million."""
MOST_TAGS = 400_000
"""Cells, rows and shared strings; 5,000 rows of a dozen columns take some 130,000."""
TAGS = (b"<c ", b"<c>", b"<row", b"<si>")
MOST_RATIO = 200
"""Unpacked to packed, of one entry; XML of a spreadsheet has 5 to 30."""
FREE_OF_RATIO = 1 << 20
"""Bytes; a smaller entry may repeat itself as it likes."""
CHUNK = 1 << 16
OVERLAP = 1 << 12

WORKBOOK = "xl/workbook.xml"
ARCHIVES = (".zip", ".xlsx", ".xlsm", ".xlsb", ".docx", ".gz", ".7z", ".rar", ".tar", ".jar")
MACROS = re.compile(r"vbaproject|vbadata|macrosheets|activex", re.IGNORECASE)
OUTSIDE = re.compile(r"externallinks|connections\.xml|querytables|embeddings|webextensions", re.IGNORECASE)
IS_ENCRYPTED = 0x1

XML = (".xml", ".rels", ".vml")
NO_XML_OF_OURS = re.compile(rb"<!DOCTYPE|<!ENTITY|\0", re.IGNORECASE)
"""No spreadsheet has a document type, and every attack by entities does; nor has UTF-8, as they all are, a NUL."""
REACHES_OUT = re.compile(
    rb"<(?:\w+:)?f\b[^>]*>[^<]*(?:WEBSERVICE|HYPERLINK|FILTERXML|RTD\(|DDE|CALL\(|REGISTER|EXEC\(|_xll|\|\s*'|\[\d+\]|file:)",
    re.IGNORECASE,
)
"""A formula that fetches, or starts, something outside."""


def check(content: bytes) -> None:
    """Refuse, before anything reads it, whatever is not plainly a workbook of bounded size.

    Raises:
        Flawed: with what is wrong.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as file:
            entries = file.infolist()
            _check_directory(entries)
            _check_entries(file, entries)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError, RuntimeError, zlib.error):
        raise Flawed(FileFlaw.BROKEN) from None


def _check_directory(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    folded = [name.replace("\\", "/").casefold() for name in names]
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Flawed(FileFlaw.TOO_MUCH_INSIDE)
    if any(_is_bomb(entry) for entry in entries):
        raise Flawed(FileFlaw.TOO_MUCH_INSIDE)
    if any(entry.flag_bits & IS_ENCRYPTED for entry in entries):
        raise Flawed(FileFlaw.PASSWORD)
    if any(MACROS.search(name) for name in names):
        raise Flawed(FileFlaw.MACROS)
    if any(OUTSIDE.search(name) for name in names):
        raise Flawed(FileFlaw.LINKS)
    if any(name.endswith(ARCHIVES) for name in folded):
        raise Flawed(FileFlaw.NOT_A_TABLE)
    if len(set(folded)) < len(folded) or any(_is_astray(name) for name in folded):
        raise Flawed(FileFlaw.BROKEN)
    if WORKBOOK not in names:
        raise Flawed(FileFlaw.NOT_A_TABLE)


def _is_bomb(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > max(FREE_OF_RATIO, entry.compress_size * MOST_RATIO)


def _is_astray(name: str) -> bool:
    return name.startswith("/") or ".." in name.split("/") or ":" in name or "\0" in name


def _check_entries(file: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Unpack everything once, a little at a time: sizes may lie, and XML may hide what it is."""
    tags = 0
    for entry in entries:
        unpacked, before = 0, b""
        with file.open(entry) as inside:
            while chunk := inside.read(CHUNK):
                unpacked += len(chunk)
                if unpacked > entry.file_size:
                    raise Flawed(FileFlaw.TOO_MUCH_INSIDE)
                seen = before + chunk
                if entry.filename.casefold().endswith(XML):
                    _check_xml(seen)
                    tags += sum(map(chunk.count, TAGS))
                    if tags > MOST_TAGS:
                        raise Flawed(FileFlaw.TOO_MUCH_INSIDE)
                before = seen[-OVERLAP:]
        if unpacked != entry.file_size:
            raise Flawed(FileFlaw.BROKEN)


def _check_xml(piece: bytes) -> None:
    if NO_XML_OF_OURS.search(piece):
        raise Flawed(FileFlaw.BROKEN)
    if REACHES_OUT.search(piece):
        raise Flawed(FileFlaw.LINKS)
