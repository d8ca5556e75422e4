"""The SMS with an OTP: at most one per press, and not too many."""

import asyncio
from datetime import timedelta

import psycopg
import pytest
from pydantic import SecretStr

from api.client import Api
from api.schemas.signing_in import SignInStarted
from models.refusals import Busy, ResendTooSoon, TooManySms
from models.rules import (
    MAX_SMS_A_MINUTE,
    MAX_SMS_PER_ACCOUNT_A_DAY,
    MAX_SMS_PER_CHAT_A_DAY,
    MAX_SMS_PER_PHONE_A_DAY,
    RESEND_PAUSE,
)
from models.words import Language, SmsOutcome
from tests.api.hands import BEGINNING, SECOND, Staff, Town, count_kinds

DAY = timedelta(days=1)


async def test_R04_the_sms_speaks_the_accounts_language(town: Town) -> None:
    await town.password_step(town.registry.account(language=Language.ENGLISH), town.chat())
    await town.password_step(town.registry.account("+84987654321"), town.chat())
    assert "your sign-in OTP" in town.inbox.texts()[0]
    assert "Mã OTP đăng nhập" in town.inbox.texts("+84987654321")[0]


async def test_R04_a_resend_comes_after_a_minute_and_no_sooner(town: Town) -> None:
    chat = town.chat()
    begun = await town.password_step(town.registry.account(), chat)
    town.clock.turn(RESEND_PAUSE - SECOND)
    with pytest.raises(ResendTooSoon) as soon:
        await chat.resend_otp(begun.id, begun.token)
    assert soon.value.until == town.clock.now() + SECOND
    town.clock.turn(SECOND)
    sent = await chat.resend_otp(begun.id, begun.token)
    assert (sent.sms, len(town.inbox.orders)) == (SmsOutcome.SENT, 2)


async def test_T36_of_parallel_presses_one_sends_an_sms(town: Town) -> None:
    chat = town.chat()
    begun = await town.password_step(town.registry.account(), chat)
    town.clock.turn(RESEND_PAUSE)
    presses = (chat.resend_otp(begun.id, begun.token) for _ in range(16))
    outcomes = await asyncio.gather(*presses, return_exceptions=True)
    assert count_kinds(outcomes) == {"OtpSent": 1, "ResendTooSoon": 15}
    assert len(town.inbox.orders) == 2


async def test_T06_accounts_that_share_a_number_send_it_one_sms_at_a_time(town: Town) -> None:
    sharing = [(town.registry.account(), town.chat(n)) for n in range(8)]
    begun = [(chat, await chat.start_sign_in(staff.username, staff.password)) for staff, chat in sharing]
    assert len(town.inbox.orders) == 1
    town.clock.turn(RESEND_PAUSE)
    presses = (chat.resend_otp(sign_in.id, sign_in.token) for chat, sign_in in begun)
    outcomes = await asyncio.gather(*presses, return_exceptions=True)
    assert count_kinds(outcomes) == {"OtpSent": 1, "ResendTooSoon": 7}
    assert len(town.inbox.orders) == 2


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, "sent"),
        (202, "sent"),
        (400, "failed"),
        (401, "failed"),
        (503, "failed"),
        (500, "unknown"),
        (302, "unknown"),
    ],
)
async def test_T36_what_the_gateway_says_is_written_down_and_not_tried_again(
    town: Town, status: int, outcome: str
) -> None:
    town.inbox.status = status
    begun = await town.password_step(town.registry.account(), town.chat())
    assert begun.otp
    assert begun.otp.sms == outcome
    assert town.registry.one("SELECT outcome FROM otp_sms") == outcome
    assert len(town.inbox.orders) == 1


