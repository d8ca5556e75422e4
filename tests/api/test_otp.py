"""Judging OTPs: what is counted, what is refused unjudged, and what opens a session."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from pydantic import SecretStr

from api.client import Api
from api.schemas.signing_in import SignInStarted
from models.refusals import OtpDisabled, OtpExpired, OtpLocked, OtpMalformed, OtpWrong, Refusal, SignInEnded
from models.rules import MAX_OTP_FAILURES, MAX_OTP_STREAK, OTP_LIFETIME, OTP_LOCK, SIGN_IN_LIFETIME
from tests.api.hands import SECOND, Town, another, count_kinds


async def answer(api: Api, begun: SignInStarted, code: SecretStr | str) -> object:
    """What came of a guess: a session, or the refusal."""
    try:
        return await api.confirm_otp(begun.id, begun.token, SecretStr(code) if isinstance(code, str) else code)
    except Refusal as refusal:
        return refusal


async def answer_wrong(town: Town, api: Api, begun: SignInStarted, times: int) -> list[object]:
    wrong = another(town.inbox.last_code())
    return [await answer(api, begun, wrong) for _ in range(times)]


async def test_R05_the_fifth_wrong_otp_locks_for_five_minutes(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    begun = await town.password_step(staff, chat)
    until = town.clock.now() + OTP_LOCK
    assert await answer_wrong(town, chat, begun, MAX_OTP_FAILURES) == [
        *(OtpWrong(left=left) for left in (4, 3, 2, 1)),
        OtpLocked(until=until, max=MAX_OTP_FAILURES),
    ]
    assert town.registry.attempts(staff) == ["password_right", *4 * ["wrong_otp"], "otp_locked"]


async def test_R05_a_right_otp_among_wrong_ones_leaves_its_owner_free(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    begun = await town.password_step(staff, chat)
    right, wrong = SecretStr(town.inbox.last_code()), another(town.inbox.last_code())
    codes = [wrong, wrong, wrong, right, *20 * [wrong]]
    outcomes = await asyncio.gather(*(answer(chat, begun, code) for code in codes))
    kinds = count_kinds(outcomes)
    if kinds.get("SessionOpened"):
        assert town.registry.guard(staff) == (0, 0, None)
    else:
        assert kinds["OtpWrong"] == 4
    assert kinds.get("OtpWrong", 0) <= 4


@pytest.mark.parametrize(
    ("after", "refusal"), [(0, OtpLocked), (1, OtpLocked), (299.9, OtpLocked), (300.1, SignInEnded)]
)
async def test_T03_no_right_otp_counts_while_locked_nor_after_without_the_password(
    town: Town, after: float, refusal: type[Refusal]
) -> None:
    staff, chat = town.registry.account(), town.chat()
    begun = await town.password_step(staff, chat)
    await answer_wrong(town, chat, begun, MAX_OTP_FAILURES)
    counted = town.registry.guard(staff)
    town.clock.turn(timedelta(seconds=after))
    assert type(await answer(chat, begun, town.inbox.last_code())) is refusal
    assert town.registry.guard(staff) == counted


async def test_R05_after_the_lock_the_person_signs_in_again(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    begun = await town.password_step(staff, chat)
    await answer_wrong(town, chat, begun, MAX_OTP_FAILURES)
    town.clock.turn(OTP_LOCK)
    begun = await town.password_step(staff, chat)
    assert await answer_wrong(town, chat, begun, 1) == [OtpWrong(left=4)]
    assert town.registry.guard(staff) == (1, 6, None)
    assert type(await answer(chat, begun, town.inbox.last_code())).__name__ == "SessionOpened"
    assert town.registry.guard(staff) == (0, 0, None)


async def test_R05_starting_over_and_resending_and_another_chat_change_no_count(town: Town) -> None:
    staff, here, there = town.registry.account(), town.chat(1), town.chat(2)
    begun = await town.password_step(staff, here)
    await answer_wrong(town, here, begun, 2)
    town.clock.turn(61 * SECOND)
    await here.resend_otp(begun.id, begun.token)
    assert await answer_wrong(town, here, begun, 1) == [OtpWrong(left=2)]
    elsewhere = await town.password_step(staff, there)
    assert await answer_wrong(town, there, elsewhere, 1) == [OtpWrong(left=1)]
    over_again = await town.password_step(staff, here)
    assert type((await answer_wrong(town, here, over_again, 1))[0]) is OtpLocked
    assert type(await answer(there, elsewhere, town.inbox.last_code())) is OtpLocked


async def test_T03_R05_while_locked_not_even_the_password_goes_on(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    await answer_wrong(town, chat, await town.password_step(staff, chat), MAX_OTP_FAILURES)
    sent = len(town.inbox.orders)
    with pytest.raises(OtpLocked):
        await town.password_step(staff, chat)
    assert len(town.inbox.orders) == sent


async def test_T02_fifty_wrong_otps_in_a_row_disable_the_accounts_otp(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    for _ in range(MAX_OTP_STREAK // MAX_OTP_FAILURES):
        town.clock.turn(timedelta(hours=4))  # the SMS of a day are limited too
        outcomes = await answer_wrong(town, chat, await town.password_step(staff, chat), MAX_OTP_FAILURES)
    assert outcomes[-1] == OtpDisabled()
    town.clock.turn(timedelta(days=30))
    with pytest.raises(OtpDisabled):
        await town.password_step(staff, chat)
    assert town.registry.guard(staff)[1] == MAX_OTP_STREAK


async def test_T04_an_otp_works_once_and_the_one_before_a_resend_never(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    begun = await town.password_step(staff, chat)
    first = town.inbox.last_code()
    town.clock.turn(61 * SECOND)
    await chat.resend_otp(begun.id, begun.token)
    second = town.inbox.last_code()
    assert first == second or await answer(chat, begun, first) == OtpWrong(left=4)
    assert type(await answer(chat, begun, second)).__name__ == "SessionOpened"
    assert await answer(chat, begun, second) == SignInEnded()


@pytest.mark.parametrize(("early", "outcome"), [(1, "SessionOpened"), (0, "OtpExpired"), (-1, "OtpExpired")])
async def test_T04_an_otp_works_until_its_five_minutes_are_over(town: Town, early: int, outcome: str) -> None:
    staff, chat = town.registry.account(), town.chat()
    begun = await town.password_step(staff, chat)
    town.clock.turn(OTP_LIFETIME - early * SECOND)
    assert type(await answer(chat, begun, town.inbox.last_code())).__name__ == outcome
    assert town.registry.guard(staff) == (0, 0, None)


async def test_T04_an_expired_otp_is_not_judged_and_a_new_one_works(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    begun = await town.password_step(staff, chat)
    town.clock.turn(OTP_LIFETIME)
    assert await answer_wrong(town, chat, begun, 9) == 9 * [OtpExpired()]
    await chat.resend_otp(begun.id, begun.token)
    assert type(await answer(chat, begun, town.inbox.last_code())).__name__ == "SessionOpened"


async def test_R04_a_sign_in_that_took_too_long_begins_with_the_password_again(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    begun = await town.password_step(staff, chat)
    town.clock.turn(SIGN_IN_LIFETIME)
    with pytest.raises(SignInEnded):
        await chat.resend_otp(begun.id, begun.token)


async def test_T05_an_otp_is_for_its_sign_in_its_token_its_chat_and_its_account(town: Town) -> None:
    one, other = town.registry.account(), town.registry.account("+84987654321")
    here, there = town.chat(1), town.chat(2)
    begun_one, begun_other = await town.password_step(one, here), await town.password_step(other, there)
    code_one = town.inbox.last_code(one.phone or "")
    crossed = [
        (there, begun_one),
        (here, begun_other),
        (here, begun_one.model_copy(update={"token": begun_other.token})),
        (here, begun_other.model_copy(update={"token": begun_one.token})),
        (here, begun_one.model_copy(update={"id": uuid4()})),
        (town.caller(), begun_one),
    ]
    assert [await answer(api, begun, code_one) for api, begun in crossed] == len(crossed) * [SignInEnded()]
    if code_one != town.inbox.last_code(other.phone or ""):
        assert await answer(there, begun_other, code_one) == OtpWrong(left=4)
    assert type(await answer(here, begun_one, code_one)).__name__ == "SessionOpened"


async def test_T05_the_otp_of_one_chat_does_not_confirm_the_same_accounts_sign_in_in_another(town: Town) -> None:
    staff, here, there = town.registry.account(), town.chat(1), town.chat(2)
    begun_here = await town.password_step(staff, here)
    code_here = town.inbox.last_code()
    begun_there = await town.password_step(staff, there)
    assert code_here == town.inbox.last_code() or await answer(there, begun_there, code_here) == OtpWrong(left=4)
    assert type(await answer(here, begun_here, code_here)).__name__ == "SessionOpened"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12a456", "x" * 200, "½23456"])
async def test_what_is_no_code_is_neither_judged_nor_counted(town: Town, typed: str) -> None:
    staff, chat = town.registry.account(), town.chat()
    begun = await town.password_step(staff, chat)
    assert await answer(chat, begun, typed) == OtpMalformed(digits=6)
    assert town.registry.guard(staff) == (0, 0, None)


def spellings(code: str) -> list[str]:
    arabic = "".join(chr(ord("٠") + int(digit)) for digit in code)
    wide = "".join(chr(ord("０") + int(digit)) for digit in code)
    return [f" {code} ", f"{code[:3]} {code[3:]}", f"\u200b{code}\u200e", arabic, wide, f"{code}\n"]


@pytest.mark.parametrize("spelling", range(6))
async def test_T32_a_code_is_the_same_however_its_digits_are_written(town: Town, spelling: int) -> None:
    staff, chat = town.registry.account(), town.chat()
    begun = await town.password_step(staff, chat)
    typed = spellings(town.inbox.last_code())[spelling]
    assert type(await answer(chat, begun, typed)).__name__ == "SessionOpened"


async def test_T32_wrong_codes_share_one_count_however_they_are_written(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    begun = await town.password_step(staff, chat)
    wrong = another(town.inbox.last_code()).get_secret_value()
    outcomes = [await answer(chat, begun, typed) for typed in spellings(wrong)]
    assert count_kinds(outcomes) == {"OtpWrong": 4, "OtpLocked": 2}
