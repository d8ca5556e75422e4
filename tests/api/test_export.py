"""The list of users as a workbook: in scope, written down, after a fresh OTP, and harmless (R7, T22)."""

import io
import json
from uuid import uuid4

import pytest
from python_calamine import CalamineWorkbook

from api.acts import export_accounts
from api.client import Api
from api.client.accounts import AccountFilter
from api.client.files import FileMade
from models.refusals import ListTooLong, NotFound, OtpNotFresh
from models.roles import Role
from models.rules import FRESH_OTP
from models.seals import ACCOUNT_EMAIL, ACT_FACTS, EMAIL_KEY
from models.words import UnitKind
from tests.api.hands import SECOND, Staff, Town

EVERYBODY = AccountFilter()


def rows_of(file: FileMade) -> list[list[str]]:
    """The rows below the headers."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(0).to_python()
    return [[str(cell) for cell in row] for row in rows[3:]]


async def admin(town: Town) -> tuple[Api, Staff]:
    staff = town.registry.account()
    return await town.sign_in(staff), staff


async def test_R07_R12_the_file_holds_what_the_list_holds_and_nobody_else(town: Town) -> None:
    api, staff = await admin(town)
    hoa = town.registry.account("+84987654321", username="cung.xa", role=Role.MOBILE_VACCINATOR)
    keys, address = town.registry.keys, "hoa@tuhiep.vn"
    sealed, key = keys.seal(address, ACCOUNT_EMAIL, hoa.id), keys.digest(EMAIL_KEY, address)
    query = "UPDATE account SET email_sealed = %s, email_key = %s WHERE id = %s"
    town.registry.owner.execute(query, [sealed, key, hoa.id])
    town.registry.account("+84987654322", username="khac.xa", area="00661")
    exported = await api.export_accounts(EVERYBODY)
    file = await api.exported_accounts(exported.id)
    assert exported.count == 2
    assert file.name == "Danh sách người dùng 2021-10-15.xlsx"
    rows = {row[1]: row for row in rows_of(file)}
    assert rows.keys() == {staff.username, "cung.xa"}
    assert rows["cung.xa"] == [
        "Trạm y tế xã Tứ Hiệp",
        "cung.xa",
        "Nguyễn Văn Demo",
        "Hiệu lực",
        "0987 654 321",
        "hoa@tuhiep.vn",
        "Admin Tiêm lưu động",
        "Tuyến xã/phường",
        "Xã Tứ Hiệp, Huyện Thanh Trì, Thành phố Hà Nội",
        "☐",
    ]


async def test_R07_the_file_is_narrowed_by_the_filters_and_speaks_the_language_asked_for(town: Town) -> None:
    api, _ = await admin(town)
    town.registry.account("+84987654321", username="cung.xa")
    exported = await api.export_accounts(AccountFilter(username="cung", area=(2021, "00658")))
    english = Api(api.http, api.url, api.service_key, api.chat, api.token, "en", patience=30)
    [row] = rows_of(await english.exported_accounts(exported.id))
    assert (row[1], row[3]) == ("cung.xa", "Active")


async def test_T25_who_took_which_list_is_written_down(town: Town) -> None:
    api, staff = await admin(town)
    exported = await api.export_accounts(AccountFilter(username="demo"))
    [(act, by, facts)] = town.registry.rows("SELECT act, by_account_id, facts_sealed FROM admin_act")
    opened = json.loads(town.registry.keys.opened(facts, ACT_FACTS, exported.id))
    assert (act, by, opened) == ("exported", staff.id, {"filters": {"username": "demo"}, "count": 1})


async def test_an_otp_that_is_not_fresh_comes_first(town: Town) -> None:
    api, _ = await admin(town)
    town.clock.turn(FRESH_OTP + SECOND)
    with pytest.raises(OtpNotFresh):
        await api.export_accounts(EVERYBODY)
    assert town.registry.one("SELECT count(*) FROM admin_act") == 0


async def test_T09_the_file_is_of_the_session_that_asked_and_for_a_short_while(town: Town) -> None:
    api, staff = await admin(town)
    exported = await api.export_accounts(EVERYBODY)
    elsewhere = await town.sign_in(staff, chat=2)
    for nobody, export in ((elsewhere, exported.id), (api, uuid4())):
        with pytest.raises(NotFound):
            await nobody.exported_accounts(export)
    town.clock.turn(FRESH_OTP)
    with pytest.raises(NotFound):
        await api.exported_accounts(exported.id)


async def test_a_list_that_is_too_long_for_a_file_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    api, _ = await admin(town)
    monkeypatch.setattr(export_accounts, "MOST_ROWS", 1)
    town.registry.account("+84987654321")
    with pytest.raises(ListTooLong) as refused:
        await api.export_accounts(EVERYBODY)
    assert refused.value.max == 1


async def test_T22_a_name_that_is_a_formula_is_text_in_the_file(town: Town) -> None:
    api, _ = await admin(town)
    town.registry.account("+84987654321", username="cong.thuc", full_name="=HYPERLINK(1)")
    exported = await api.export_accounts(AccountFilter(username="cong"))
    [row] = rows_of(await api.exported_accounts(exported.id))
    assert row[2] == "'=HYPERLINK(1)"


async def test_R12_who_manages_nobody_takes_no_list(town: Town) -> None:
    staff = town.registry.account(role=Role.SITE_STAFF, kind=UnitKind.COMMUNE_HEALTH_STATION)
    with pytest.raises(NotFound):
        await (await town.sign_in(staff)).export_accounts(EVERYBODY)