async def test_T36_where_the_gateway_is_gone_the_sms_has_failed_and_can_be_asked_for_at_once(town: Town) -> None:
    async with town.inbox.gone():
        begun = await town.password_step(town.registry.account(), town.chat())
        assert begun.otp
        assert (begun.otp.sms, begun.otp.resend_at) == (SmsOutcome.FAILED, town.clock.now())
        assert (await town.chat().resend_otp(begun.id, begun.token)).sms is SmsOutcome.FAILED
    assert (await town.chat().resend_otp(begun.id, begun.token)).sms is SmsOutcome.SENT


async def test_T36_a_gateway_that_hangs_makes_nobody_wait_long_and_its_code_still_works(town: Town) -> None:
    town.inbox.lets_go.clear()
    chat = town.chat().within(2.5)
    begun = await chat.start_sign_in((staff := town.registry.account()).username, staff.password)
    town.inbox.lets_go.set()
    assert begun.otp
    assert begun.otp.sms is SmsOutcome.UNKNOWN
    await chat.confirm_otp(begun.id, begun.token, SecretStr(town.inbox.last_code()))


async def send(town: Town, staff: Staff, chat: Api, times: int) -> SignInStarted:
    """So many SMS of one sign-in, as close together as may be."""
    begun = await town.password_step(staff, chat)
    for _ in range(times - 1):
        town.clock.turn(RESEND_PAUSE)
        await chat.resend_otp(begun.id, begun.token)
    return begun


async def test_T06_an_account_and_a_number_get_so_many_sms_a_day(town: Town) -> None:
    one, other = town.registry.account(), town.registry.account()
    begun = await send(town, one, town.chat(1), 8)
    await send(town, other, town.chat(2), MAX_SMS_PER_PHONE_A_DAY - 8)
    town.clock.turn(RESEND_PAUSE)
    with pytest.raises(TooManySms) as too_many:
        await town.chat(1).resend_otp(begun.id, begun.token)
    assert too_many.value.until == BEGINNING + 61 * SECOND + DAY
    begun = await town.password_step(one, town.chat(1))
    assert begun.otp
    assert (begun.otp.sms, begun.otp.resend_at) == (SmsOutcome.FAILED, too_many.value.until)
    town.clock.turn(DAY)
    assert (await town.password_step(one, town.chat(1))).otp
    assert len(town.inbox.orders) == MAX_SMS_PER_PHONE_A_DAY + 1


async def test_T06_a_chat_gets_so_many_sms_a_day_whatever_the_accounts(town: Town) -> None:
    for n in range(3):
        begun = await send(town, town.registry.account(f"+8491234567{n}"), town.chat(), MAX_SMS_PER_CHAT_A_DAY // 3)
    town.clock.turn(RESEND_PAUSE)
    with pytest.raises(TooManySms):
        await town.chat().resend_otp(begun.id, begun.token)
    await town.password_step(town.registry.account("+84987654321"), town.chat(2))


async def test_T06_sms_that_surely_failed_count_towards_no_limit(town: Town) -> None:
    town.inbox.status = 503
    begun = await town.password_step(town.registry.account(), town.chat())
    for _ in range(MAX_SMS_PER_ACCOUNT_A_DAY + 5):
        assert (await town.chat().resend_otp(begun.id, begun.token)).sms is SmsOutcome.FAILED


async def test_T06_the_breaker_bounds_what_the_whole_installation_sends_in_a_minute(
    town: Town, superuser_url: str
) -> None:
    begun = await town.password_step(town.registry.account(), town.chat())
    town.clock.turn(RESEND_PAUSE)
    others = """
        INSERT INTO otp_sms (challenge_id, counter, account_id, phone_key, source, claimed_at, outcome)
        SELECT gen_random_uuid(), 0, n, '', n::text, %s, 'sent' FROM generate_series(1000001, %s) AS n"""
    with psycopg.connect(superuser_url, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(others, [town.clock.now(), 1000000 + MAX_SMS_A_MINUTE])
    with pytest.raises(Busy) as busy:
        await town.chat().resend_otp(begun.id, begun.token)
    assert busy.value.seconds == 60
    town.clock.turn(timedelta(minutes=1))
    await town.chat().resend_otp(begun.id, begun.token)
