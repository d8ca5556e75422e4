"""Files that mean harm, or come by mistake: made here, with a list of people in each where that is possible (T21)."""

import gzip
import io
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping

CONTENT_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>
<Override PartName="/xl/sharedStrings.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>
</Types>"""
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = f"""<?xml version="1.0"?><Relationships xmlns="{PACKAGE}">
<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"""
WORKBOOK = f"""<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>
<sheet name="List" sheetId="1" r:id="rId1"/></sheets></workbook>"""
WORKBOOK_RELS = f"""<?xml version="1.0"?><Relationships xmlns="{PACKAGE}">
<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>"""
HEADERS = ("Họ tên", "Số điện thoại")
PERSON = ("Nguyễn Thị Hoa", "0912345678")
SHEET, STRINGS, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
MEGABYTE = 1 << 20


def row(number: int, *cells: str) -> str:
    """A row of a sheet, its cells as text that stands in them."""
    inside = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f'<row r="{number}">{inside}</row>'


LIST = row(1, *HEADERS) + row(2, *PERSON)


def sheet(rows: str = LIST, before: str = "") -> str:
    """A sheet with those rows."""
    return f'<?xml version="1.0"?>{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def strings(inside: str = "<si><t>x</t></si>", before: str = "", count: int = 1) -> str:
    """The strings that sheets share."""
    return f'<?xml version="1.0"?>{before}<sst xmlns="{MAIN}" count="{count}" uniqueCount="{count}">{inside}</sst>'


Parts = dict[str, str | bytes]


def parts(**changed: str | bytes) -> Parts:
    """The parts of a workbook with a list of one person; `sheet`, `strings` and `book` may be others."""
    usual: Parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELS,
        BOOK: WORKBOOK,
        "xl/_rels/workbook.xml.rels": WORKBOOK_RELS,
        SHEET: sheet(),
        STRINGS: strings(),
    }
    return usual | {{"sheet": SHEET, "strings": STRINGS, "book": BOOK}[name]: part for name, part in changed.items()}


def zipped(entries: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=1) as file:
        for name, part in entries.items():
            file.writestr(name, part)
    return out.getvalue()


def workbook(**changed: str | bytes) -> bytes:
    """A workbook with a list of one person, unless changed."""
    return zipped(parts(**changed))


def _with(name: str, content: str | bytes = b"x") -> bytes:
    return zipped(parts() | {name: content})


def _bomb_in_an_entry() -> bytes:
    return workbook(sheet=sheet(LIST + " " * (40 * MEGABYTE)))


def _bomb_of_many_entries() -> bytes:
    return zipped(parts() | {f"xl/worksheets/sheet{n}.xml": bytes(MEGABYTE) for n in range(2, 70)})


def _thousands_of_entries() -> bytes:
    return zipped(parts() | {f"xl/media/{n}": b"" for n in range(2_000)}, zipfile.ZIP_STORED)


def _lying_directory() -> bytes:
    """The directory says that the sheet unpacks to 100 bytes; it is 40 megabytes."""
    content = bytearray(_bomb_in_an_entry())
    at = content.rindex(SHEET.encode()) - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    content[at + 24 : at + 28] = struct.pack("<I", 100)
    return bytes(content)


def _flagged_as_encrypted() -> bytes:
    content = bytearray(workbook())
    at = content.rindex(SHEET.encode()) - 46
    content[at + 8] |= 1
    return bytes(content)


def _same_entry_twice() -> bytes:
    out = io.BytesIO(workbook())
    with zipfile.ZipFile(out, "a") as file:
        file.writestr(SHEET.upper(), sheet(row(1, *HEADERS) + row(2, "Somebody Else", "0987654321")))
    return out.getvalue()


def _overlapping_entries() -> bytes:
    """Every entry of the directory points to the first one's bytes."""
    content = bytearray(workbook())
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 42 : at + 46] = bytes(4)
        at = content.find(b"PK\x01\x02", at + 1)
    return bytes(content)


