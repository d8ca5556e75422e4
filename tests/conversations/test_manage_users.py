"""«Quản lý người dùng» in chat, played against the real API, begun anew before every turn (R7-R12)."""

import pytest
from pydantic import SecretStr

from api.acts.accounts import ROWS_A_PAGE
from models.roles import Role
from models.rules import FRESH_OTP
from models.words import UnitKind
from tests.api.hands import SECOND, Staff, Town
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_sign_in import as_far_as_the_otp

USERS = "👥 Quản lý người dùng"
ADD = "➕ Thêm mới người dùng"
SAVE = "💾 Lưu"
EXPORT = "📄 Xuất Excel"
HISTORY = "🕘 Lịch sử đăng nhập"
FILTER, MORE, BEFORE = "🔎 Lọc danh sách", "Trang sau ➡", "⬅ Trang trước"
AREAS = ["Tỉnh/TP", "Quận/Huyện", "Phường/Xã"]
NEW_PASSWORD = "Mạ non xanh rì rào"


@pytest.fixture(params=[False, True], ids=["begun anew each turn", "kept alive"])
def chat(request: pytest.FixtureRequest, town: Town) -> Rehearsal:
    return Rehearsal(town.chat(), town.clock, is_live=request.param)


async def signed_in(chat: Rehearsal, town: Town, role: Role = Role.COMMUNE_ADMIN) -> Staff:
    kind, area = UnitKind.COMMUNE_HEALTH_STATION, "00658"
    if role is Role.PROVINCE_ADMIN:
        kind, area = UnitKind.DEPARTMENT_OF_HEALTH, "01"
    if role is Role.SYSTEM_ADMIN:
        kind, area = UnitKind.MINISTRY, "VN"
    staff = town.registry.account(role=role, kind=kind, area=area)
    await as_far_as_the_otp(chat, staff)
    await chat.says(town.inbox.last_code())
    return staff


def listed(chat: Rehearsal) -> list[str]:
    """The users on the page."""
    return [label.removeprefix("👤 ") for label in chat.labels if label.startswith("👤")]


async def as_far_as_the_card(chat: Rehearsal, name: str = "demo.moi") -> None:
    """A commune admin is asked for five things; what has one answer is not asked."""
    await chat.presses(USERS)
    await chat.presses(ADD)
    await chat.says(name)
    await chat.says("0987 654 321")
    assert "Chọn Vai trò" in chat.text
    assert [label for label in chat.labels if "Admin" in label] == ["Admin Xã", "Admin Tiêm lưu động"]  # R9
    await chat.presses("Admin Tiêm lưu động")
    await chat.says(NEW_PASSWORD)
    assert SAVE in chat.labels


async def test_R08_R09_R11_an_admin_adds_a_user_who_is_in_the_list_at_once(chat: Rehearsal, town: Town) -> None:
    staff = await signed_in(chat, town)
    await as_far_as_the_card(chat)
    for line in ("demo.moi", "0987 654 321", "Tuyến xã/phường", "Trạm y tế xã Tứ Hiệp", "Admin Tiêm lưu động"):
        assert line in chat.text
    assert NEW_PASSWORD not in chat.text
    await chat.presses(SAVE)
    assert "Đã thêm người dùng demo.moi" in chat.text
    assert "Danh sách người dùng (2)" in chat.text
    assert [f"👤 {staff.username}", "👤 demo.moi"] == chat.labels[:2]
    await chat.presses("👤 demo.moi")
    assert "Trạng thái: Hiệu lực" in chat.text
    assert chat.stage.bugs == []


