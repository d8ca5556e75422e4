"""«Cán bộ đầu mối» and help in chat, played against the real API (R15)."""

import pytest

from models.roles import Role
from models.rules import RESEND_PAUSE
from tests.api.hands import Town
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_manage_users import signed_in

CONTACTS = "📇 Cán bộ đầu mối"


@pytest.fixture(params=[False, True], ids=["begun anew each turn", "kept alive"])
def chat(request: pytest.FixtureRequest, town: Town) -> Rehearsal:
    return Rehearsal(town.chat(), town.clock, is_live=request.param)


async def enters(chat: Rehearsal, kind: str, name: str) -> None:
    await chat.presses(f"✏ Cập nhật {kind}")
    await chat.says(name)
    await chat.presses("Bỏ qua")
    await chat.says("không có số")
    assert "Số điện thoại không hợp lệ" in chat.text
    await chat.says("1900 9095")
    await chat.says("Demo@SoYTe.vn")
    assert "demo@soyte.vn" in chat.text
    await chat.presses("💾 Lưu")


async def test_R15_a_department_enters_its_contacts_and_its_staff_find_them_in_help(
    chat: Rehearsal, town: Town
) -> None:
    await signed_in(chat, town, Role.PROVINCE_ADMIN)
    await chat.presses(CONTACTS)
    assert "Cán bộ đầu mối: chưa có thông tin" in chat.text
    assert "Đầu mối hỗ trợ: chưa có thông tin" in chat.text
    await enters(chat, "Cán bộ đầu mối", "Trần Thị Đầu Mối")
    assert "Đã lưu" in chat.text
    assert "Cán bộ đầu mối: Trần Thị Đầu Mối" in chat.text
    await chat.presses("Xong")
    await chat.commands("trogiup")
    assert "Sở Y tế thành phố Hà Nội chưa nhập Đầu mối hỗ trợ" in chat.text
    assert "Bộ Y tế chưa nhập Đầu mối hỗ trợ" in chat.text
    other = Rehearsal(town.chat(2002), town.clock, is_live=chat.is_live)
    other.stage.chat = 2002
    town.clock.turn(RESEND_PAUSE)
    await signed_in(other, town, Role.HEALTH_STAFF)
    assert CONTACTS not in other.labels
    await other.commands("trogiup")
    told = "Sở Y tế thành phố Hà Nội · Cán bộ đầu mối: Trần Thị Đầu Mối, –\n📞 1900 9095 · ✉ demo@soyte.vn"
    assert told in other.text
    await other.opens("help_me")
    assert told in other.text
    assert chat.stage.bugs == other.stage.bugs == []


async def test_R15_a_unit_admin_keeps_its_own_officer_and_leaves_without_saving(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    await chat.presses(CONTACTS)
    assert "Đầu mối hỗ trợ" not in chat.text
    await chat.presses("✏ Cập nhật Cán bộ đầu mối")
    await chat.says("Trần Thị Đầu Mối")
    await chat.says("Trạm trưởng")
    await chat.says("0912 345 678")
    await chat.presses("Bỏ qua")
    await chat.presses("Đóng")
    assert "không lưu" in chat.text
    assert "chưa có thông tin" in chat.text
    await chat.sends_a_sticker()
    assert "✏ Cập nhật Cán bộ đầu mối" in chat.labels


async def test_R15_a_keeper_enters_the_officer_of_a_unit_from_its_card(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town, Role.PROVINCE_ADMIN)
    await chat.presses("🏥 Quản lý đơn vị")
    await chat.says("tu hiep")
    await chat.presses("🏥 Trạm y tế xã Tứ Hiệp")
    await chat.presses(CONTACTS)
    await enters(chat, "Cán bộ đầu mối", "Lê Văn Trạm")
    assert "Cán bộ đầu mối: Lê Văn Trạm" in chat.text
    await chat.presses("Xong")
    assert "Trạng thái: Đang hoạt động" in chat.text
    assert chat.stage.bugs == []


async def test_T42_help_is_given_to_guests_too(chat: Rehearsal) -> None:
    await chat.commands("trogiup")
    assert "Đầu mối hỗ trợ" not in chat.text