def _old_excel(inside: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + inside.encode("utf-16-le") + bytes(4096)


def _billion_laughs() -> bytes:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return workbook(strings=strings("<si><t>&a9;</t></si>", f'<!DOCTYPE sst [<!ENTITY a0 "ha">{levels}]>'))


def _outside_entity(encoding: str = "utf-8") -> bytes:
    document_type = '<!DOCTYPE worksheet [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    rows = row(1, *HEADERS) + row(2, "&secret;", "0912345678")
    return workbook(sheet=sheet(rows, document_type).encode(encoding))


def _million_columns() -> bytes:
    cells = '<c r="BDWGN2"><v>1</v></c>'  # the millionth
    return workbook(sheet=sheet(f'{LIST}<row r="3">{cells}</row>'))


def _farthest_cell() -> bytes:
    return workbook(sheet=sheet(f'{LIST}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))


def _million_cells_in_a_row() -> bytes:
    return workbook(sheet=sheet(f'{LIST}<row r="3">{"<c><v>1</v></c>" * 1_000_000}</row>'))


def _million_rows() -> bytes:
    return workbook(sheet=sheet(row(1, *HEADERS) + "<row><c><v>1</v></c></row>" * 1_000_000))


def _many_strings() -> bytes:
    return workbook(strings=strings("<si><t>x</t></si>" * 2_000_000, count=2_000_000))


def _formula(formula: str) -> bytes:
    cell = f'<c r="A3" t="str"><f>{formula}</f><v>x</v></c><c r="B3"><v>912345678</v></c>'
    return workbook(sheet=sheet(f'{LIST}<row r="3">{cell}</row>'))


def _text(*lines: str) -> bytes:
    return "\n".join([",".join(HEADERS), *lines]).encode()


FILES: dict[str, Callable[[], bytes]] = {
    "a bomb in one entry": _bomb_in_an_entry,
    "a bomb of many entries": _bomb_of_many_entries,
    "thousands of entries": _thousands_of_entries,
    "a directory that lies of a size": _lying_directory,
    "entries that overlap": _overlapping_entries,
    "one entry under two names": _same_entry_twice,
    "an entry outside its folder": lambda: _with("../../etc/cron.d/x"),
    "a zip in the zip": lambda: _with("xl/media/more.zip", zipped({"x": "y"})),
    "a zip of zeros alone": lambda: b"PK\x03\x04" + bytes(MEGABYTE),
    "half a workbook": lambda: workbook()[:700],
    "an encrypted entry": _flagged_as_encrypted,
    "a workbook with a password": lambda: _old_excel("EncryptedPackage"),
    "an old .xls": lambda: _old_excel("Workbook"),
    "macros": lambda: _with("xl/vbaProject.bin"),
    "old macro sheets": lambda: _with("xl/macrosheets/sheet1.xml", sheet()),
    "a link to another workbook": lambda: _with("xl/externalLinks/externalLink1.xml", "<externalLink/>"),
    "an embedded program": lambda: _with("xl/embeddings/oleObject1.bin"),
    "a data connection": lambda: _with("xl/connections.xml", "<connections/>"),
    "a formula that fetches": lambda: _formula('WEBSERVICE("http://127.0.0.1/x")'),
    "a formula that starts a program": lambda: _formula("cmd|'/c calc'!A1"),
    "an entity from outside (XXE)": _outside_entity,
    "an entity from outside in UTF-16": lambda: _outside_entity("utf-16"),
    "a billion laughs": _billion_laughs,
    "two million shared strings": _many_strings,
    "shared strings that say they are billions": lambda: workbook(
        strings=strings(count=4_000_000_000), sheet=sheet('<row><c t="s"><v>3999999999</v></c></row>')
    ),
    "NUL in the sheet": lambda: workbook(sheet=sheet(row(1, *HEADERS) + row(2, "Nguyễn\0Hoa", "0912345678"))),
    "a sheet that never ends": lambda: workbook(sheet=sheet().replace("</sheetData></worksheet>", "<row><c>")),
    "a million columns": _million_columns,
    "a cell at the farthest end": _farthest_cell,
    "a million cells in a row": _million_cells_in_a_row,
    "a million rows": _million_rows,
    "a document": lambda: zipped({"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": "<x/>"}),
    "an OpenDocument table": lambda: zipped({"mimetype": "application/x", "content.xml": "<x/>"}),
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
    "a PDF": lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
    "a page of HTML": lambda: b"<html><table><tr><td>Ho ten</td></tr></table></html>",
    "something packed": lambda: gzip.compress(_text(",".join(PERSON))),
    "nothing": lambda: b"",
    "text with NUL": lambda: _text("Nguyễn\0Hoa,0912345678"),
    "text of a million columns": lambda: _text("," * 1_000_000),
    "text of a million rows": lambda: _text(*["a,b"] * 1_000_000),
    "text in an endless quote": lambda: _text('"' + "a" * MEGABYTE),
    "UTF-16 cut in the middle": lambda: _text(",".join(PERSON)).decode().encode("utf-16")[:-1],
    "more megabytes than may be": lambda: bytes(6 * MEGABYTE),
}


def hostile() -> Iterator[tuple[str, bytes]]:
    """Each file by its name, made when its turn comes."""
    for name, make in FILES.items():
        yield name, make()
