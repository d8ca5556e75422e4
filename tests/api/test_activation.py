"""Activation: a code by SMS, then a password that nobody else knows (R14)."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from pydantic import SecretStr

from api.client import Api
from models import refusals as r
from models.rules import (
    ACTIVATION_LIFETIME,
    FREE_PASSWORD_FAILURES,
    FRESH_OTP,
    LONGEST_PASSWORD_WAIT,
    MAX_ACTIVATION_FAILURES,
    MAX_ACTIVATIONS_A_DAY,
    RESEND_PAUSE,
)
from tests.api.hands import SECOND, Staff, Town, another, count_kinds
from tests.api.test_accounts import admin
from tests.api.test_managed_accounts import acts, step_up

NUMBERS = count(1)
CODE = re.compile(r"\b\d{8}\b")
NEW_PASSWORD = SecretStr("Mạ non xanh rì rào")


async def to_activate(town: Town) -> tuple[Api, Staff, SecretStr]:
    """An admin, a colleague that it sent a code to, and the code, which only the colleague sees."""
    api, _ = await admin(town)
    staff = town.registry.account(f"+84977{next(NUMBERS):06}")
    await api.send_activation(staff.id)
    return api, staff, code_of(town, staff)


def code_of(town: Town, staff: Staff) -> SecretStr:
    assert staff.phone
    [code] = CODE.findall(town.inbox.texts(staff.phone)[-1])
    return SecretStr(code)


async def test_R14_the_person_chooses_the_password_and_signs_in_with_it(town: Town) -> None:
    _, staff, code = await to_activate(town)
    with pytest.raises(r.WrongCredentials):
        await town.password_step(staff, town.chat(7))
    opened = await town.chat(7).open_activation(staff.username.upper(), code)
    await town.chat(7).choose_password(opened.id, opened.token, opened.username, NEW_PASSWORD)
    signed_in = await town.sign_in(replace(staff, password=NEW_PASSWORD), 7)
    assert not (await signed_in.me()).must_change_password
    assert acts(town, staff.id) == ["password_reset"]
    assert town.registry.rows("SELECT outcome FROM activation") == [("sent",)]


async def test_R14_a_code_works_once_and_for_three_days(town: Town) -> None:
    _, staff, code = await to_activate(town)
    town.clock.turn(ACTIVATION_LIFETIME - SECOND)
    opened = await town.chat(7).open_activation(staff.username, code)
    await town.chat(7).choose_password(opened.id, opened.token, opened.username, NEW_PASSWORD)
    with pytest.raises(r.ActivationEnded):
        await town.chat(7).choose_password(opened.id, opened.token, opened.username, NEW_PASSWORD)
    with pytest.raises(r.ActivationWrong):
        await town.chat(7).open_activation(staff.username, code)


async def test_R14_after_three_days_the_code_and_what_it_opened_are_over(town: Town) -> None:
    _, staff, code = await to_activate(town)
    opened = await town.chat(7).open_activation(staff.username, code)
    town.clock.turn(ACTIVATION_LIFETIME)
    with pytest.raises(r.ActivationEnded):
        await town.chat(7).choose_password(opened.id, opened.token, opened.username, NEW_PASSWORD)
    with pytest.raises(r.ActivationWrong):
        await town.chat(7).open_activation(staff.username, code)


async def test_R14_another_code_makes_the_one_before_void(town: Town) -> None:
    api, staff, code = await to_activate(town)
    opened = await town.chat(7).open_activation(staff.username, code)
    town.clock.turn(RESEND_PAUSE)
    await api.send_activation(staff.id)
    with pytest.raises(r.ActivationEnded):
        await town.chat(7).choose_password(opened.id, opened.token, opened.username, NEW_PASSWORD)
    with pytest.raises(r.ActivationWrong):
        await town.chat(7).open_activation(staff.username, code)
    await town.chat(7).open_activation(staff.username, code_of(town, staff))


async def test_T05_a_token_chooses_the_password_of_its_own_account_alone(town: Town) -> None:
    _, staff, code = await to_activate(town)
    _, other, others_code = await to_activate(town)
    mine = await town.chat(7).open_activation(staff.username, code)
    theirs = await town.chat(8).open_activation(other.username, others_code)
    with pytest.raises(r.ActivationEnded):
        await town.chat(7).choose_password(theirs.id, mine.token, other.username, NEW_PASSWORD)
    with pytest.raises(r.ActivationWrong):
        await town.chat(9).open_activation(other.username, code)


async def test_T07_a_name_that_nobody_has_is_answered_like_a_wrong_code(town: Town) -> None:
    _, staff, code = await to_activate(town)
    answers = []
    for name in (staff.username, "khong.co.ai", town.registry.account().username):
        body = {"username": name, "code": another(code.get_secret_value()).get_secret_value()}
        status, _, told = await town.raw("POST", "/v1/activations", json=body)
        answers.append((status, told))
    assert len(set(answers)) == 1


async def test_T01_of_parallel_wrong_codes_no_more_are_judged_than_are_free(town: Town) -> None:
    _, staff, code = await to_activate(town)
    wrong = another(code.get_secret_value())
    guesses = [town.chat(7).open_activation(staff.username, wrong) for _ in range(12)]
    kinds = count_kinds(await asyncio.gather(*guesses, return_exceptions=True))
    assert kinds == {"ActivationWrong": FREE_PASSWORD_FAILURES, "TryLater": 12 - FREE_PASSWORD_FAILURES}
    assert town.registry.one("SELECT failures FROM activation") == FREE_PASSWORD_FAILURES


async def test_T01_after_ten_wrong_codes_from_anywhere_the_right_one_is_not_judged(town: Town) -> None:
    _, staff, code = await to_activate(town)
    wrong = another(code.get_secret_value())
    for chat in range(MAX_ACTIVATION_FAILURES):
        with pytest.raises(r.ActivationWrong):
            await town.chat(100 + chat).open_activation(staff.username, wrong)
    town.clock.turn(LONGEST_PASSWORD_WAIT + timedelta(hours=1))
    with pytest.raises(r.ActivationWrong):
        await town.chat(7).open_activation(staff.username, code)


async def test_T06_codes_lie_apart_and_are_few_a_day(town: Town) -> None:
    api, staff, _ = await to_activate(town)
    with pytest.raises(r.ResendTooSoon):
        await api.send_activation(staff.id)
    for _ in range(MAX_ACTIVATIONS_A_DAY - 1):
        town.clock.turn(RESEND_PAUSE)
        await api.send_activation(staff.id)
    town.clock.turn(RESEND_PAUSE)
    with pytest.raises(r.TooManySms):
        await api.send_activation(staff.id)
    assert staff.phone
    assert len(town.inbox.texts(staff.phone)) == MAX_ACTIVATIONS_A_DAY


async def test_T36_a_code_that_surely_did_not_go_counts_for_nothing(town: Town) -> None:
    api, _ = await admin(town)
    staff = town.registry.account("+84977000000")
    town.inbox.status = 503
    assert (await api.send_activation(staff.id)).sms == "failed"
    town.inbox.status = 200
    assert (await api.send_activation(staff.id)).sms == "sent"


async def test_what_cannot_be_sent_or_is_not_fresh_is_refused_and_changes_nothing(town: Town) -> None:
    api, _ = await admin(town)
    without = town.registry.account(None)
    with pytest.raises(r.PhoneMissing):
        await api.send_activation(without.id)
    town.clock.turn(FRESH_OTP + SECOND)
    staff = town.registry.account("+84977000001")
    with pytest.raises(r.OtpNotFresh):
        await api.send_activation(staff.id)
    assert acts(town, staff.id) == acts(town, without.id) == []
    await step_up(town, api)
    await api.send_activation(staff.id)


async def test_T24_the_code_is_kept_nowhere(town: Town) -> None:
    _, _, code = await to_activate(town)
    row = town.registry.one("SELECT activation::text FROM activation")
    assert code.get_secret_value() not in row
    assert code.get_secret_value().encode().hex() not in row
