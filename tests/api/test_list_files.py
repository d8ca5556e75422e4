"""Files of people to be asked for: the form, what is read of one, what comes back marked (R13, T10, T21, T22)."""

import asyncio
import resource
from datetime import timedelta
from pathlib import Path

import pytest

from api.acts import read_list, request_list
from api.client import Api
from api.schemas.request_lists import RequestListSeen, RowChange
from models import refusals as r
from models.listed_people import PersonColumn, judged
from models.roles import Role
from models.rules import LIST_LEASE, LIST_PIECE, MAX_LISTED
from models.words import FileFlaw, Gender, Language, Right
from tests.api.hands import Town
from tests.api.test_account_requests import HANOI, unit_and_boss
from tests.api.test_accounts import admin
from tests.api.test_import_units import inside, of_content, sheet
from tests.api.test_request_list import counts, first_row, waiting
from tests.tables.figures import keep

HEADERS = "Họ tên,Giới tính,Đơn vị,Chức vụ,Email,Số điện thoại,Quyền đề nghị"
HOA = "Nguyễn Thị Hoa,Nữ,,Điều dưỡng,hoa@tramyte.vn,0912 345 111,nhập liệu"
LAN = 'Lê Thị Lan,Nữ,Trạm Y tế xã Tứ Hiệp,Y sĩ,,912345222,"nhập liệu, cập nhật lịch sử mũi tiêm"'
SAI = "Trần Văn Sai,Nam,,Dược sĩ,sai@,0912 345 333,nhập liệu"


def table(*rows: str, headers: str = HEADERS) -> bytes:
    return "\n".join([headers, *rows]).encode()


async def read(api: Api, content: bytes) -> RequestListSeen:
    """Send it, and look until it is read."""
    caller, file = of_content(api, content)
    seen = await caller.read_list(file)
    ignored = seen.ignored
    if seen.is_being_read:
        seen = await read_to_its_end(api)
    return seen.model_copy(update={"ignored": ignored})


async def read_to_its_end(api: Api) -> RequestListSeen:
    """Look until it is read."""
    seen = await api.request_list()
    for _ in range(600):
        if not seen.is_being_read:
            break
        await asyncio.sleep(0.05)
        seen = await api.request_list()
    return seen


def people(count: int) -> bytes:
    """A table of so many."""
    return table(*(f"Người {chr(65 + n % 26)}a,Nữ,,Y sĩ,,09123{n:05},nhập liệu" for n in range(count)))


