"""Tables that people get: nothing in them is a formula, and what was wrong is marked."""

import csv
import io
import re
import zipfile
from itertools import product

import pytest
from python_calamine import CalamineWorkbook

from api.spreadsheets.columns import Column, Line, Words
from api.spreadsheets.harmless import harmed, harmless
from api.spreadsheets.tables import Tables
from api.spreadsheets.writing import text_table, workbook
from tests.tables.figures import keep

BEGINNINGS = (
    "=",
    "+",
    "-",
    "@",
    "\t=",
    "\r=",
    "\n+",
    "\0=",
    "＝",
    "＋",
    "－",
    "＠",
    "'=",
    "''-",
    " =",
    "\u00a0=",
    "\u200b@",
)
ENDS = ("1+1", "cmd|'/c calc'!A1", 'HYPERLINK("http://127.0.0.1","Hoa")', "SUM(A1:A9)", "84912345678", "@=1+1")
PAYLOADS = [
    *(begin + end for begin, end in product(BEGINNINGS, ENDS)),
    "=",
    "-",
    "{=1+1}",
    "DDE(1)",
    "<f>1+1</f>",
    "_xlfn.WEBSERVICE",
    '";=1+1',
    "a\r\n=1+1",
]
FORMULA = re.compile(r"<f[ >/]")
VALUE = Column("value", ("Giá trị",))
NOTE = Column("note", ("Ghi chú",), is_required=False)
LINES = [Line({"value": payload, "note": "x"}) for payload in PAYLOADS]


def sheet_of(content: bytes, number: int = 1) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read(f"xl/worksheets/sheet{number}.xml").decode()


def test_T22_a_payload_goes_there_and_back() -> None:
    assert len(PAYLOADS) >= 100
    for payload in PAYLOADS:
        assert harmed(harmless(payload)) == payload
    as_they_are = [payload for payload in PAYLOADS if harmless(payload) == payload]
    assert as_they_are == PAYLOADS[-6:]


def test_T22_a_workbook_holds_no_formula_and_the_same_values() -> None:
    content = workbook([VALUE, NOTE], LINES, Words("=1+1"))
    formulas = len(FORMULA.findall(sheet_of(content)))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    read = [harmed(str(row[0])) for row in rows[2:]]
    assert formulas == 0
    assert [text.replace("_x000D_", "\r") for text in read] == [payload.replace("\0", "") for payload in PAYLOADS]
    keep("T22", "formula cells of a workbook", f"0 of {len(PAYLOADS)}")


def test_T22_text_holds_nothing_that_begins_like_a_formula_and_the_same_values() -> None:
    rows = list(csv.reader(io.StringIO(text_table([VALUE, NOTE], LINES).decode("utf-8-sig"), newline="")))
    assert [harmed(value) for value, _ in rows[1:]] == [payload.replace("\0", "") for payload in PAYLOADS]
    assert not [value for value, _ in rows if value.lstrip("\0\t\r\n \u00a0\u200b")[:1] in {*"=+-@＝＋－＠"}]
    keep("T22", "formula cells of a text", f"0 of {len(PAYLOADS)}")


@pytest.mark.parametrize("write", [workbook, text_table])
async def test_T22_our_own_reader_takes_the_values_back(write: object) -> None:
    around = (Words("Danh sách"),) if write is workbook else ()
    content = write([VALUE, NOTE], LINES, *around)  # type: ignore[operator]  # one of the two
    async with Tables().opened(content, [VALUE, NOTE], most_rows=500, source="chat:1") as table:
        rows = [row async for batch in table.batches for row in batch]
    assert [row.cells["value"].replace("_x000D_", "\r") for row in rows] == [
        payload.replace("\0", "").strip() for payload in PAYLOADS
    ]


def test_what_is_wrong_is_coloured_and_says_why() -> None:
    lines = [Line({"value": "09", "note": "x"}, {"value": "Số điện thoại không hợp lệ."}), Line({"value": "1"})]
    content = workbook([VALUE, NOTE], lines, Words("Cần sửa"))
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert "Số điện thoại không hợp lệ." in file.read("xl/comments1.xml").decode()
        styles = dict(re.findall(r'r="(\w\d)" s="(\d+)"', sheet_of(content)))
    assert styles["A3"] != styles["A4"] == styles["B3"]


async def test_a_template_is_filled_in_and_read_back() -> None:
    sexes = Column("sex", ("Giới tính",), choices=("Nam", "Nữ"))
    units = Column("unit", ("Đơn vị",), choices=tuple(f"Trạm y tế xã, phường thứ {n}" for n in range(60)), note="Chọn")
    words = Words(
        "Danh sách đề nghị", ("Điền từ hàng dưới tiêu đề.",), {"value": "Nguyễn Thị Hoa", "sex": "Nữ"}, "Đơn vị"
    )
    columns = [VALUE, sexes, units]
    content = workbook(
        columns, [Line({"value": "Đỗ Văn Ất", "sex": "Nam", "unit": units.choices[-1]})], words, to_fill_in=True
    )
    sheet = sheet_of(content)
    assert '<formula1>"Nam,Nữ"</formula1>' in sheet
    assert "<formula1>'Đơn vị'!$C$1:$C$60</formula1>" in sheet
    async with Tables().opened(content, columns, most_rows=10, source="chat:1") as table:
        [[row]] = [batch async for batch in table.batches]
    assert row.cells == {"value": "Đỗ Văn Ất", "sex": "Nam", "unit": units.choices[-1]}
    assert row.number == 5