async def test_R10_the_refusal_offers_to_save_without_and_keeps_everything(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    await as_far_as_the_card(chat)
    await chat.presses("☐ Phân quyền API")
    assert "Phân quyền API: ☑" in chat.text
    await chat.presses(SAVE)
    assert "Bạn không được phép phân quyền cho người dùng" in chat.text
    await chat.presses("💾 Lưu, không phân quyền API")
    assert "Đã thêm người dùng demo.moi" in chat.text
    person = await town.sign_in(Staff(0, "demo.moi", "+84987654321", SecretStr(NEW_PASSWORD)), 2)
    assert (await person.me()).must_change_password


async def test_R08_every_line_can_be_changed_before_it_is_saved(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    await as_far_as_the_card(chat)
    for button, typed in (
        ("Sửa Tên đăng nhập", "demo.khac"),
        ("Sửa Điện thoại", "0976 543 210"),
        ("Sửa Họ và tên", "Trần Thị Mới"),
        ("Sửa Email", "Moi@TuHiep.vn"),
        ("Sửa Mật khẩu", "Lúa chín vàng đồng"),
    ):
        await chat.presses(button)
        await chat.says(typed)
    await chat.presses("Sửa Vai trò")
    await chat.presses("Admin Xã")
    for line in ("demo.khac", "0976 543 210", "Trần Thị Mới", "moi@tuhiep.vn", "Vai trò: Admin Xã"):
        assert line in chat.text
    await chat.presses(SAVE)
    assert "Đã thêm người dùng demo.khac" in chat.text


async def test_R08_close_leaves_without_saving(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    await as_far_as_the_card(chat)
    await chat.presses("Đóng")
    assert "không lưu" in chat.text
    assert "Danh sách người dùng (1)" in chat.text


async def test_a_name_that_is_taken_is_asked_for_again_and_nothing_else(chat: Rehearsal, town: Town) -> None:
    staff = await signed_in(chat, town)
    await as_far_as_the_card(chat, staff.username)
    await chat.presses(SAVE)
    assert "đã có người dùng" in chat.text
    await chat.says("demo.khac")
    await chat.presses(SAVE)
    assert "Đã thêm người dùng demo.khac" in chat.text


async def test_R08_a_province_admin_finds_the_unit_by_a_few_letters(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town, Role.PROVINCE_ADMIN)
    await chat.presses(USERS)
    await chat.presses(ADD)
    await chat.says("demo.moi")
    await chat.says("0987 654 321")
    for typed in ("thanh tri", "tu hiep"):
        await chat.says(typed)
    assert "Chọn Vai trò" in chat.text
    await chat.presses("Admin Xã")
    await chat.says(NEW_PASSWORD)
    await chat.presses("☐ Phân quyền API")
    await chat.presses(SAVE)
    assert "Đã thêm người dùng demo.moi (Trạm y tế xã Tứ Hiệp)" in chat.text


async def test_R07_filters_narrow_the_list_and_are_taken_off_one_by_one(chat: Rehearsal, town: Town) -> None:
    staff = await signed_in(chat, town)
    town.registry.account("+84987654321", username="khac.nguoi")
    await chat.presses(USERS)
    assert "Danh sách người dùng (2)" in chat.text
    await chat.presses("🔎 Lọc danh sách")
    await chat.presses("Tên đăng nhập")
    await chat.says("KHAC")
    assert "Danh sách người dùng (1)" in chat.text
    assert staff.username not in chat.text
    await chat.presses("✖ Bỏ lọc: Tên đăng nhập bắt đầu bằng khac")
    assert "Danh sách người dùng (2)" in chat.text


async def test_R07_areas_narrow_the_list_from_province_to_commune_and_each_is_taken_off(
    chat: Rehearsal, town: Town
) -> None:
    await signed_in(chat, town, Role.SYSTEM_ADMIN)
    town.registry.account("+84987654321", username="o.tu.hiep")
    town.registry.account("+84987654322", username="o.ngu.hiep", area="00661")
    department = UnitKind.DEPARTMENT_OF_HEALTH
    town.registry.account("+84987654323", username="o.dong.thap", role=Role.PROVINCE_ADMIN, kind=department, area="87")
    await chat.presses(USERS)
    await chat.presses(FILTER)
    assert [label for label in chat.labels if label in AREAS] == AREAS
    await chat.presses("Phường/Xã")  # asked from the country down
    for typed in ("ha noi", "thanh tri", "tu hiep"):
        await chat.says(typed)
    assert listed(chat) == ["o.tu.hiep"]
    assert "theo 3 điều kiện" in chat.text
    await chat.presses("✖ Bỏ lọc: Phường/Xã Xã Tứ Hiệp")
    assert listed(chat) == ["o.tu.hiep", "o.ngu.hiep"]
    await chat.presses(FILTER)
    await chat.presses("Tên đăng nhập")
    await chat.says("o.ng")
    assert listed(chat) == ["o.ngu.hiep"]
    await chat.presses("✖ Bỏ lọc: Tỉnh/TP Thành phố Hà Nội")  # and with it the district inside
    assert "theo 1 điều kiện" in chat.text
    await chat.presses(FILTER)
    await chat.presses("Tỉnh/TP")
    await chat.says("dong thap")
    assert listed(chat) == []
    assert chat.stage.bugs == []


async def test_R07_areas_on_offer_lie_inside_ones_own_scope(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town, Role.PROVINCE_ADMIN)
    town.registry.account("+84987654321", username="o.tu.hiep")
    await chat.presses(USERS)
    await chat.presses(FILTER)
    assert [label for label in chat.labels if label in AREAS] == AREAS[1:]
    await chat.presses("Quận/Huyện")
    await chat.says("thanh tri")
    await chat.presses(FILTER)
    await chat.presses("Phường/Xã")  # inside the district that is chosen
    await chat.says("TỨ HIỆP")
    assert listed(chat) == ["o.tu.hiep"]


async def test_R07_a_commune_admin_has_no_areas_to_choose(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    await chat.presses(USERS)
    await chat.presses(FILTER)
    assert [label for label in chat.labels if label in AREAS] == []


async def test_R07_pages_follow_one_another_both_ways(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    for number in range(ROWS_A_PAGE * 2):
        town.registry.account(f"+8498765{number:04}", username=f"nguoi.{number:02}")
    await chat.presses(USERS)
    first = listed(chat)
    assert BEFORE not in chat.labels
    await chat.presses(MORE)
    second = listed(chat)
    await chat.presses(MORE)
    assert len({*first, *second, *listed(chat)}) == ROWS_A_PAGE * 2 + 1
    assert MORE not in chat.labels
    await chat.presses(BEFORE)
    assert listed(chat) == second
    await chat.presses(f"👤 {second[0]}")
    await chat.presses("⬅ Danh sách người dùng")
    assert listed(chat) == second
    await chat.presses(BEFORE)
    assert listed(chat) == first
    assert BEFORE not in chat.labels


async def test_R07_the_list_is_taken_as_a_file_after_an_otp(chat: Rehearsal, town: Town) -> None:
    staff = await signed_in(chat, town)
    await chat.presses(USERS)
    town.clock.turn(FRESH_OTP + SECOND)
    await chat.presses(EXPORT)
    assert "(1 người dùng)" in chat.text
    await chat.presses("📄 Xuất")
    await chat.says(town.inbox.last_code())
    [file] = chat.documents
    assert file.name == "Danh sách người dùng 2021-10-15.xlsx"
    assert file.content.startswith(b"PK")
    assert "Danh sách người dùng (1)" in chat.text
    assert town.registry.rows("SELECT act, by_account_id FROM admin_act") == [("exported", staff.id)]
    assert chat.stage.bugs == []


async def test_R02_the_login_history_is_read_from_the_card_and_of_all(chat: Rehearsal, town: Town) -> None:
    staff = await signed_in(chat, town)
    town.registry.account("+84987654321", username="chua.vao")
    for chats in range(2, 8):
        await town.sign_in(staff, chats)
    await chat.presses(USERS)
    await chat.presses(f"👤 {staff.username}")
    await chat.presses(HISTORY)
    assert chat.text.count("đăng nhập thành công") == 5
    await chat.presses("Xem cũ hơn")
    assert chat.text.count("đăng nhập thành công") == 2
    await chat.presses("Xem mới hơn")
    await chat.presses("⬅ Thông tin người dùng")
    await chat.presses("⬅ Danh sách người dùng")
    await chat.presses("👤 chua.vao")
    await chat.presses(HISTORY)
    assert "Chưa có lần đăng nhập nào" in chat.text
    await chat.presses("⬅ Thông tin người dùng")
    await chat.presses("⬅ Danh sách người dùng")
    await chat.presses(HISTORY)
    assert f"{staff.username} (Trạm y tế xã Tứ Hiệp): đăng nhập thành công" in chat.text
    await chat.presses("⬅ Danh sách người dùng")
    assert "Danh sách người dùng (2)" in chat.text
    assert chat.stage.bugs == []


async def test_R12_who_manages_nobody_has_no_such_button(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town, Role.MOBILE_VACCINATOR)
    assert USERS not in chat.labels
