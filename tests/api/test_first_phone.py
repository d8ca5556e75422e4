"""The first phone number of an account that has none (R3)."""

import pytest
from pydantic import SecretStr

from models.phone import otp_phone
from models.refusals import CaptchaWrong, NotFound, OtpExpired, OtpWrong, PhoneInvalid, ResendTooSoon, SignInEnded
from models.seals import ACCOUNT_PHONE
from tests.api.hands import SECOND, Staff, Town

FIRST = "0912 345 679"


def phone_of(town: Town, staff: Staff) -> str | None:
    sealed = town.registry.one("SELECT phone_sealed FROM account WHERE id = %s", staff.id)
    return sealed and town.registry.keys.opened(sealed, ACCOUNT_PHONE, staff.id)


async def test_R03_the_number_becomes_the_accounts_when_its_otp_is_confirmed(town: Town) -> None:
    staff, chat = town.registry.account(None), town.chat()
    begun = await town.password_step(staff, chat)
    assert (begun.needs_phone, begun.otp) == (True, None)
    sent = await chat.give_phone(begun.id, begun.token, FIRST, await town.solved_captcha(chat))
    assert sent.phone_hint == "09•• ••• 679"
    assert phone_of(town, staff) is None
    code = town.inbox.last_code(otp_phone(FIRST))
    session = await chat.confirm_otp(begun.id, begun.token, SecretStr(code))
    assert session.me.phone_hint == "09•• ••• 679"
    assert phone_of(town, staff) == otp_phone(FIRST)


async def test_R03_a_number_can_be_corrected_until_it_is_confirmed(town: Town) -> None:
    staff, chat = town.registry.account(None), town.chat()
    begun = await town.password_step(staff, chat)
    await chat.give_phone(begun.id, begun.token, "0912 345 670", await town.solved_captcha(chat))
    with pytest.raises(ResendTooSoon):
        await chat.give_phone(begun.id, begun.token, FIRST, await town.solved_captcha(chat))
    town.clock.turn(61 * SECOND)
    await chat.give_phone(begun.id, begun.token, FIRST, await town.solved_captcha(chat))
    old, new = town.inbox.last_code("+84912345670"), town.inbox.last_code(otp_phone(FIRST))
    if old != new:
        with pytest.raises(OtpWrong):
            await chat.confirm_otp(begun.id, begun.token, SecretStr(old))
    await chat.confirm_otp(begun.id, begun.token, SecretStr(new))
    assert phone_of(town, staff) == otp_phone(FIRST)


async def test_R03_a_wrong_captcha_saves_nothing_and_sends_nothing(town: Town) -> None:
    staff, chat = town.registry.account(None), town.chat()
    begun = await town.password_step(staff, chat)
    unsolved = await chat.make_captcha()
    with pytest.raises(CaptchaWrong):
        await chat.give_phone(begun.id, begun.token, FIRST, unsolved.id)
    assert town.inbox.orders == []
    assert town.registry.one("SELECT count(*) FROM otp_challenge") == 0


@pytest.mark.parametrize("written", ["0243 825 1234", "0121 234 5678", "+1 202 555 0123", "0912 345 67", "x", ""])
async def test_T06_an_otp_goes_to_vietnamese_mobiles_only_and_keeps_the_captcha(town: Town, written: str) -> None:
    staff, chat = town.registry.account(None), town.chat()
    begun = await town.password_step(staff, chat)
    captcha = await town.solved_captcha(chat)
    with pytest.raises(PhoneInvalid):
        await chat.give_phone(begun.id, begun.token, written, captcha)
    await chat.give_phone(begun.id, begun.token, FIRST, captcha)


async def test_T13_an_account_with_a_phone_is_asked_for_none(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    begun = await town.password_step(staff, chat)
    with pytest.raises(NotFound):
        await chat.give_phone(begun.id, begun.token, FIRST, await town.solved_captcha(chat))


async def test_T13_no_code_is_sent_again_before_a_number_was_given(town: Town) -> None:
    staff, chat = town.registry.account(None), town.chat()
    begun = await town.password_step(staff, chat)
    with pytest.raises(NotFound):
        await chat.resend_otp(begun.id, begun.token)
    with pytest.raises(OtpExpired):
        await chat.confirm_otp(begun.id, begun.token, SecretStr("123456"))


async def test_R03_of_two_first_numbers_the_one_confirmed_first_stands(town: Town) -> None:
    staff, here, there = town.registry.account(None), town.chat(1), town.chat(2)
    begun = {}
    for chat, phone in ((here, "0912 345 671"), (there, "0912 345 672")):
        begun[phone] = await town.password_step(staff, chat)
        await chat.give_phone(begun[phone].id, begun[phone].token, phone, await town.solved_captcha(chat))
    first, second = begun.values()
    await here.confirm_otp(first.id, first.token, SecretStr(town.inbox.last_code("+84912345671")))
    with pytest.raises(SignInEnded):
        await there.confirm_otp(second.id, second.token, SecretStr(town.inbox.last_code("+84912345672")))
    assert phone_of(town, staff) == "+84912345671"
