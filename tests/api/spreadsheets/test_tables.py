"""Tables that people send: read as people see them, and refused where they mean harm."""

import gc
import io
import resource
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from api.spreadsheets.columns import Column, Row
from api.spreadsheets.tables import Tables
from models import refusals as r
from models.rules import MAX_FILE_BYTES, MAX_FILE_MEGABYTES
from models.words import FileFlaw
from tests.api.spreadsheets.hostile import FILES, hostile, workbook
from tests.tables.figures import keep

MOST = 5_000
NAME = Column("full_name", ("Họ tên", "Họ và tên"))
PHONE = Column("phone", ("Số điện thoại", "SĐT"), lengths=(10,))
BORN = Column("born", ("Ngày sinh",), is_required=False)
COLUMNS = (NAME, PHONE, BORN)


async def read(content: bytes, columns: Sequence[Column] = COLUMNS, most: int = MOST) -> list[Row]:
    async with Tables().opened(content, columns, most_rows=most, source="chat:1") as table:
        rows = [row async for batch in table.batches for row in batch]
        assert len(rows) == table.count
        return rows


def text(*lines: str, delimiter: str = ",") -> str:
    return "\r\n".join(lines).replace(",", delimiter)


PEOPLE = ("Họ tên,Số điện thoại,Ngày sinh", "Nguyễn Thị Hoa,0912345678,01/02/1990", "Đỗ Văn Ất,0987654321,1985")
ROWS = [
    Row(2, {"full_name": "Nguyễn Thị Hoa", "phone": "0912345678", "born": "01/02/1990"}),
    Row(3, {"full_name": "Đỗ Văn Ất", "phone": "0987654321", "born": "1985"}),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
async def test_text_is_read_in_any_spelling_of_a_table(encoding: str, delimiter: str) -> None:
    marked = "\ufeff" if encoding.endswith("e") else ""
    assert await read((marked + text(*PEOPLE, delimiter=delimiter)).encode(encoding)) == ROWS


async def test_windows_vietnamese_is_read_when_it_can_be_nothing_else() -> None:
    accents = "Ho\u0323 tên,SDT", "Nguyê\u0303n Thi\u0323 Hoa,0912345678"  # its accents are letters of their own
    [row] = await read("\n".join(accents).encode("cp1258"))
    assert row.cells["full_name"] == "Nguyễn Thị Hoa"


@pytest.mark.parametrize(
    "header", ["HỌ TÊN", "ho ten", "  Họ  và   tên *", "Ho_Ten", "HOTEN", "Ho\u0323 tên (bắt buộc)"]
)
async def test_a_header_is_known_in_any_spelling(header: str) -> None:
    [row] = await read(f"STT,{header},sdt\n1,Hoa,0912345678\n".encode())
    assert (row.cells["full_name"], row.cells["phone"], row.cells["born"]) == ("Hoa", "0912345678", "")


def excel(*rows: Sequence[object], hidden_first: bool = False) -> bytes:
    """A workbook as somebody would make it by hand, numbers and dates as such."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        if hidden_first:
            book.add_worksheet("Cũ").write_row(0, 0, ["Họ tên", "Số điện thoại"])
            book.worksheets()[0].hide()
        sheet = book.add_worksheet("Danh sách")
        sheet.activate()
        sheet.set_first_sheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 1, row)
    return out.getvalue()


async def test_a_workbook_is_read_as_people_see_it() -> None:
    content = excel(
        ["DANH SÁCH ĐỀ NGHỊ CẤP TÀI KHOẢN"],
        [],
        ["Họ tên", "Số điện thoại", "Ngày sinh"],
        ["Nguyễn Thị Hoa", 912345678, date(1990, 2, 1)],
        [],
        ["Đỗ Văn Ất", "0987654321", 1985],
        ["Lê Văn Ba", 84987654321, datetime(1990, 2, 1, 7, 30)],  # noqa: DTZ001 - as in a cell
        hidden_first=True,
    )
    hoa, at, ba = await read(content)
    assert hoa == Row(4, ROWS[0].cells, frozenset({"phone"}))
    assert at == Row(6, ROWS[1].cells)
    assert (ba.cells["phone"], ba.cells["born"]) == ("84987654321", "01/02/1990 07:30")


async def test_zeros_that_excel_dropped_are_put_back_and_noticed() -> None:
    number = Column("number", ("CCCD",), lengths=(9, 12))
    rows = await read(excel(["CCCD"], [1085012345], ["001085012345"], [12345678], ["C1234567"]), [number])
    assert [(row.cells["number"], bool(row.mended)) for row in rows] == [
        ("001085012345", True),
        ("001085012345", False),
        ("012345678", True),
        ("C1234567", False),
    ]


async def test_what_is_missing_doubled_or_too_much_is_told() -> None:
    with pytest.raises(r.ColumnsMissing) as missing:
        await read("Họ tên,Email\nHoa,a@b.vn".encode())
    assert missing.value.columns == ["Số điện thoại"]
    with pytest.raises(r.ColumnsTwice) as twice:
        await read("Họ tên,SĐT,Số điện thoại\nHoa,1,2".encode())
    assert twice.value.columns == ["Số điện thoại"]
    with pytest.raises(r.TooManyRows) as many:
        await read("\n".join(["Họ tên,SĐT", *["Hoa,1"] * 4]).encode(), most=3)
    assert many.value.max == 3
    with pytest.raises(r.TableEmpty):
        await read("Họ tên,SĐT\n,\n".encode())
    with pytest.raises(r.FileTooBig) as big:
        await read(bytes(MAX_FILE_BYTES + 1))
    assert big.value.megabytes == MAX_FILE_MEGABYTES


async def test_a_list_of_five_thousand_comes_in_pieces() -> None:
    lines = ["Họ tên,SĐT", *(f"Nguyễn Văn {number},09{number:08}" for number in range(MOST))]
    async with Tables().opened("\n".join(lines).encode(), COLUMNS, most_rows=MOST, source="chat:1") as table:
        sizes = [len(batch) async for batch in table.batches]
    assert sum(sizes) == table.count == MOST
    assert max(sizes) <= MOST / 20


async def test_a_reader_that_nobody_listens_to_is_ended() -> None:
    lines = ["Họ tên,SĐT", *(["Nguyễn Văn A,0912345678"] * MOST)]
    reader = Tables()
    for _ in range(3):  # more than there are places for at once
        async with reader.opened("\n".join(lines).encode(), COLUMNS, most_rows=MOST, source="chat:1") as table:
            assert table.count == MOST


async def test_the_list_that_hostile_files_hold_is_read_where_it_is_alone() -> None:
    [person] = await read(workbook())
    assert person.cells == {"full_name": "Nguyễn Thị Hoa", "phone": "0912345678", "born": ""}


REASONS = {
    "a bomb in one entry": FileFlaw.TOO_MUCH_INSIDE,
    "a directory that lies of a size": FileFlaw.BROKEN,
    "an encrypted entry": FileFlaw.PASSWORD,
    "a workbook with a password": FileFlaw.PASSWORD,
    "an old .xls": FileFlaw.OLD_EXCEL,
    "macros": FileFlaw.MACROS,
    "a link to another workbook": FileFlaw.LINKS,
    "an entity from outside (XXE)": FileFlaw.BROKEN,
    "a million columns": FileFlaw.TOO_MUCH_INSIDE,
    "a million cells in a row": FileFlaw.TOO_MUCH_INSIDE,
    "a picture": FileFlaw.NOT_A_TABLE,
    "a document": FileFlaw.NOT_A_TABLE,
}


async def test_T21_no_hostile_file_is_accepted_or_costs_the_service_anything() -> None:
    accepted, slowest, refused = [], 0.0, {}
    files = list(hostile())
    before = _forget_the_peak()
    for name, content in files:
        started = _of_children()
        try:
            accepted.append((name, await read(content)))
        except r.Refusal as refusal:
            refused[name] = refusal
        slowest = max(slowest, _of_children() - started)
    rise = (_memory("VmHWM") - before) / 1024
    assert accepted == []
    assert rise <= 50
    assert slowest <= 1.1  # the limit, and what ending takes
    told = {name: refusal.reason for name, refusal in refused.items() if isinstance(refusal, r.FileUnreadable)}
    assert told.items() >= REASONS.items()
    assert len(refused) == len(FILES) >= 30
    keep("T21", "hostile files accepted", f"0 of {len(FILES)}")
    keep("T21", "processor time of the slowest refusal, s", f"{slowest:.2f}")
    keep("T21", "RSS rise of the service, MiB", f"{rise:.1f}")


def _forget_the_peak() -> int:
    """Begin to count the most memory that this process has from now on; what it has now, in KiB."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    return _memory("VmRSS")


def _memory(what: str) -> int:
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(what)]
    return int(line.split()[1])


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
