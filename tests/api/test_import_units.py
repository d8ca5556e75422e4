"""Units from a table: by the whole path of names, made once, written down; what is wrong comes back (R12, R15)."""

import io
import zipfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

from api.acts import import_units as acts_of_import
from api.client import Api
from api.client.files import FileMade, FileSent
from api.client.units import UnitFilter
from api.schemas.units import UnitRowWrong, UnitsImported
from models import refusals as r
from models.roles import Role
from models.rules import NAME_MAX_LENGTH
from models.words import FileFlaw, UnitColumn, UnitRowFlaw
from tests.api.hands import Town
from tests.api.test_accounts import admin
from tests.api.test_units import acts, keeper

HEADERS = "Tên đơn vị,Loại đơn vị,Tỉnh/TP,Quận/Huyện,Phường/Xã"
HOSPITAL = "Bệnh viện Mới,Bệnh viện,Thành phố Hà Nội,Huyện Thanh Trì,"
IN_HANOI = UnitFilter(name="moi")


def sent(api: Api, *rows: str, headers: str = HEADERS) -> tuple[Api, FileSent]:
    """The rows as a file that was sent in the chat."""
    return of_content(api, "\n".join([headers, *rows]).encode())


def of_content(api: Api, content: bytes) -> tuple[Api, FileSent]:
    async def fetch(_: str) -> bytes:
        return content

    return replace(api, fetch=fetch), FileSent("file", "đơn vị.csv", len(content))


async def imported(api: Api, *rows: str) -> UnitsImported:
    caller, file = sent(api, *rows)
    return await caller.import_units(file)


async def marked(api: Api, *rows: str) -> FileMade:
    caller, file = sent(api, *rows)
    return await caller.marked_units(file)


