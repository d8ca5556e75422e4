"""Hurried and interrupted people: sessions that end, buttons pressed late, ways back, secrets in the wrong place."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from pydantic import SecretStr

from conversations.events import Commanded, SentOther
from conversations.journal import Entry
from models.refusals import CaptchaNeeded, WrongCredentials
from models.rules import MAX_CAPTCHAS_AN_HOUR, PASSWORD_PROOF_LIFETIME, RESEND_PAUSE
from tests.api.hands import SECOND, Staff, Town
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_sign_in import (
    RIGHT,
    as_far_as_the_captcha,
    as_far_as_the_otp,
    as_far_as_the_password,
    captcha_in_the_picture,
)

NEW = "đồng xanh mây trắng"
YES = "🚫 Không phải tôi, kết thúc tất cả phiên"


@pytest.fixture(params=[False, True], ids=["begun anew each turn", "kept alive"])
def chat(request: pytest.FixtureRequest, town: Town) -> Rehearsal:
    return Rehearsal(town.chat(), town.clock, is_live=request.param)


@pytest.fixture
def nurse(town: Town) -> Staff:
    return town.registry.account()


async def sign_in(chat: Rehearsal, town: Town, staff: Staff) -> None:
    await as_far_as_the_otp(chat, staff)
    await chat.says(town.inbox.last_code())
    assert chat.chat().seat is not None


async def sign_in_again(chat: Rehearsal, town: Town, staff: Staff) -> None:
    """From the question for the username, which stands already."""
    town.clock.turn(RESEND_PAUSE)
    await chat.says(staff.username)
    await chat.says(RIGHT)
    await chat.says(town.inbox.last_code())


def end_sessions(town: Town, staff: Staff) -> None:
    end = "ended_at = opened_at + interval '1 second', \"end\" = 'ended_elsewhere'"
    town.registry.rows(f"UPDATE session SET {end} WHERE account_id = %s RETURNING id", staff.id)  # noqa: S608 - of this test alone


# Ways back


async def test_back_from_the_new_password_asks_for_the_current_one_again(
    chat: Rehearsal, town: Town, nurse: Staff
) -> None:
    await sign_in(chat, town, nurse)
    await chat.presses("Đổi mật khẩu")
    await chat.says(RIGHT)
    await chat.presses("⬅ Quay lại")
    assert "mật khẩu hiện tại" in chat.text
    await chat.says("not the password")
    assert "không đúng" in chat.text
    await chat.says(RIGHT)
    await chat.says(NEW)
    assert "Đã đổi mật khẩu" in chat.text
    assert chat.stage.bugs == []


async def test_back_from_a_waiting_sms_brings_a_new_captcha(chat: Rehearsal, town: Town) -> None:
    await as_far_as_the_captcha(chat, town.registry.account(None), "0987 654 321")
    await chat.says(captcha_in_the_picture(town))
    await chat.presses("✏️ Sửa số")
    await chat.says("0912 345 678")
    town.clock.turn(SECOND)
    await chat.says(captcha_in_the_picture(town))
    await chat.presses("⬅ Quay lại")
    assert chat.messages[-1].picture is not None
    town.clock.turn(RESEND_PAUSE)
    await chat.says(captcha_in_the_picture(town))
    assert "Xác nhận OTP" in chat.text
    assert chat.stage.bugs == []


async def test_back_after_a_captcha_at_the_door_brings_a_new_one(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    for attacker in range(12):
        with pytest.raises((WrongCredentials, CaptchaNeeded)):
            await town.chat(5000 + attacker).start_sign_in(nurse.username, SecretStr("guess"))
    await as_far_as_the_password(chat, nurse)
    await chat.says(RIGHT)
    await chat.says(captcha_in_the_picture(town))
    town.clock.turn(SECOND)
    await chat.presses("⬅ Quay lại")
    await chat.says(captcha_in_the_picture(town))
    await chat.says(RIGHT)
    assert "Xác nhận OTP" in chat.text
    assert chat.stage.bugs == []


async def test_back_on_a_later_page_of_the_history_is_the_page_before(
    chat: Rehearsal, town: Town, nurse: Staff
) -> None:
    for stranger in range(12):
        with pytest.raises((WrongCredentials, CaptchaNeeded)):
            await town.chat(5000 + stranger).start_sign_in(nurse.username, SecretStr("guess"))
    await as_far_as_the_password(chat, nurse)
    await chat.says(RIGHT)
    await chat.says(captcha_in_the_picture(town))
    await chat.says(RIGHT)
    await chat.says(town.inbox.last_code())
    await chat.presses("Lịch sử đăng nhập")
    newest = chat.text
    await chat.presses("Xem cũ hơn")
    assert chat.text != newest
    await chat.presses("⬅ Quay lại")
    assert chat.text == newest


# Sessions that end


async def test_a_change_of_password_goes_on_in_the_next_session(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    await sign_in(chat, town, nurse)
    await chat.presses("Đổi mật khẩu")
    await chat.says(RIGHT)
    end_sessions(town, nurse)
    await chat.says(NEW)
    assert "vẫn được giữ" in chat.text
    await sign_in_again(chat, town, nurse)
    assert "mật khẩu hiện tại" in chat.text
    await chat.says(RIGHT)
    await chat.says(NEW)
    assert "Đã đổi mật khẩu" in chat.text


async def test_a_proof_that_is_too_old_is_asked_for_again(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    await sign_in(chat, town, nurse)
    await chat.presses("Đổi mật khẩu")
    await chat.says(RIGHT)
    town.clock.turn(PASSWORD_PROOF_LIFETIME + SECOND)
    await chat.says(NEW)
    assert "mật khẩu hiện tại" in chat.text
    await chat.says(RIGHT)
    await chat.says(NEW)
    assert "Đã đổi mật khẩu" in chat.text


async def test_a_sign_in_is_never_resumed_over_a_newer_session(chat: Rehearsal, town: Town) -> None:
    nurse = town.registry.account(must_change_password=True)
    await sign_in(chat, town, nurse)
    end_sessions(town, nurse)
    await chat.says(NEW)
    assert "vẫn được giữ" not in chat.text
    await sign_in_again(chat, town, nurse)
    await chat.says(NEW)
    assert "Đã đổi mật khẩu" in chat.text


async def test_not_me_is_asked_again_after_signing_in_again(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    await sign_in(chat, town, nurse)
    await chat.presses("Lịch sử đăng nhập")
    await chat.presses("🚫 Không phải tôi")
    await chat.presses(chat.labels[0])
    end_sessions(town, nurse)
    await chat.presses("🚫 Không phải tôi, kết thúc tất cả phiên")
    await sign_in_again(chat, town, nurse)
    assert "not_me" not in town.registry.attempts(nurse)
    await chat.presses("🚫 Không phải tôi, kết thúc tất cả phiên")
    assert "not_me" in town.registry.attempts(nurse)
    assert chat.chat().seat is None


async def test_T17_a_report_that_was_done_as_the_bot_died_is_told_of_in_the_next_session(
    chat: Rehearsal, town: Town, nurse: Staff
) -> None:
    await as_far_as_not_me(chat, town, nurse)
    await dying_after_its_effect(chat, YES)
    await chat.presses(YES)
    assert "vẫn được giữ" in chat.text
    await sign_in_again(chat, town, nurse)
    await chat.says(NEW)
    assert "Đã kết thúc 1 phiên" in chat.text
    assert chat.chat().seat is not None
    assert town.registry.attempts(nurse).count("not_me") == 1


async def test_T17_a_report_that_nobody_answered_is_asked_for_again_in_the_next_session(
    chat: Rehearsal, town: Town, nurse: Staff
) -> None:
    await as_far_as_not_me(chat, town, nurse)
    api, chat.stage.api = chat.stage.api, replace(chat.stage.api, url="http://127.0.0.1:9")
    await dying_after_its_effect(chat, YES)
    chat.stage.api = api
    end_sessions(town, nurse)
    await chat.presses(YES)
    await sign_in_again(chat, town, nurse)
    assert "not_me" not in town.registry.attempts(nurse)
    await chat.presses(YES)
    assert "not_me" in town.registry.attempts(nurse)
    assert chat.chat().seat is None


async def test_T17_an_answer_that_was_acted_on_stands_though_it_is_no_longer_on_offer(
    chat: Rehearsal, town: Town, nurse: Staff
) -> None:
    await town.sign_in(nurse, chat=2002)
    town.clock.turn(RESEND_PAUSE)
    await sign_in(chat, town, nurse)
    await chat.presses("Phiên đang mở")
    end = chat.labels[0]
    await dying_after_its_effect(chat, end)
    await chat.presses(end)
    assert "Đã kết thúc phiên" in chat.text


async def as_far_as_not_me(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    await sign_in(chat, town, nurse)
    await chat.presses("Lịch sử đăng nhập")
    await chat.presses("🚫 Không phải tôi")
    await chat.presses(chat.labels[0])


async def dying_after_its_effect(chat: Rehearsal, label: str) -> None:
    """The press is heard by a process that saves what it has to before it asks the API, and nothing after that."""
    save, saved = chat.stage.save, count()

    async def save_once(entries: list[Entry]) -> None:
        if not next(saved):
            await save(entries)

    chat.stage.save = save_once  # type: ignore[method-assign]  # what a death leaves
    await chat.presses(label)
    chat.stage.save = save  # type: ignore[method-assign]
    chat._run = None


async def test_a_session_past_its_end_shows_nobodys_menu(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    await sign_in(chat, town, nurse)
    town.clock.turn(timedelta(hours=24))
    await chat.commands("menu")
    assert "Vai trò" not in chat.text
    assert "Đăng nhập" in chat.labels


# A password that somebody else set


async def test_leaving_a_forced_change_leaves_only_what_one_may(chat: Rehearsal, town: Town) -> None:
    await sign_in(chat, town, town.registry.account(must_change_password=True))
    await chat.commands("menu")
    assert chat.labels == ["Đổi mật khẩu", "🌐 Ngôn ngữ / Language", "Trợ giúp", "Đăng xuất"]
    await chat.presses("Đổi mật khẩu")
    await chat.says(NEW)
    assert "Đã đổi mật khẩu" in chat.text
    assert "Lịch sử đăng nhập" in chat.labels


async def test_after_a_forced_change_the_password_can_be_changed_again(chat: Rehearsal, town: Town) -> None:
    await sign_in(chat, town, town.registry.account(must_change_password=True))
    await chat.says(NEW)
    await chat.presses("Đổi mật khẩu")
    await chat.says(NEW)
    await chat.says("một câu rất khác")
    assert "Đã đổi mật khẩu" in chat.text


# Secrets in the wrong place


async def test_T23_a_secret_typed_again_at_try_again_leaves_the_chat(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    await as_far_as_the_password(chat, nurse)
    real = chat.stage.api
    chat.stage.api = replace(real, url="http://127.0.0.1:1", patience=1)
    await chat.says(RIGHT)
    assert "đang chậm" in chat.text
    chat.stage.api = real
    await chat.says("lúa chín ngoài đồng")
    assert len(chat.stage.forgotten) == 2
    assert "lúa chín ngoài đồng" not in "".join(
        json.dumps(json.loads(e), ensure_ascii=False) for e in chat.stage.entries
    )


async def test_T23_whatever_is_sent_where_a_secret_is_asked_for_leaves_the_chat(chat: Rehearsal, nurse: Staff) -> None:
    await as_far_as_the_password(chat, nurse)
    await chat.does(SentOther(901))
    await chat.does(Commanded("senhong2021", 902, "/SenHong2021"))
    assert chat.stage.forgotten == [901, 902]
    assert "không đúng" in chat.text


# Languages


async def test_a_language_chosen_before_signing_in_is_the_accounts(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    await chat.commands("language")
    await chat.presses("🇬🇧 English")
    await chat.presses("Sign in")
    await chat.says(nurse.username)
    await chat.says(RIGHT)
    await chat.says(town.inbox.last_code())
    assert "Role: Commune administrator" in chat.text
    assert town.registry.one("SELECT language FROM account WHERE id = %s", nurse.id) == "en"


async def test_choosing_a_language_in_the_middle_goes_on_in_it(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    await as_far_as_the_otp(chat, nurse)
    await chat.commands("language")
    await chat.presses("🇬🇧 English")
    assert "Confirm the OTP" in chat.text
    await chat.says(town.inbox.last_code())
    assert "Signed in" in chat.text


async def test_leaving_the_choice_of_language_goes_on_too(chat: Rehearsal, town: Town, nurse: Staff) -> None:
    await as_far_as_the_otp(chat, nurse)
    await chat.commands("language")
    await chat.presses("⬅ Quay lại")
    assert "Xác nhận OTP" in chat.text
    await chat.says(town.inbox.last_code())
    assert "Đăng nhập thành công" in chat.text


# Waiting


async def test_signing_in_again_at_once_says_how_long_the_sms_must_wait(
    chat: Rehearsal, town: Town, nurse: Staff
) -> None:
    await as_far_as_the_otp(chat, nurse)
    await chat.commands("huy")
    town.clock.turn(timedelta(seconds=10))
    await as_far_as_the_otp(chat, nurse)
    assert "đợi 50 giây" in chat.text
    town.clock.turn(timedelta(seconds=50))
    await chat.presses("Gửi lại mã OTP")
    await chat.says(town.inbox.last_code())
    assert "Đăng nhập thành công" in chat.text


async def test_who_waits_too_long_for_the_sms_reads_only_a_new_captcha(chat: Rehearsal, town: Town) -> None:
    await as_far_as_the_captcha(chat, town.registry.account(None), "0987 654 321")
    await chat.says(captcha_in_the_picture(town))
    await chat.presses("✏️ Sửa số")
    await chat.says("0912 345 678")
    town.clock.turn(SECOND)
    await chat.says(captcha_in_the_picture(town))
    town.clock.turn(timedelta(minutes=6))
    await chat.presses("📨 Gửi mã OTP")
    assert chat.messages[-1].picture is not None
    await chat.says(captcha_in_the_picture(town))
    assert "Xác nhận OTP" in chat.text


async def test_too_many_captchas_wait_where_one_is(chat: Rehearsal, town: Town) -> None:
    await as_far_as_the_captcha(chat, town.registry.account(None))
    for _ in range(MAX_CAPTCHAS_AN_HOUR):
        await chat.presses("🔄 Đổi mã khác")
    assert "thử lại" in chat.text
    await chat.says("đợi")
    assert chat.chat().talk is not None
    assert chat.stage.bugs == []
