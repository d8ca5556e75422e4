"""The walls around challenges and their SMS, attacked with raw SQL in the API's role."""

from datetime import timedelta
from typing import LiteralString

import psycopg
import pytest

from models.rules import OTP_LIFETIME, RESEND_PAUSE
from tests.models.by_hand import NOW, OTHER_PHONE, PHONE, SECOND, ByHand, refused


def test_R04_an_otp_goes_to_no_number_but_the_registered_one(by_hand: ByHand) -> None:
    account = by_hand.account()
    with refused("otp_challenge_goes_to_the_registered_phone"):
        by_hand.challenge(account, phone=OTHER_PHONE)


def test_R03_an_account_with_a_phone_gets_no_first_one(by_hand: ByHand) -> None:
    account = by_hand.account()
    with refused("otp_challenge_goes_to_the_registered_phone"):
        by_hand.challenge(account, purpose="first_phone")


def test_R04_an_account_without_a_phone_gets_no_otp_to_sign_in(by_hand: ByHand) -> None:
    account = by_hand.account(phone=None)
    with refused("otp_challenge_goes_to_the_registered_phone"):
        by_hand.challenge(account)


def test_R04_an_sms_goes_where_its_challenge_does(by_hand: ByHand) -> None:
    challenge = by_hand.challenge(by_hand.account())
    with refused("otp_sms_goes_where_its_challenge_does"):
        by_hand.sms(challenge, phone_key=by_hand.phone_key(OTHER_PHONE))


def test_R04_a_challenge_begins_unused(by_hand: ByHand) -> None:
    account = by_hand.account()
    with refused("otp_challenge_begins_open"):
        by_hand.challenge(account, used_at=NOW)


def test_R04_a_sign_in_has_one_open_challenge(by_hand: ByHand) -> None:
    account = by_hand.account()
    sign_in = by_hand.sign_in(account)
    by_hand.challenge(account, object=sign_in)
    with refused("otp_challenge_one_open_per_object"):
        by_hand.challenge(account, object=sign_in)


@pytest.mark.parametrize(
    "again",
    [
        "used_at = used_at + interval '1 second'",
        "used_at = NULL",
        "voided_at = used_at, used_at = NULL",
        "counter = counter + 1",
        "expires_at = expires_at - interval '1 second'",
    ],
)
def test_R04_a_used_otp_stays_used(by_hand: ByHand, again: LiteralString) -> None:
    challenge = by_hand.sent_challenge(by_hand.account())
    by_hand.confirm(challenge)
    with refused("otp_challenge_works_once"):
        by_hand.change("otp_challenge", challenge, again)


def test_R04_a_void_otp_stays_void(by_hand: ByHand) -> None:
    challenge = by_hand.sent_challenge(by_hand.account())
    by_hand.api.execute("UPDATE otp_challenge SET voided_at = %s WHERE id = %s", [NOW, challenge])
    with refused("otp_challenge_works_once"):
        by_hand.api.execute("UPDATE otp_challenge SET voided_at = NULL WHERE id = %s", [challenge])
    with refused("otp_challenge_works_once"):
        by_hand.confirm(challenge)


@pytest.mark.parametrize("step", [-1, 2])
def test_R04_codes_follow_one_another(by_hand: ByHand, step: int) -> None:
    challenge = by_hand.sent_challenge(by_hand.account())
    with refused("otp_challenge_counts_by_1"):
        by_hand.api.execute("UPDATE otp_challenge SET counter = counter + %s WHERE id = %s", [step, challenge])


def test_R04_an_old_code_gets_no_new_life_but_a_new_one_does(by_hand: ByHand) -> None:
    challenge = by_hand.sent_challenge(by_hand.account())
    new_life: LiteralString = (
        "UPDATE otp_challenge SET expires_at = expires_at + interval '60 s', counter = counter + %s"
    )
    with refused("otp_challenge_old_code_gets_no_new_life"):
        by_hand.api.execute(new_life, [0])
    by_hand.api.execute(new_life, [1])
    by_hand.sms(challenge, counter=1, at=NOW + RESEND_PAUSE)
    by_hand.confirm(challenge, at=NOW + OTP_LIFETIME + SECOND)


def test_R04_a_code_that_was_not_sent_is_not_confirmed(by_hand: ByHand) -> None:
    challenge = by_hand.sent_challenge(by_hand.account())
    by_hand.api.execute("UPDATE otp_challenge SET counter = counter + 1 WHERE id = %s", [challenge])
    with refused("otp_challenge_confirms_a_code_lately_sent"):
        by_hand.confirm(challenge)


def test_R06_a_code_is_not_confirmed_when_its_life_is_over(by_hand: ByHand) -> None:
    challenge = by_hand.sent_challenge(by_hand.account())
    with refused("otp_challenge_used_in_its_life"):
        by_hand.confirm(challenge, at=NOW + OTP_LIFETIME)


def test_R06_a_life_that_is_too_long_does_not_help_a_code(by_hand: ByHand) -> None:
    challenge = by_hand.challenge(by_hand.account(), expires_at=NOW + timedelta(days=1))
    by_hand.sms(challenge)
    with refused("otp_challenge_confirms_a_code_lately_sent"):
        by_hand.confirm(challenge, at=NOW + OTP_LIFETIME + SECOND)


def test_T06_two_sms_of_an_account_lie_apart(by_hand: ByHand) -> None:
    account = by_hand.account()
    by_hand.sent_challenge(account)
    second = by_hand.challenge(account)
    with refused("otp_sms_lie_apart"):
        by_hand.sms(second, at=NOW + RESEND_PAUSE - SECOND)
    by_hand.sms(second, at=NOW + RESEND_PAUSE)


def test_T06_another_number_does_not_hurry_the_next_sms(by_hand: ByHand) -> None:
    account = by_hand.account(phone=None)
    by_hand.sent_challenge(account, phone=PHONE, purpose="first_phone")
    corrected = by_hand.challenge(account, phone=OTHER_PHONE, purpose="first_phone")
    with refused("otp_sms_lie_apart"):
        by_hand.sms(corrected)


def test_T06_two_sms_to_a_number_lie_apart_whosever_they_are(by_hand: ByHand) -> None:
    mine, theirs = by_hand.account(), by_hand.account()
    by_hand.sent_challenge(mine)
    challenge = by_hand.challenge(theirs)
    with refused("otp_sms_lie_apart"):
        by_hand.sms(challenge)


def test_T06_two_sms_at_once_wait_for_one_another(by_hand: ByHand, second_api: psycopg.Connection) -> None:
    account = by_hand.account()
    first, second = by_hand.challenge(account), by_hand.challenge(account)
    with by_hand.api.transaction():
        by_hand.sms(first)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            ByHand(by_hand.owner, second_api, by_hand.keys).sms(second)


def test_T36_one_press_is_one_sms(by_hand: ByHand) -> None:
    challenge = by_hand.sent_challenge(by_hand.account())
    with refused("otp_sms_pkey"):
        by_hand.sms(challenge, at=NOW + RESEND_PAUSE)


def test_T36_a_failed_sms_does_not_become_a_sent_one(by_hand: ByHand) -> None:
    challenge = by_hand.challenge(by_hand.account())
    by_hand.sms(challenge, outcome="claimed")
    by_hand.api.execute("UPDATE otp_sms SET outcome = 'failed'")
    with refused("otp_sms_outcome_stays"):
        by_hand.api.execute("UPDATE otp_sms SET outcome = 'sent'")
