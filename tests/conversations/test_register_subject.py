"""«Thêm đối tượng» in chat, played against the real API, begun anew before every turn (R18)."""

import pytest

from models.roles import Role
from tests.api.hands import Town
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_look_up import signed_in

REGISTER = "➕ Thêm đối tượng"


@pytest.fixture(params=[False, True], ids=["begun anew each turn", "kept alive"])
def chat(request: pytest.FixtureRequest, town: Town) -> Rehearsal:
    return Rehearsal(town.chat(), town.clock, is_live=request.param)


async def as_far_as_the_card(chat: Rehearsal) -> None:
    """A man of the own commune with a paper and a phone."""
    await chat.presses(REGISTER)
    await chat.says("nguyễn văn a")
    await chat.says("1/2/1990")
    await chat.presses("Nam")
    await chat.says("001090123456")
    await chat.says("0987.654.321, 024 3825 3535")
    await chat.presses("📍 Xã Tứ Hiệp")
    await chat.says("Thôn Cổ Điển A")


async def test_R18_somebody_is_registered_with_as_few_questions_as_can_be(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    await as_far_as_the_card(chat)
    for line in (
        "Họ và tên: Nguyễn Văn A",
        "Ngày sinh: 01/02/1990",
        "Điện thoại: 0987 654 321, 0243 825 3535",
        "Nơi ở hiện tại: Thôn Cổ Điển A, Xã Tứ Hiệp",
    ):
        assert line in chat.text
    await chat.presses("💾 Lưu")
    assert "✅ Đã thêm đối tượng Nguyễn Văn A" in chat.text
    assert town.registry.one("SELECT count(*) FROM subject") == 1
    assert town.registry.one("SELECT count(*) FROM look_up") == 3
    assert chat.stage.bugs == []


async def test_R18_every_line_can_be_changed_and_what_does_not_fit_is_said_at_once(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    await as_far_as_the_card(chat)
    await chat.presses("Sửa Ngày sinh")
    await chat.says("30/2/1990")
    assert "Ngày sinh chưa hợp lệ" in chat.text
    await chat.says("1991")
    await chat.presses("Sửa Nơi ở hiện tại")
    await chat.presses("Nơi khác")
    for typed in ("dong thap", "tan hong"):
        await chat.says(typed)
    await chat.says("tân hộ cơ")
    await chat.presses("Bỏ qua")
    assert "Nơi ở hiện tại: Xã Tân Hộ Cơ" in chat.text
    await chat.presses("💾 Lưu")
    assert "Số CCCD này của người sinh năm 1990" in chat.text
    await chat.presses("Chưa có giấy tờ")
    assert "CMT/CCCD/Hộ chiếu: –" in chat.text
    await chat.presses("Sửa Họ và tên")
    await chat.says("TRẦN THỊ B")
    await chat.presses("Sửa Giới tính")
    await chat.sends_a_sticker()
    await chat.presses("Nữ")
    await chat.presses("💾 Lưu")
    assert "✅ Đã thêm đối tượng Trần Thị B" in chat.text
    assert chat.stage.bugs == []


async def test_R18_a_child_is_registered_by_a_guardians_phone(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    await chat.presses(REGISTER)
    await chat.says("Nguyễn Văn Con")
    await chat.says("2016")
    await chat.presses("Nam")
    await chat.presses("Chưa có giấy tờ")
    await chat.says("0987654321")
    assert "Số điện thoại này của ai" in chat.text
    await chat.says("Trần Thị Mẹ")
    await chat.presses("📍 Xã Tứ Hiệp")
    await chat.presses("Bỏ qua")
    assert "Người giám hộ: Trần Thị Mẹ" in chat.text
    await chat.presses("💾 Lưu")
    await chat.presses("🔎 Tra cứu đối tượng")
    await chat.says("nguyen van con 0987654321")
    assert "Kết quả tra cứu (1)" in chat.text


async def test_R18_whoever_may_be_there_already_is_shown_before_anything_is_saved(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    town.registry.subject(birth="1990", area="00661")
    await as_far_as_the_card(chat)
    await chat.presses("💾 Lưu")
    assert "1. N•• V•• A•• · Nam · sinh năm 1990 · Xã Yên Mỹ" in chat.text
    assert town.registry.one("SELECT count(*) FROM subject") == 1
    await chat.presses("👤 1. N•• V•• A•• · 1990")
    assert "Ngày sinh: 1990" in chat.text
    await chat.presses("⬅ Kết quả tra cứu")
    await chat.presses("Xem lại thông tin")
    assert "Họ và tên: Nguyễn Văn A" in chat.text
    await chat.presses("💾 Lưu")
    await chat.presses("Người khác, vẫn thêm")
    assert "✅ Đã thêm đối tượng" in chat.text
    assert town.registry.one("SELECT count(*) FROM subject") == 2
    assert chat.stage.bugs == []


async def test_R18_without_any_number_a_phone_is_asked_for(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    await chat.presses(REGISTER)
    await chat.says("Nguyễn Văn A")
    await chat.says("1950")
    await chat.presses("Nam")
    await chat.presses("Chưa có giấy tờ")
    await chat.presses("Không có điện thoại")
    await chat.presses("📍 Xã Tứ Hiệp")
    await chat.presses("Bỏ qua")
    await chat.presses("💾 Lưu")
    assert "Nhập Điện thoại" in chat.text
    await chat.says("0987654321")
    await chat.presses("💾 Lưu")
    assert "✅ Đã thêm đối tượng" in chat.text


async def test_R18_closing_saves_nobody(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    await as_far_as_the_card(chat)
    await chat.presses("Đóng")
    assert "không lưu đối tượng" in chat.text
    assert town.registry.one("SELECT count(*) FROM subject") == 0


@pytest.mark.parametrize("role", [Role.HEALTH_STAFF, Role.PROVINCE_ADMIN])
async def test_R18_who_registers_nobody_has_no_such_button(chat: Rehearsal, town: Town, role: Role) -> None:
    await signed_in(chat, town, role)
    assert REGISTER not in chat.labels
