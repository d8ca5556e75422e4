"""An OTP in the middle of a session: the same guard as at the door, for this session alone."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from api.client import Api
from models.refusals import OtpExpired, OtpLocked, OtpMalformed, OtpWrong, Refusal, ResendTooSoon, SessionEnded
from models.rules import FRESH_OTP, MAX_OTP_FAILURES, OTP_LIFETIME, OTP_LOCK, RESEND_PAUSE
from tests.api.hands import PHONE, Staff, Town, another

PAUSE = RESEND_PAUSE + timedelta(seconds=1)


@pytest.fixture
def staff(town: Town) -> Staff:
    return town.registry.account(PHONE)


async def code_sent(town: Town, api: Api) -> SecretStr:
    town.clock.turn(PAUSE)
    await api.send_otp()
    return SecretStr(town.inbox.last_code())


async def outcome(api: Api, code: SecretStr) -> object:
    try:
        return await api.prove_otp(code)
    except Refusal as refusal:
        return type(refusal)


def proven_at(town: Town, staff: Staff) -> object:
    return town.registry.one("SELECT otp_proven_at FROM session WHERE account_id = %s", staff.id)


async def test_R04_a_right_code_is_proof_for_a_quarter_of_an_hour(town: Town, staff: Staff) -> None:
    api = await town.sign_in(staff)
    code = await code_sent(town, api)
    assert "quan trọng" in town.inbox.texts()[-1]
    proven = await api.prove_otp(code)
    assert proven.until == town.clock.now() + FRESH_OTP
    assert proven_at(town, staff) == town.clock.now()
    assert town.registry.attempts(staff)[-1] == "otp_confirmed"


async def test_T02_wrong_ones_are_counted_with_those_at_the_door(town: Town, staff: Staff) -> None:
    api = await town.sign_in(staff)
    code = await code_sent(town, api)
    for _ in range(3):
        assert await outcome(api, another(code.get_secret_value())) is OtpWrong
    begun = await town.password_step(staff, town.chat(2))
    with pytest.raises(OtpWrong) as refusal:
        await town.chat(2).confirm_otp(begun.id, begun.token, another(town.inbox.last_code()))
    assert refusal.value.left == 1
    assert await outcome(api, another(code.get_secret_value())) is OtpLocked
    assert await outcome(api, code) is OtpLocked
    assert town.registry.guard(staff)[:2] == (MAX_OTP_FAILURES, MAX_OTP_FAILURES)
    before = proven_at(town, staff)
    town.clock.turn(OTP_LOCK + timedelta(seconds=1))
    assert await outcome(api, code) is OtpExpired
    assert await outcome(api, await code_sent(town, api)) != OtpLocked
    assert proven_at(town, staff) != before


async def test_T04_a_code_works_once_the_newest_only_and_not_too_late(town: Town, staff: Staff) -> None:
    api = await town.sign_in(staff)
    old = await code_sent(town, api)
    with pytest.raises(ResendTooSoon):
        await api.send_otp()
    code = await code_sent(town, api)
    if old != code:
        assert await outcome(api, old) is OtpWrong
    await api.prove_otp(code)
    assert await outcome(api, code) is OtpExpired
    late = await code_sent(town, api)
    town.clock.turn(OTP_LIFETIME)
    assert await outcome(api, late) is OtpExpired
    with pytest.raises(OtpMalformed):
        await api.prove_otp(SecretStr("12345"))


async def test_T05_a_code_is_for_the_session_that_asked_and_for_no_sign_in(town: Town, staff: Staff) -> None:
    here, there = await town.sign_in(staff, 1), await town.sign_in(staff, 2)
    code = await code_sent(town, here)
    assert await outcome(there, code) is OtpExpired
    begun = await town.password_step(staff, town.chat(3))
    at_the_door = SecretStr(town.inbox.last_code())
    assert await outcome(there, at_the_door) is OtpExpired
    with pytest.raises(OtpWrong):
        await town.chat(3).confirm_otp(begun.id, begun.token, code if code != at_the_door else another("000000"))
    await here.prove_otp(code)


async def test_T19_who_is_signed_out_proves_nothing(town: Town, staff: Staff) -> None:
    api = await town.sign_in(staff)
    code = await code_sent(town, api)
    await api.sign_out()
    assert await outcome(api, code) is SessionEnded
