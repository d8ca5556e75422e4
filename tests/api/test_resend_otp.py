"""Sending the code again: another code, and the ones before are void."""

import pytest
from pydantic import SecretStr

from models.refusals import OtpWrong, ResendTooSoon
from models.rules import RESEND_PAUSE
from models.words import SmsOutcome
from tests.api.hands import Town


async def test_T04_each_resend_sends_another_code_and_only_the_newest_works(town: Town) -> None:
    chat = town.chat()
    begun = await town.password_step(town.registry.account(), chat)
    codes = [town.inbox.last_code()]
    for _ in range(2):
        town.clock.turn(RESEND_PAUSE)
        await chat.resend_otp(begun.id, begun.token)
        codes.append(town.inbox.last_code())
    older, newest = {*codes} - {codes[-1]}, codes[-1]
    assert older  # two may be the same by chance, all three not in a million million times
    for code in older:
        with pytest.raises(OtpWrong):
            await chat.confirm_otp(begun.id, begun.token, SecretStr(code))
    assert await chat.confirm_otp(begun.id, begun.token, SecretStr(newest))


async def test_T06_an_sms_that_may_have_gone_counts_like_one_that_has(town: Town) -> None:
    town.inbox.status = 500
    begun = await town.password_step(town.registry.account(), town.chat())
    assert begun.otp
    assert begun.otp.sms is SmsOutcome.UNKNOWN
    with pytest.raises(ResendTooSoon):
        await town.chat().resend_otp(begun.id, begun.token)
    town.clock.turn(RESEND_PAUSE)
    assert (await town.chat().resend_otp(begun.id, begun.token)).sms is SmsOutcome.UNKNOWN
