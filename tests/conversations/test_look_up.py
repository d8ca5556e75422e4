"""«Tra cứu đối tượng» in chat, played against the real API, begun anew before every turn (R16, T20)."""

import pytest

from models.roles import Role
from models.rules import LOOK_UP_LIFETIME, MAX_MISSES
from models.words import UnitKind
from tests.api.hands import Staff, Town
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_sign_in import as_far_as_the_otp

LOOK_UP, AGAIN = "🔎 Tra cứu đối tượng", "🔎 Tra cứu người khác"


@pytest.fixture(params=[False, True], ids=["begun anew each turn", "kept alive"])
def chat(request: pytest.FixtureRequest, town: Town) -> Rehearsal:
    return Rehearsal(town.chat(), town.clock, is_live=request.param)


async def signed_in(chat: Rehearsal, town: Town, role: Role = Role.MOBILE_VACCINATOR) -> Staff:
    station, department = (UnitKind.COMMUNE_HEALTH_STATION, "00658"), (UnitKind.DEPARTMENT_OF_HEALTH, "01")
    kind, area = department if role is Role.PROVINCE_ADMIN else station
    staff = town.registry.account(role=role, kind=kind, area=area)
    await as_far_as_the_otp(chat, staff)
    await chat.says(town.inbox.last_code())
    return staff


async def test_R16_a_name_and_a_phone_in_one_message_find_somebody(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    town.registry.subject(papers=("001090123456",))
    await chat.presses(LOOK_UP)
    await chat.says("nguyen van a 0987.654.321")
    assert "1. 🏠 N•• V•• A•• · Nam · sinh năm 1990 · Xã Tứ Hiệp, Huyện Thanh Trì" in chat.text
    assert "Nguyễn Văn A" not in chat.text
    await chat.presses("👤 1. N•• V•• A•• · 1990")
    for line in ("Nguyễn Văn A", "Ngày sinh: 01/02/1990", "Điện thoại: 09•• ••• 321", "CMT/CCCD/Hộ chiếu: ••• 456"):
        assert line in chat.text
    assert town.registry.one("SELECT count(*) FROM disclosure") == 1
    assert chat.stage.bugs == []


async def test_R16_one_field_alone_is_refused_saying_what_is_missing(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    await chat.presses(LOOK_UP)
    for line, missing in (
        ("Nguyễn Văn A", "nhập thêm số điện thoại hoặc số CMT/CCCD/Hộ chiếu"),
        ("0987654321", "nhập thêm họ và tên"),
        ("001090123456", "nhập thêm họ và tên"),
        ("Nguyễn Văn A 12", "không phải số điện thoại"),
    ):
        await chat.says(line)
        assert missing in chat.text
        assert "Tra cứu đối tượng" in chat.text
    assert town.registry.one("SELECT count(*) FROM look_up") == 0


async def test_R16_step_by_step_finds_the_same(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    town.registry.subject(papers=("012345678",))
    await chat.presses(LOOK_UP)
    await chat.presses("Nhập từng bước")
    await chat.says("NGUYỄN VĂN A")
    await chat.sends_a_sticker()
    assert "trả lời bằng tin nhắn chữ" in chat.text
    await chat.says("012 345 678")
    assert "Kết quả tra cứu (1)" in chat.text


async def test_R16_two_of_one_name_and_phone_are_told_apart_and_seen_one_by_one(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    town.registry.subject(birth="1990")
    town.registry.subject(birth="2015", area="00661")
    await chat.presses(LOOK_UP)
    await chat.says("Nguyễn Văn A 0987654321")
    assert "sinh năm 1990 · Xã Tứ Hiệp" in chat.text
    assert "sinh năm 2015 · Xã Yên Mỹ" in chat.text
    await chat.presses("👤 2. N•• V•• A•• · 2015")
    assert "Ngày sinh: 2015" in chat.text
    await chat.presses("⬅ Kết quả tra cứu")
    await chat.presses("👤 1. N•• V•• A•• · 1990")
    assert "Ngày sinh: 1990" in chat.text
    assert town.registry.one("SELECT count(*) FROM look_up") == 1


async def test_R16_nobody_found_says_so_and_asks_again(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    town.registry.subject()
    await chat.presses(LOOK_UP)
    await chat.says("Nguyễn Văn Z 0987654321")
    assert "Không tìm thấy đối tượng nào" in chat.text
    await chat.says("Nguyễn Văn A 0987654321")
    assert "Kết quả tra cứu (1)" in chat.text
    await chat.presses(AGAIN)
    assert "Gửi họ và tên kèm số điện thoại" in chat.text
    await chat.says("Nguyễn Văn A 0987654321")
    assert "Kết quả tra cứu (1)" in chat.text
    await chat.presses("⬅ Quay lại")
    assert "Gửi họ và tên kèm số điện thoại" in chat.text
    assert town.registry.one("SELECT count(*) FROM look_up") == 3


async def test_T20_after_so_many_misses_the_chat_says_for_how_long_to_wait(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    await chat.presses(LOOK_UP)
    for _ in range(MAX_MISSES):
        await chat.says("Nguyễn Văn Z 0987654321")
        assert "Không tìm thấy" in chat.text
    await chat.says("Nguyễn Văn Z 0987654321")
    assert "vui lòng đợi 10 phút rồi tra cứu tiếp" in chat.text
    assert "Gửi họ và tên kèm số điện thoại" in chat.text
    await chat.commands("menu")
    assert LOOK_UP in chat.labels


async def test_R16_what_was_found_too_long_ago_is_looked_up_again(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    town.registry.subject()
    await chat.presses(LOOK_UP)
    await chat.says("Nguyễn Văn A 0987654321")
    for button in ("👤 1. N•• V•• A•• · 1990", "⬅ Kết quả tra cứu"):
        town.clock.turn(0.4 * LOOK_UP_LIFETIME)  # less than what leaves a talk idle
        await chat.presses(button)
    town.clock.turn(0.4 * LOOK_UP_LIFETIME)
    await chat.presses("👤 1. N•• V•• A•• · 1990")
    assert "Gửi họ và tên kèm số điện thoại" in chat.text
    assert chat.stage.bugs == []


async def test_R16_T24_what_was_read_about_somebody_is_not_in_the_journal(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    town.registry.subject(papers=("001090123456",))
    await chat.presses(LOOK_UP)
    await chat.says("nguyen van a 0987654321")
    await chat.presses("👤 1. N•• V•• A•• · 1990")
    journal = "\n".join(chat.stage.entries)
    for read in ("Nguyễn Văn A", "01/02/1990", "1990-02-01", "Cổ Điển"):
        assert read not in journal


async def test_R16_who_does_not_work_with_subjects_has_no_such_button(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town, Role.PROVINCE_ADMIN)
    assert LOOK_UP not in chat.labels


async def test_R16_T24_numbers_in_full_come_by_themselves_and_not_in_the_talk(chat: Rehearsal, town: Town) -> None:
    await signed_in(chat, town)
    town.registry.subject(papers=("001090123456",))
    await chat.presses(LOOK_UP)
    await chat.says("nguyen van a 0987654321")
    await chat.presses("👤 1. N•• V•• A•• · 1990")
    await chat.presses("👁 Xem đầy đủ")
    assert "tin đó tự xóa lúc" in chat.text
    assert "Điện thoại: 09•• ••• 321" in chat.text
    assert not [entry for entry in chat.stage.entries if "001090123456" in entry]
    assert town.registry.one("SELECT count(*) FROM delivery WHERE notice = 'subject_in_full'") == 1
    assert chat.stage.bugs == []