async def test_R13_the_form_is_filled_in_and_sent_back(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    form = await unit.people_template()
    rows = sheet(form)
    assert form.name == "Danh sách đề nghị cấp tài khoản.xlsx"
    assert [header.removesuffix(" *") for header in rows[-1]] == HEADERS.split(",")
    assert rows[-2][2] == "Trạm y tế xã Tứ Hiệp"
    for choice in ("Nam", "Nữ", "nhập liệu, cập nhật lịch sử mũi tiêm", "Trạm y tế xã Tứ Hiệp"):
        assert choice in inside(form)
    with pytest.raises(r.TableEmpty):
        await read(unit, form.content)
    seen = await read(unit, table(HOA, LAN, SAI))
    assert (counts(seen), seen.read, seen.there) == ((2, 1, 0), 3, 3)
    await unit.send_list()
    assert await waiting(boss) == {"Nguyễn Thị Hoa", "Lê Thị Lan"}


async def test_R13_every_word_that_the_form_offers_is_understood(town: Town) -> None:
    words = town.app.state.house.words
    for language in Language:
        for gender in Gender:
            cells: dict[str, str] = {PersonColumn.GENDER: words(language, f"Gender.{gender}")}
            assert judged(cells).values[PersonColumn.GENDER] is gender
        for right in Right:
            cells = {PersonColumn.RIGHTS: words(language, f"Right.{right}")}
            assert judged(cells).values[PersonColumn.RIGHTS] == [right]


async def test_R13_T22_wrong_rows_come_back_marked_and_corrected_take_their_places_again(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    harmful = "=HYPERLINK(1),Nữ,,+1,@SUM(A1),-1,nhập liệu"
    await read(unit, table(HOA, SAI, harmful))
    marked = await unit.marked_people()
    assert marked.name == "Đề nghị cần sửa.xlsx"
    *_, headers, wrong, formula = sheet(marked)
    assert (headers[0], wrong[1], wrong[5]) == ("Mã dòng", "Trần Văn Sai", "sai@")
    assert formula[1:] == ["'=HYPERLINK(1)", "Nữ", "", "'+1", "'@SUM(A1)", "'-1", "nhập liệu"]
    assert "<f>" not in inside(marked)
    assert "Không phải địa chỉ email." in inside(marked)
    assert counts(await read(unit, marked.content)) == (1, 2, 0)
    corrected = f"{wrong[0]},{SAI}".replace("sai@", "sai@tramyte.vn").replace("Văn Sai", "Văn Đúng")
    for _ in range(2):
        seen = await read(unit, table(corrected, headers=f"Mã dòng,{HEADERS}"))
        assert counts(seen) == (2, 1, 0)
    await unit.take_off((await first_row(unit)).number)
    await unit.send_list()
    assert await waiting(boss) == {"Nguyễn Thị Hoa", "Trần Văn Đúng"}
    seen = await read(unit, table(corrected, headers=f"Mã dòng,{HEADERS}"))
    assert (counts(seen), seen.waiting) == ((0, 0, 0), 1)


async def test_R13_T46_a_code_of_another_list_takes_nobodys_place(town: Town) -> None:
    unit, _ = await unit_and_boss(town)
    await read(unit, table(SAI))
    old = sheet(await unit.marked_people())[-1][0]
    await unit.throw_list_away()
    await read(unit, table(HOA))
    for code in (old, "000000-1", "1", "-1", f"{old}-1", "' OR 1=1", "٣-٣"):
        await read(unit, table(f'"{code}",{SAI}', headers=f"Mã dòng,{HEADERS}"))
        assert counts(await unit.request_list()) == (1, 1, 0)


async def test_R13_T46_the_same_file_twice_doubles_nobody(town: Town) -> None:
    unit, _ = await unit_and_boss(town)
    for _ in range(2):
        assert counts(await read(unit, table(HOA, LAN, SAI))) == (2, 1, 0)
    once = of_content(unit.under("the-same-list-again-01"), table(HOA, LAN, SAI))
    for _ in range(2):
        assert counts(await once[0].read_list(once[1])) == (2, 1, 0)


async def test_T10_T11_a_role_or_a_permission_in_a_file_is_told_of_and_never_kept(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    more = ("Vai trò", "Phân quyền API", "is_active", "by_account_id", "proposed_role", "state", "Trạng thái")
    privileged = ("Quản trị hệ thống", "Có", "true", "1", "system_admin", "approved", "Hiệu lực")
    headers, row = ",".join([HEADERS, *more]), ",".join([HOA, *privileged])
    seen = await read(unit, table(row, headers=headers))
    assert seen.ignored == list(more)
    await unit.send_list()
    [asked] = (await boss.account_requests()).rows
    request = await boss.account_request(asked.id)
    assert (request.role, request.rights) == (Role.MOBILE_VACCINATOR, [Right.DATA_ENTRY])
    assert (request.state.value, request.by) == ("waiting", (await unit.me()).username)
    assert town.registry.one("SELECT count(*) FROM account") == 2


async def test_R13_T21_a_long_file_is_read_while_nobody_waits(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    unit, _ = await unit_and_boss(town)
    monkeypatch.setattr(read_list, "PATIENCE", 0)
    caller, file = of_content(unit.under("the-long-file-of-people"), people(LIST_PIECE * 2 + 7))
    seen = await caller.read_list(file)
    assert seen.is_being_read
    with pytest.raises(r.Busy):
        await read(unit, table(HOA))
    assert (await caller.read_list(file)).is_being_read
    seen = await read_to_its_end(unit)
    assert (seen.read, seen.there, seen.ready) == (LIST_PIECE * 2 + 7,) * 3
    assert seen.repeated == 0


async def test_R13_T46_a_file_whose_reader_died_goes_on_when_it_is_sent_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit, _ = await unit_and_boss(town)
    once = unit.under("the-file-that-is-read-once")
    content, put_rows, pieces = people(LIST_PIECE + 1), request_list.put_rows, []

    async def dying(*given: object) -> None:
        pieces.append(given)
        if len(pieces) == 2:
            raise ConnectionError
        await put_rows(*given)  # type: ignore[arg-type]

    async def gone(_: read_list.Reading) -> None:
        """A process that is killed lets nothing go."""

    with monkeypatch.context() as patch:
        patch.setattr(read_list, "put_rows", dying)
        patch.setattr(read_list.Reading, "_end", gone)
        with pytest.raises(Exception):  # noqa: B017, PT011 - whatever a client makes of it
            await read(once, content)
    seen = await unit.request_list()
    assert (seen.is_being_read, seen.read, seen.ready) == (True, LIST_PIECE, LIST_PIECE)
    town.clock.turn(LIST_LEASE + timedelta(seconds=1))
    assert not (await unit.request_list()).is_being_read
    for api, repeated in ((once, 0), (once, 0), (unit, LIST_PIECE + 1)):
        seen = await read(api, content)
        assert (seen.read, seen.ready, seen.repeated) == (LIST_PIECE + 1, LIST_PIECE + 1, repeated)


async def test_T19_a_session_that_ends_meanwhile_puts_nobody_on_the_list(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit, staff = await admin(town)
    monkeypatch.setattr(read_list, "PATIENCE", 0)
    put_rows = request_list.put_rows

    async def ending(*given: object) -> None:
        await put_rows(*given)  # type: ignore[arg-type]
        town.registry.owner.execute(
            "UPDATE session SET ended_at = %s, \"end\" = 'signed_out' WHERE account_id = %s",
            [town.clock.now(), staff.id],
        )

    monkeypatch.setattr(read_list, "put_rows", ending)
    caller, file = of_content(unit, people(LIST_PIECE * 2))
    await caller.read_list(file)
    await asyncio.sleep(1)
    assert town.registry.one("SELECT count(*) FROM listed_person") == LIST_PIECE


async def test_T21_what_is_no_table_of_people_is_refused_and_leaves_no_list(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    with pytest.raises(r.ColumnsMissing) as missing:
        await read(unit, table("x", headers="Họ tên,Giới tính,Đơn vị,Chức vụ,Email"))
    assert missing.value.columns == ["Số điện thoại", "Quyền đề nghị"]
    with pytest.raises(r.FileUnreadable) as unreadable:
        await read(unit, b"%PDF-1.7\0")
    assert unreadable.value.reason is FileFlaw.NOT_A_TABLE
    with pytest.raises(r.TooManyRows):
        await read(unit, people(MAX_LISTED + 1))
    assert town.registry.one("SELECT count(*) FROM request_list") == 0
    monkeypatch.setattr("api.acts.request_list.MAX_LISTED", 2)
    with pytest.raises(r.TooManyRows):
        await read(unit, people(3))
    staff, _ = await admin(town, Role.SITE_STAFF)
    for asked in (read(staff, table(HOA)), staff.people_template(), staff.marked_people()):
        with pytest.raises(r.NotFound):
            await asked


async def test_R13_a_doubt_is_marked_too_and_a_change_of_the_row_asks_again(town: Town) -> None:
    unit, _ = await unit_and_boss(town)
    town.registry.account("+84912345111", username="da.co")
    assert counts(await read(unit, table(HOA))) == (0, 0, 1)
    assert "đang dùng cho một tài khoản" in inside(await unit.marked_people())
    row = await first_row(unit)
    assert counts(await unit.change_row(row.number, RowChange(although_known=True))) == (1, 0, 0)
    assert counts(await unit.change_row(row.number, RowChange(position="Bác sĩ"))) == (0, 0, 1)


async def test_T21_R13_memory_does_not_grow_with_the_list(town: Town) -> None:
    unit, _ = await unit_and_boss(town)
    peaks = {}
    for count in (500, MAX_LISTED):
        caller, file = of_content(unit, people(count))
        before = peak = resident()
        seen = await caller.read_list(file)
        for _ in range(1200):
            if not seen.is_being_read:
                break
            peak = max(peak, resident())
            await asyncio.sleep(0.05)
            seen = await unit.request_list()
        assert counts(seen) == (count, 0, 0)
        peaks[count] = peak - before
        await unit.throw_list_away()
    for count, rise in peaks.items():
        keep("T21", f"RSS rise of the service at a list of {count}, MiB", f"{rise:.1f}")
    assert peaks[MAX_LISTED] < peaks[500] + 16


def resident() -> float:
    """MiB of this process, in which the service runs."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20
