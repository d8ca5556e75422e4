"""Signing in, played against the real API: every step, begun anew before every turn."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from api.schemas.signing_in import CaptchaMade
from models.refusals import CaptchaNeeded, SessionEnded, WrongCredentials
from models.rules import MAX_OTP_FAILURES, OTP_LIFETIME, OTP_LOCK, RESEND_PAUSE
from tests.api.hands import PASSWORD, PHONE, SECOND, Staff, Town
from tests.conversations.rehearsal import Rehearsal

RIGHT = PASSWORD.get_secret_value()
RESEND = "Gửi lại mã OTP"


@pytest.fixture(params=[False, True], ids=["begun anew each turn", "kept alive"])
def chat(request: pytest.FixtureRequest, town: Town) -> Rehearsal:
    return Rehearsal(town.chat(), town.clock, is_live=request.param)


@pytest.fixture
def nurse(town: Town) -> Staff:
    return town.registry.account()


@pytest.fixture
def newcomer(town: Town) -> Staff:
    """An account without a phone number."""
    return town.registry.account(None)


async def as_far_as_the_password(chat: Rehearsal, staff: Staff) -> None:
    await chat.commands("start")
    await chat.presses("Đăng nhập")
    await chat.says(staff.username)


async def as_far_as_the_otp(chat: Rehearsal, staff: Staff) -> None:
    await as_far_as_the_password(chat, staff)
    await chat.says(RIGHT)
    assert "Xác nhận OTP" in chat.text


async def as_far_as_the_captcha(chat: Rehearsal, staff: Staff, phone: str = "0912 345 678") -> None:
    await as_far_as_the_password(chat, staff)
    await chat.says(RIGHT)
    await chat.says(phone)
    chat.stage.clock.turn(SECOND)
    assert "Mã xác nhận" in chat.text


def captcha_in_the_picture(town: Town) -> str:
    """What a person reads in the newest picture."""
    [(id_, expires_at)] = town.registry.rows("SELECT id, expires_at FROM captcha ORDER BY made_at DESC LIMIT 1")
    return town.registry.captcha_answer(CaptchaMade(id=id_, expires_at=expires_at)).get_secret_value()


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def test_R01_username_password_and_otp_open_the_menu(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    await as_far_as_the_otp(chat, nurse)
    assert chat.chat().seat is None
    await chat.says(town.inbox.last_code())
    assert "Đăng nhập thành công" in chat.text
    assert "Vai trò: Admin Xã" in chat.text
    assert "Trạm y tế xã Tứ Hiệp" in chat.text
    assert chat.stage.bugs == []


async def test_the_username_is_remembered_on_this_chat(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    await as_far_as_the_otp(chat, nurse)
    await chat.says(town.inbox.last_code())
    await chat.presses("Đăng xuất")
    await chat.presses("Đăng xuất")
    await chat.presses("Đăng nhập")
    await chat.presses(f"👤 {nurse.username}")
    assert "Mật khẩu" in chat.text


async def test_T07_a_wrong_password_and_an_unknown_name_read_the_same(chat: Rehearsal, nurse: Staff) -> None:
    await as_far_as_the_password(chat, nurse)
    await chat.says("not the password")
    known = chat.text.replace(nurse.username, "-")
    await chat.presses("⬅ Quay lại")
    await chat.says("nobody.here")
    await chat.says("not the password")
    assert chat.text.replace("nobody.here", "-") == known


async def test_after_a_wrong_password_back_goes_to_the_username(chat: Rehearsal, nurse: Staff) -> None:
    await as_far_as_the_password(chat, nurse)
    await chat.says("not the password")
    await chat.presses("⬅ Quay lại")
    assert "Tên đăng nhập" in chat.text
    await chat.says(nurse.username)
    await chat.says(RIGHT)
    assert "Xác nhận OTP" in chat.text


async def test_who_forgot_the_password_reads_whom_to_ask_and_goes_on(chat: Rehearsal, nurse: Staff) -> None:
    await as_far_as_the_password(chat, nurse)
    await chat.presses("Quên mật khẩu?")
    assert "Sở Y tế" in chat.text
    await chat.says(RIGHT)
    assert "Xác nhận OTP" in chat.text


async def test_R02_the_history_shows_every_attempt_and_not_me_ends_the_sessions(
    chat: Rehearsal, town: Town, nurse: Staff
) -> None:
    await as_far_as_the_password(chat, nurse)
    await chat.says("not the password")
    await chat.says(RIGHT)
    await chat.says(town.inbox.last_code())
    await chat.presses("Lịch sử đăng nhập")
    assert "sai mật khẩu" in chat.text
    assert "đăng nhập thành công" in chat.text
    await chat.presses("🚫 Không phải tôi")
    await chat.presses(next(label for label in chat.labels if "sai mật khẩu" in label))
    await chat.presses("🚫 Không phải tôi, kết thúc tất cả phiên")
    assert "Đã kết thúc" in chat.text
    assert chat.chat().seat is None
    assert "not_me" in town.registry.attempts(nurse)


async def test_R03_a_first_phone_is_asked_for_with_a_captcha_before_the_otp(
    chat: Rehearsal, town: Town, newcomer: Staff
) -> None:
    await as_far_as_the_password(chat, newcomer)
    await chat.says(RIGHT)
    assert "Cập nhật số điện thoại cho tài khoản" in chat.text
    assert town.inbox.orders == []
    await chat.says("0912.345.678")
    assert chat.messages[-1].picture is not None
    await chat.says(captcha_in_the_picture(town).lower())
    assert "Xác nhận OTP" in chat.text
    await chat.says(town.inbox.last_code())
    assert "Đăng nhập thành công" in chat.text
    assert chat.stage.bugs == []


async def test_R03_a_shared_contact_gives_the_number(chat: Rehearsal, town: Town, newcomer: Staff) -> None:
    await as_far_as_the_password(chat, newcomer)
    await chat.says(RIGHT)
    assert chat.messages[-1].keyboard is not None
    await chat.shares("84912345678")
    assert "0912 345 678" in chat.text
    assert any(message.closes_keyboard for message in chat.messages)
    await chat.says(captcha_in_the_picture(town))
    assert len(town.inbox.texts(PHONE)) == 1


async def test_R03_T08_somebody_elses_contact_does_not_count(chat: Rehearsal, town: Town, newcomer: Staff) -> None:
    await as_far_as_the_password(chat, newcomer)
    await chat.says(RIGHT)
    await chat.shares("84912345678", is_own=False)
    assert "không phải số của bạn" in chat.text
    assert town.inbox.orders == []


async def test_R03_a_wrong_captcha_saves_nothing_and_brings_a_new_one(
    chat: Rehearsal, town: Town, newcomer: Staff
) -> None:
    await as_far_as_the_captcha(chat, newcomer)
    first = chat.messages[-1].picture
    await chat.says("?????")
    assert "Chưa có gì được lưu" in chat.text
    assert chat.messages[-1].picture not in {None, first}
    assert town.inbox.orders == []


async def test_R03_another_captcha_on_demand(chat: Rehearsal, newcomer: Staff) -> None:
    await as_far_as_the_captcha(chat, newcomer)
    first = chat.messages[-1].picture
    await chat.presses("🔄 Đổi mã khác")
    assert chat.messages[-1].picture not in {None, first}


@pytest.mark.parametrize("way", ["✏️ Sửa số", "⬅ Quay lại"])
async def test_R03_the_number_can_be_corrected_before_the_captcha(
    chat: Rehearsal, town: Town, newcomer: Staff, way: str
) -> None:
    await as_far_as_the_captcha(chat, newcomer, "0987 654 321")
    await chat.presses(way)
    await chat.says("0912 345 678")
    await chat.says(captcha_in_the_picture(town))
    assert [order["to"] for order in town.inbox.orders] == [PHONE]


async def test_R03_the_number_can_be_corrected_until_its_otp_is_confirmed(
    chat: Rehearsal, town: Town, newcomer: Staff
) -> None:
    await as_far_as_the_captcha(chat, newcomer, "0987 654 321")
    await chat.says(captcha_in_the_picture(town))
    await chat.presses("✏️ Sửa số")
    await chat.says("0912 345 678")
    town.clock.turn(SECOND)
    await chat.says(captcha_in_the_picture(town))
    assert "59 giây" in chat.text
    town.clock.turn(RESEND_PAUSE)
    await chat.presses("📨 Gửi mã OTP")
    assert "Xác nhận OTP" in chat.text
    await chat.says(town.inbox.last_code(PHONE))
    assert "Đăng nhập thành công" in chat.text
    assert chat.stage.bugs == []


async def test_R04_the_code_never_appears_in_the_chat(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    await as_far_as_the_otp(chat, nurse)
    code = town.inbox.last_code()
    await chat.says(code)
    assert code not in "".join(chat.stage.entries)


async def test_R04_a_resent_code_voids_the_old_one(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    await as_far_as_the_otp(chat, nurse)
    old = town.inbox.last_code()
    town.clock.turn(RESEND_PAUSE)
    await chat.presses(RESEND)
    new = town.inbox.last_code()
    if old != new:
        await chat.says(old)
        assert "còn 4 lần" in chat.text
    await chat.says(new)
    assert "Đăng nhập thành công" in chat.text


async def test_R04_too_soon_to_resend_says_how_long_to_wait(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    await as_far_as_the_otp(chat, nurse)
    town.clock.turn(timedelta(seconds=20))
    await chat.presses(RESEND)
    assert "40 giây" in chat.text
    await chat.says(town.inbox.last_code())
    assert "Đăng nhập thành công" in chat.text


async def test_R04_an_expired_code_can_be_had_anew(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    await as_far_as_the_otp(chat, nurse)
    town.clock.turn(OTP_LIFETIME)
    await chat.says(town.inbox.last_code())
    assert "hết hạn" in chat.text
    await chat.presses(RESEND)
    await chat.says(town.inbox.last_code())
    assert "Đăng nhập thành công" in chat.text


async def test_T36_the_chat_says_that_the_sms_could_not_go(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    town.inbox.status = 503
    await as_far_as_the_otp(chat, nurse)
    assert "Chưa gửi được SMS" in chat.text
    town.inbox.be_good()
    await chat.presses(RESEND)
    await chat.says(town.inbox.last_code())
    assert "Đăng nhập thành công" in chat.text


async def test_R05_five_wrong_codes_lock_and_the_chat_says_for_how_long(
    chat: Rehearsal, town: Town, nurse: Staff
) -> None:
    await as_far_as_the_otp(chat, nurse)
    code = town.inbox.last_code()
    for left in range(MAX_OTP_FAILURES - 1, 0, -1):
        await chat.says(wrong(code))
        assert f"còn {left} lần" in chat.text
    await chat.says(wrong(code))
    assert "sai OTP 5 lần. Vui lòng thử lại sau 5 phút" in chat.text
    town.clock.turn(timedelta(seconds=61))
    await chat.presses("Đăng nhập")
    await chat.says(nurse.username)
    await chat.says(RIGHT)
    assert "sau 3 phút 59 giây" in chat.text
    town.clock.turn(OTP_LOCK)
    await as_far_as_the_otp(chat, nurse)
    await chat.says(town.inbox.last_code())
    assert "Đăng nhập thành công" in chat.text


async def test_what_is_no_code_is_not_counted(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    await as_far_as_the_otp(chat, nurse)
    for nonsense in ("abc", "12345", "😀", "1234567", "x" * 200):
        await chat.says(nonsense)
        assert "không bị tính" in chat.text
    await chat.says(f" {town.inbox.last_code()} ")
    assert "Đăng nhập thành công" in chat.text


async def test_a_password_set_by_somebody_else_is_changed_first(chat: Rehearsal, town: Town) -> None:
    nurse = town.registry.account(must_change_password=True)
    await as_far_as_the_otp(chat, nurse)
    await chat.says(town.inbox.last_code())
    assert "do người khác đặt" in chat.text
    for bad, why in (
        ("short", "ít nhất 8"),
        ("x" * 129, "quá 128"),
        ("password", "phổ biến"),
        (f"{nurse.username}!!", "không được chứa tên đăng nhập"),
        (RIGHT, "trùng mật khẩu cũ"),
    ):
        await chat.says(bad)
        assert why in chat.text
    await chat.says("đồng xanh mây trắng")
    assert "Đã đổi mật khẩu" in chat.text
    assert "Vai trò" in chat.text
    assert chat.stage.bugs == []


async def test_a_change_of_password_proves_the_current_one_first(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    await as_far_as_the_otp(chat, nurse)
    await chat.says(town.inbox.last_code())
    await chat.presses("Đổi mật khẩu")
    await chat.says("not the password")
    assert "không đúng" in chat.text
    await chat.says(RIGHT)
    assert "mật khẩu mới" in chat.text
    await chat.says("đồng xanh mây trắng")
    assert "Đã đổi mật khẩu" in chat.text


async def test_another_session_is_listed_and_ended(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    other = await town.sign_in(nurse, chat=2002)
    town.clock.turn(RESEND_PAUSE)
    await as_far_as_the_otp(chat, nurse)
    await chat.says(town.inbox.last_code())
    await chat.presses("Phiên đang mở")
    await chat.presses(next(label for label in chat.labels if label.startswith("Kết thúc")))
    assert "Đã kết thúc phiên" in chat.text
    with pytest.raises(SessionEnded):
        await other.me()


async def test_T19_who_is_signed_out_elsewhere_is_asked_to_sign_in_again(
    chat: Rehearsal, town: Town, nurse: Staff
) -> None:
    await as_far_as_the_otp(chat, nurse)
    await chat.says(town.inbox.last_code())
    town.registry.rows("UPDATE account SET is_active = false WHERE id = %s RETURNING id", nurse.id)
    await chat.presses("Phiên đang mở")
    assert "Phiên đăng nhập đã kết thúc" in chat.text
    assert chat.chat().seat is None


async def test_the_language_is_the_chats_and_the_accounts(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    await as_far_as_the_otp(chat, nurse)
    await chat.says(town.inbox.last_code())
    await chat.commands("language")
    await chat.presses("🇬🇧 English")
    assert "Role: Commune administrator" in chat.text
    assert town.registry.one("SELECT language FROM account WHERE id = %s", nurse.id) == "en"


async def test_T31_a_name_under_attack_asks_its_owner_for_a_captcha_and_lets_in(
    chat: Rehearsal, town: Town, nurse: Staff
) -> None:
    for attacker in range(12):
        with pytest.raises((WrongCredentials, CaptchaNeeded)):
            await town.chat(5000 + attacker).start_sign_in(nurse.username, SecretStr("guess"))
    await as_far_as_the_password(chat, nurse)
    await chat.says(RIGHT)
    assert "bị thử mật khẩu nhiều lần" in chat.text
    await chat.says(captcha_in_the_picture(town))
    await chat.says(RIGHT)
    assert "Xác nhận OTP" in chat.text
