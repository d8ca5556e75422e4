"""Correcting a subject in chat, and undoing it from the notice (R17, T18)."""

from uuid import uuid4

import pytest

from api.schemas.subjects import Correction
from conversations.events import Pressed
from conversations.menu import standing_mark
from models.rules import RESEND_PAUSE
from tests.api.hands import Town, another
from tests.api.test_look_up import worker
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_look_up import signed_in

CARD = "👤 1. N•• V•• A•• · 1990"


@pytest.fixture(params=[False, True], ids=["begun anew each turn", "kept alive"])
def chat(request: pytest.FixtureRequest, town: Town) -> Rehearsal:
    return Rehearsal(town.chat(), town.clock, is_live=request.param)


async def as_far_as_the_form(chat: Rehearsal, town: Town, area: str = "00661") -> None:
    """A subject of that commune's station, opened to be corrected."""
    town.registry.subject(area=area, papers=("001090123456",))
    await signed_in(chat, town)
    town.clock.turn(RESEND_PAUSE)
    await chat.presses("🔎 Tra cứu đối tượng")
    await chat.says("nguyen van a 0987654321")
    await chat.presses(CARD)
    await chat.presses("✏️ Sửa thông tin")


async def test_R17_ones_own_subject_is_corrected_line_by_line_without_an_otp(chat: Rehearsal, town: Town) -> None:
    await as_far_as_the_form(chat, town, "00658")
    assert "💾 Lưu" not in chat.labels
    await chat.presses("Sửa Họ và tên")
    await chat.says("NGUYỄN VĂN Á")
    assert "Họ và tên: Nguyễn Văn Á (trước: Nguyễn Văn A)" in chat.text
    await chat.presses("Sửa Điện thoại")
    await chat.says("12")
    await chat.says("0912345678, 024 3825 3535")
    await chat.presses("Sửa Nơi ở hiện tại")
    await chat.presses("📍 Xã Tứ Hiệp")
    await chat.says("Thôn Khác")
    await chat.presses("💾 Lưu")
    assert "✅ Đã sửa thông tin đối tượng." in chat.text
    assert "Nguyễn Văn Á" in chat.text  # the card, as it is now
    assert town.registry.one("SELECT fields FROM subject_change") == ["full_name", "phones", "residence"]
    assert chat.stage.bugs == []


async def test_R17_anothers_subject_is_corrected_with_an_otp_and_its_unit_is_told(chat: Rehearsal, town: Town) -> None:
    await worker(town, area="00661")
    await as_far_as_the_form(chat, town)
    await chat.presses("Sửa Ngày sinh")
    await chat.says("2/2/1990")
    await chat.presses("💾 Lưu")
    assert "do đơn vị khác quản lý. Để sửa ngày sinh, cần mã OTP" in chat.text
    code = town.inbox.last_code()
    await chat.sends_a_sticker()
    await chat.says(another(code).get_secret_value())
    assert "chưa đúng" in chat.text or "không đúng" in chat.text
    await chat.says(code)
    assert "Đã báo 1 người của đơn vị quản lý" in chat.text
    assert "Ngày sinh: 02/02/1990" in chat.text
    assert not [entry for entry in chat.stage.entries if code in entry]
    assert chat.stage.bugs == []


async def test_T18_what_somebody_else_changed_meanwhile_is_seen_before_it_is_overwritten(
    chat: Rehearsal, town: Town
) -> None:
    await as_far_as_the_form(chat, town, "00658")
    await chat.presses("Sửa Giới tính")
    await chat.presses("Nam")
    await chat.presses("Sửa Họ và tên")
    await chat.says("Nguyễn Văn Á")
    town.registry.owner.execute("UPDATE subject SET version = 2")
    await chat.presses("💾 Lưu")
    assert "vừa được người khác thay đổi" in chat.text
    assert "(trước: Nguyễn Văn A)" in chat.text
    await chat.presses("💾 Lưu")
    assert "✅ Đã sửa" in chat.text
    assert chat.stage.bugs == []


async def test_R17_what_does_not_fit_is_said_and_the_form_stands(chat: Rehearsal, town: Town) -> None:
    await as_far_as_the_form(chat, town, "00658")
    await chat.presses("Sửa Giới tính")
    await chat.presses("Nữ")
    await chat.presses("💾 Lưu")
    assert "không khớp giới tính" in chat.text
    await chat.presses("Sửa CMT/CCCD/Hộ chiếu")
    await chat.presses("Không có giấy tờ")
    await chat.presses("💾 Lưu")
    assert "✅ Đã sửa" in chat.text
    await chat.presses("✏️ Sửa thông tin")
    await chat.presses("Đóng")
    assert "không thay đổi thông tin" in chat.text
    assert chat.stage.bugs == []


async def test_R17_one_press_under_the_notice_undoes_it(chat: Rehearsal, town: Town) -> None:
    keeper = await signed_in(chat, town)
    subject = town.registry.subject()
    other = await worker(town, area="00661")
    asked = await other.look_up("Nguyễn Văn A", "0987654321")
    await other.correct_subject(asked.id, subject, Correction(version=1, phones=["024 3825 3535"]))
    change = str(town.registry.one("SELECT id FROM subject_change"))
    button = standing_mark(chat.stage.mark, keeper.id, "undo_correction", change)
    await chat.does(Pressed(button, 0, "press"))
    assert "↩️ Đã hoàn tác" in chat.text
    await chat.does(Pressed(button, 0, "press"))
    assert "vừa được người khác thay đổi" in chat.text
    await chat.does(Pressed(standing_mark(chat.stage.mark, keeper.id, "undo_correction", str(uuid4())), 0, "press"))
    assert "Không tìm thấy" in chat.text
    assert (await other.look_up("Nguyễn Văn A", "0987654321")).count == 1
    assert chat.stage.bugs == []
