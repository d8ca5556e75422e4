"""A user's card in chat, and what its admin does there, played against the real API (R7, R10, T19)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from api.client import Api
from api.schemas.accounts import AccountEdit
from models import refusals as r
from models.roles import Role
from models.rules import FRESH_OTP, MAX_OTP_STREAK
from models.words import UnitKind
from tests.api.hands import Staff, Town
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_manage_users import SAVE, USERS, chat, signed_in

__all__ = ["chat"]  # a fixture, found by its name

EDIT = "✏️ Sửa thông tin"
COLLEAGUE = "+84987654321"


async def at_the_card(chat: Rehearsal, town: Town, role: Role = Role.COMMUNE_ADMIN) -> Staff:
    """A commune admin before the card of a colleague of that role."""
    await signed_in(chat, town)
    colleague = town.registry.account(COLLEAGUE, username="dong.nghiep", role=role)
    await chat.presses(USERS)
    await chat.presses("👤 dong.nghiep")
    assert "dong.nghiep" in chat.text
    return colleague


async def another_admin(town: Town) -> Api:
    """Of the same commune, in a chat of their own."""
    return await town.sign_in(town.registry.account("+84911111111"), 77)


async def test_R07_every_line_of_a_user_can_be_changed(chat: Rehearsal, town: Town) -> None:
    await at_the_card(chat, town)
    await chat.presses(EDIT)
    assert SAVE not in chat.labels
    for button, typed in (("Sửa Họ và tên", "Trần Thị Mới"), ("Sửa Email", "Moi@TuHiep.vn")):
        await chat.presses(button)
        await chat.says(typed)
    await chat.presses("Sửa Vai trò")
    await chat.presses("Admin Tiêm lưu động")
    for line in ("Trần Thị Mới (trước: Nguyễn Văn Demo)", "moi@tuhiep.vn (trước: –)", "lưu động (trước: Admin Xã)"):
        assert line in chat.text
    await chat.presses(SAVE)
    assert "Đã lưu thông tin của dong.nghiep" in chat.text
    for line in ("Họ và tên: Trần Thị Mới", "Email: moi@tuhiep.vn", "Tên vai trò: Admin Tiêm lưu động"):
        assert line in chat.text
    await chat.presses("⬅ Danh sách người dùng")
    assert "Danh sách người dùng (2)" in chat.text
    assert chat.stage.bugs == []


async def test_R07_nothing_is_asked_again_and_a_line_may_be_emptied(chat: Rehearsal, town: Town) -> None:
    await at_the_card(chat, town)
    await chat.presses(EDIT)
    await chat.presses("Sửa Họ và tên")
    await chat.presses("Để trống")
    assert "Họ và tên: – (trước: Nguyễn Văn Demo)" in chat.text
    await chat.presses("Đóng")
    assert "không lưu thay đổi" in chat.text
    assert "Họ và tên: Nguyễn Văn Demo" in chat.text
    await chat.presses(EDIT)  # what was typed before it was closed is gone
    assert "trước" not in chat.text


async def test_R10_the_refusal_offers_to_save_an_edit_without_and_keeps_everything(chat: Rehearsal, town: Town) -> None:
    await at_the_card(chat, town)
    await chat.presses(EDIT)
    await chat.presses("Sửa Email")
    await chat.says("moi@tuhiep.vn")
    await chat.presses("☐ Phân quyền API")
    await chat.presses(SAVE)
    assert "Bạn không được phép phân quyền cho người dùng" in chat.text
    await chat.presses("💾 Lưu, không phân quyền API")
    assert "Đã lưu" in chat.text
    assert "Email: moi@tuhiep.vn" in chat.text
    assert "Phân quyền API: ☐" in chat.text


async def test_two_who_edit_at_once_both_see_it_and_lose_nothing(chat: Rehearsal, town: Town) -> None:
    colleague = await at_the_card(chat, town)
    await chat.presses(EDIT)
    await chat.presses("Sửa Email")
    await chat.says("mot@tuhiep.vn")
    other = await another_admin(town)
    version = (await other.account(colleague.id)).version
    edit = AccountEdit(version=version, email="hai@tuhiep.vn", full_name="Lê Văn Hai")
    await other.edit_account(colleague.id, edit)
    await chat.presses(SAVE)
    assert "vừa được người khác thay đổi, nên chưa lưu" in chat.text
    assert "Họ và tên: Lê Văn Hai" in chat.text
    assert "Email: mot@tuhiep.vn (trước: hai@tuhiep.vn)" in chat.text
    with pytest.raises(r.ChangedMeanwhile):
        await other.edit_account(colleague.id, edit)
    await chat.presses(SAVE)
    assert "Đã lưu" in chat.text
    seen = await other.account(colleague.id)
    assert (seen.full_name, seen.email) == ("Lê Văn Hai", "mot@tuhiep.vn")


async def test_T19_who_was_deactivated_is_signed_out_and_let_in_again(chat: Rehearsal, town: Town) -> None:
    colleague = await at_the_card(chat, town)
    theirs = await town.sign_in(colleague, 8)
    await chat.presses("⛔ Ngừng hiệu lực")
    await chat.presses("⬅ Quay lại")
    assert (await theirs.me()).username == "dong.nghiep"
    await chat.presses("⛔ Ngừng hiệu lực")
    assert "Chuyển dong.nghiep sang «Hết hiệu lực»?" in chat.text
    await chat.presses("⛔ Ngừng hiệu lực")
    assert "Trạng thái: Hết hiệu lực" in chat.text
    with pytest.raises(r.SessionEnded):
        await theirs.me()
    await chat.presses("✅ Cho hiệu lực trở lại")
    assert "Trạng thái: Hiệu lực" in chat.text
    with pytest.raises(r.SessionEnded):
        await theirs.me()
    await town.sign_in(colleague, 8)
    assert chat.stage.bugs == []


async def test_R07_the_same_may_be_done_again_and_again(chat: Rehearsal, town: Town) -> None:
    colleague = await at_the_card(chat, town)
    for _ in range(2):
        await chat.presses("⛔ Ngừng hiệu lực")
        await chat.presses("⛔ Ngừng hiệu lực")
        await chat.presses("✅ Cho hiệu lực trở lại")
    acts = town.registry.rows("SELECT act FROM admin_act WHERE account_id = %s ORDER BY at, written_in", colleague.id)
    assert [act for (act,) in acts] == ["deactivated", "reactivated"] * 2


async def test_a_user_who_left_the_list_stays_on_the_card(chat: Rehearsal, town: Town) -> None:
    """Who is filtered by what is then changed is not on the page any more, from which the card was opened."""
    await signed_in(chat, town, Role.PROVINCE_ADMIN)
    town.registry.account(COLLEAGUE, username="dong.nghiep", api_permission=True)
    await chat.presses(USERS)
    await chat.presses("🔎 Lọc danh sách")
    await chat.presses("Phân quyền API: có")
    await chat.presses("👤 dong.nghiep")
    await chat.presses(EDIT)
    await chat.presses("☑ Phân quyền API")
    await chat.presses(SAVE)
    assert "Phân quyền API: ☐" in chat.text
    await chat.presses("⛔ Ngừng hiệu lực")
    assert "Chuyển dong.nghiep sang «Hết hiệu lực»?" in chat.text
    await chat.presses("⬅ Quay lại")
    await chat.presses("⬅ Danh sách người dùng")
    assert "Danh sách người dùng (0)" in chat.text


async def test_R12_a_user_who_was_moved_away_is_told_to_be_gone(chat: Rehearsal, town: Town) -> None:
    colleague = await at_the_card(chat, town)
    kind = UnitKind.DEPARTMENT_OF_HEALTH
    boss = town.registry.account("+84911111112", role=Role.PROVINCE_ADMIN, kind=kind, area="01")
    above = await town.sign_in(boss, 9)
    [elsewhere] = await above.units_in(2021, "00661")
    version = (await above.account(colleague.id)).version
    await above.edit_account(colleague.id, AccountEdit(version=version, unit=elsewhere.id))
    await chat.presses(EDIT)
    assert "Không tìm thấy" in chat.text
    assert chat.stage.bugs == []


@pytest.mark.parametrize("role", [Role.HEALTH_STAFF, Role.SITE_STAFF])
async def test_R07_no_row_that_one_may_not_manage_can_be_changed(chat: Rehearsal, town: Town, role: Role) -> None:
    await at_the_card(chat, town, role)
    assert chat.labels == ["🕘 Lịch sử đăng nhập", "⬅ Danh sách người dùng", "⬅ Quay lại"]


async def test_R07_deleting_asks_once_more_and_the_list_is_shorter(chat: Rehearsal, town: Town) -> None:
    await at_the_card(chat, town)
    await chat.presses("🗑 Xóa người dùng")
    assert "Không thể khôi phục" in chat.text
    await chat.presses("⬅ Quay lại")
    assert "Trạng thái: Hiệu lực" in chat.text
    await chat.presses("🗑 Xóa người dùng")
    await chat.presses("🗑 Xóa, tôi chắc chắn")
    assert "Đã xóa người dùng dong.nghiep" in chat.text
    assert "Danh sách người dùng (1)" in chat.text
    await chat.presses("🔎 Lọc danh sách")
    assert "Lọc danh sách theo điều kiện nào" in chat.text
    assert chat.stage.bugs == []


async def test_what_is_sensitive_asks_for_an_otp_and_then_goes_on_by_itself(chat: Rehearsal, town: Town) -> None:
    colleague = await at_the_card(chat, town)
    town.clock.turn(FRESH_OTP + timedelta(seconds=1))
    await chat.presses("🔑 Đặt lại mật khẩu")
    await chat.says("Mạ non xanh rì rào")
    assert "OTP" in chat.text
    await chat.says(town.inbox.last_code())
    assert "Đã đặt lại mật khẩu của dong.nghiep" in chat.text
    assert "Mạ non" not in chat.text
    assert "Trạng thái: Hiệu lực" in chat.text
    person = replace(colleague, phone=COLLEAGUE, password=SecretStr("Mạ non xanh rì rào"))
    assert (await (await town.sign_in(person, 8)).me()).must_change_password
    assert chat.stage.bugs == []


async def test_T19_sessions_are_ended_from_the_card(chat: Rehearsal, town: Town) -> None:
    colleague = await at_the_card(chat, town)
    theirs = await town.sign_in(replace(colleague, phone=COLLEAGUE), 8)
    await chat.presses("🚪 Kết thúc các phiên")
    await chat.presses("🚪 Kết thúc các phiên")
    assert "Đã kết thúc 1 phiên của dong.nghiep" in chat.text
    with pytest.raises(r.SessionEnded):
        await theirs.me()


async def test_T02_the_otp_is_enabled_from_the_card_only_where_it_is_disabled(chat: Rehearsal, town: Town) -> None:
    colleague = await at_the_card(chat, town)
    assert "🔓 Mở lại xác nhận OTP" not in chat.labels
    owner = town.registry.owner
    owner.execute("ALTER TABLE otp_guard DISABLE TRIGGER USER")
    owner.execute("UPDATE otp_guard SET streak = %s WHERE account_id = %s", [MAX_OTP_STREAK, colleague.id])
    owner.execute("ALTER TABLE otp_guard ENABLE TRIGGER USER")
    await chat.presses("⬅ Danh sách người dùng")
    await chat.presses("👤 dong.nghiep")
    assert "Xác nhận OTP đã bị khóa" in chat.text
    await chat.presses("🔓 Mở lại xác nhận OTP")
    await chat.presses("🔓 Mở lại xác nhận OTP")
    assert "Đã mở lại xác nhận OTP cho dong.nghiep" in chat.text
    assert "🔓 Mở lại xác nhận OTP" not in chat.labels


async def test_T08_a_lost_phone_is_answered_with_another_number_from_the_card(chat: Rehearsal, town: Town) -> None:
    colleague = await at_the_card(chat, town)
    await chat.presses("📵 Mất SIM / đổi máy")
    await chat.presses("📵 Tạm khóa")
    assert "Đã tạm khóa dong.nghiep" in chat.text
    assert "chờ số điện thoại mới" in chat.text
    assert "📵 Mất SIM / đổi máy" not in chat.labels
    await chat.presses("📱 Cập nhật số mới")
    await chat.says("024 3825 3535")
    assert "không hợp lệ" in chat.text
    await chat.says("0976 543 210")
    assert "Số 0976 543 210 là số hiện nay của dong.nghiep?" in chat.text
    await chat.presses("📱 Đúng, cập nhật")
    assert "Đã cập nhật số 0976 543 210" in chat.text
    assert "trước đó được báo bằng SMS" in chat.text
    assert "Trạng thái: Hiệu lực" in chat.text
    assert "số điện thoại khác" in town.inbox.texts(COLLEAGUE)[-1]
    await town.sign_in(replace(colleague, phone="+84976543210"), 8)
    assert chat.stage.bugs == []