def sheet(file: FileMade) -> list[list[str]]:
    """What stands in the workbook."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(0).to_python()
    return [[str(cell) for cell in row] for row in rows]


def inside(file: FileMade) -> str:
    """All that the workbook is made of."""
    with zipfile.ZipFile(io.BytesIO(file.content)) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist())


async def test_R15_right_rows_are_units_at_once_at_every_level_and_are_written_down(town: Town) -> None:
    api = await keeper(town)
    got = await imported(
        api,
        "  Bệnh viện  Mới,benh vien,thanh pho ha noi,HUYEN THANH TRI,",
        "Cơ sở tiêm Mới,Vaccination site,Hà Nội,,",
        "Trạm Mới,Trạm y tế xã,Thành phố Hà Nội,Thanh Trì,xã tứ hiệp",
    )
    assert got == UnitsImported(made=3, existing=0, wrong=0, flaws=[])
    rows = (await api.units(IN_HANOI)).rows
    assert {(row.name, row.kind.value, row.area[0]) for row in rows} == {
        ("Bệnh viện Mới", "hospital", "Huyện Thanh Trì"),
        ("Cơ sở tiêm Mới", "vaccination_site", "Thành phố Hà Nội"),
        ("Trạm Mới", "commune_health_station", "Xã Tứ Hiệp"),
    }
    facts = {"name": "Bệnh viện Mới", "kind": "hospital", "scheme": 2021, "area": "020"}
    assert sorted(act for act, _ in acts(town)) == ["unit_created"] * 3
    assert facts in [one for _, one in acts(town)]


async def test_R15_of_areas_by_one_name_the_one_on_the_path_is_meant(town: Town) -> None:
    api, _ = await admin(town, Role.SYSTEM_ADMIN, "VN")
    there = town.registry.rows(
        "SELECT p.name, d.name, c.code FROM area c JOIN area d ON (d.scheme, d.code) = (c.scheme, c.parent)"
        " JOIN area p ON (p.scheme, p.code) = (d.scheme, d.parent) WHERE c.scheme = 2021 AND c.name = 'Xã Tân Thành'"
    )
    assert len(there) > 20
    rows = [f"Trạm Mới,Trạm y tế xã,{province},{district},Xã Tân Thành" for province, district, _ in there]
    assert (await imported(api, *rows)).made == len(there)
    stand = town.registry.rows("SELECT area FROM unit WHERE name = 'Trạm Mới'")
    assert sorted(area for (area,) in stand) == sorted(code for _, _, code in there)


async def test_T09_R12_R15_every_wrong_cell_has_its_reason_and_right_rows_are_saved_all_the_same(town: Town) -> None:
    api = await keeper(town)
    rows = (
        HOSPITAL,
        "12345,Chợ,Thành phố Hà Nội,,",
        "Trạm Mới,Trạm y tế xã,Thành phố Hà Nội,Huyện Thanh Trì,",
        "Xa Mới,Bệnh viện,Tỉnh Đồng Tháp,Huyện Thanh Trì,",
        "Lạ Mới,Bệnh viện,Thành phố Hà Nội,Huyện Không Có,Xã Tứ Hiệp",
        "Trống Mới,,,,",
        f"{'x' * (NAME_MAX_LENGTH + 1)},Bệnh viện,Hà Nội,,",
        "Lạc Mới,Bệnh viện,Hà Nội,,Xã Tứ Hiệp",
        "BENH VIEN MOI,Cơ sở tiêm,Hà Nội,Thanh Trì,",
    )
    c, f = UnitColumn, UnitRowFlaw
    flaws = [
        (3, c.NAME, f.NAME_INVALID),
        (3, c.KIND, f.KIND_UNKNOWN),
        (4, c.KIND, f.KIND_MISPLACED),
        (5, c.PROVINCE, f.AREA_UNKNOWN),
        (6, c.DISTRICT, f.AREA_UNKNOWN),
        (7, c.KIND, f.CELL_EMPTY),
        (7, c.PROVINCE, f.CELL_EMPTY),
        (8, c.NAME, f.NAME_INVALID),
        (9, c.COMMUNE, f.AREA_UNKNOWN),
        (10, c.NAME, f.TWICE),
    ]
    told = [UnitRowWrong(row=row, column=column, flaw=flaw) for row, column, flaw in flaws]
    got = await imported(api, *rows)
    assert got == UnitsImported(made=1, existing=0, wrong=8, flaws=told[: acts_of_import.FLAWS_TOLD])
    file = await marked(api, *rows)
    assert file.name == "Đơn vị cần sửa.xlsx"
    assert [row[0] for row in sheet(file)[3:]] == [row.split(",")[0] for row in rows[1:]]
    words = town.app.state.house.words
    for flaw in {flaw for *_, flaw in flaws}:
        assert inside(file).count(words("vi", f"UnitRowFlaw.{flaw}")) == sum(one[2] is flaw for one in flaws)
    assert len(acts(town)) == 1


async def test_T17_a_file_sent_twice_makes_nothing_twice(town: Town) -> None:
    api = await keeper(town)
    rows = (HOSPITAL, "Cơ sở Mới,Cơ sở tiêm,Hà Nội,,")
    await imported(api, HOSPITAL)
    assert await imported(api, *rows) == UnitsImported(made=1, existing=1, wrong=0, flaws=[])
    assert await imported(api, *rows) == UnitsImported(made=0, existing=2, wrong=0, flaws=[])
    assert len(acts(town)) == 2
    caller, file = sent(api.under("the-same-file-0001"), HOSPITAL.replace("Mới", "Mới Nữa"))
    assert [(await caller.import_units(file)).made for _ in range(2)] == [1, 1]
    assert len(acts(town)) == 3


async def test_a_marked_file_that_is_corrected_can_be_sent_back(town: Town) -> None:
    api = await keeper(town)
    wrong = await marked(api, "Bệnh viện Mới,Bệnh viện,Hà Nội,Huyện Thanh,")
    caller, back = of_content(api, wrong.content)
    assert [one.flaw for one in (await caller.import_units(back)).flaws] == [UnitRowFlaw.AREA_UNKNOWN]
    assert acts(town) == []


async def test_a_name_that_two_areas_share_without_diacritics_or_type_is_not_guessed_at(town: Town) -> None:
    api = await keeper(town, "87")
    row = "Bệnh viện Mới,Bệnh viện,Tỉnh Đồng Tháp,Cao Lãnh,"
    [flaw] = (await imported(api, row)).flaws
    assert flaw.flaw is UnitRowFlaw.AREA_UNCLEAR
    assert (await imported(api, row.replace("Cao Lãnh", "Huyện Cao Lãnh"))).made == 1


async def test_T22_the_form_and_what_comes_back_hold_no_formula(town: Town) -> None:
    api = await keeper(town)
    form = await api.units_template()
    rows = sheet(form)
    assert (form.name, rows[-1]) == (
        "Danh sách đơn vị.xlsx",
        ["Tên đơn vị *", "Loại đơn vị *", "Tỉnh/TP *", "Quận/Huyện", "Phường/Xã"],
    )
    assert rows[-2] == ["Trạm y tế xã Tứ Hiệp", "Trạm y tế xã", "Thành phố Hà Nội", "Huyện Thanh Trì", "Xã Tứ Hiệp"]
    assert '<dataValidation type="list"' in inside(form)
    back = await marked(api, "=1+1,@SUM(A1),+1,-1,=HYPERLINK(1)")
    assert sheet(back)[-1] == ["'=1+1", "'@SUM(A1)", "'+1", "'-1", "'=HYPERLINK(1)"]
    assert "<f>" not in inside(form) + inside(back)


async def test_an_empty_form_and_what_is_no_table_of_units_are_refused(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = await keeper(town)
    form = await api.units_template()
    calls: Sequence[Callable[[Api, FileSent], Awaitable[object]]] = (Api.import_units, Api.marked_units)
    for call in calls:
        with pytest.raises(r.TableEmpty):
            await call(*of_content(api, form.content))
        with pytest.raises(r.ColumnsMissing) as missing:
            await call(*sent(api, "x,Bệnh viện", headers="Tên đơn vị,Loại đơn vị,Tỉnh/TP,Quận/Huyện"))
        assert missing.value.columns == ["Phường/Xã"]
        with pytest.raises(r.FileUnreadable) as unreadable:
            await call(*of_content(api, b"%PDF-1.7\0"))
        assert unreadable.value.reason is FileFlaw.NOT_A_TABLE
    monkeypatch.setattr(acts_of_import, "MAX_UNITS_A_FILE", 1)
    with pytest.raises(r.TooManyRows):
        await imported(api, HOSPITAL, HOSPITAL)


async def test_R12_who_keeps_no_units_imports_none(town: Town) -> None:
    api, _ = await admin(town)
    caller, file = sent(api, HOSPITAL)
    for asked in (caller.import_units(file), caller.marked_units(file), caller.units_template()):
        with pytest.raises(r.NotFound):
            await asked
    assert town.registry.one("SELECT count(*) FROM unit WHERE name = 'Bệnh viện Mới'") == 0
