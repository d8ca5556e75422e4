"""The walls around an account's first phone and its captcha, attacked with raw SQL in the API's role."""

from typing import LiteralString

import psycopg
import pytest

from models.rules import CAPTCHA_LIFETIME
from tests.models.by_hand import NOW, OTHER_PHONE, PHONE, SECOND, ByHand, refused


def set_phone(by_hand: ByHand, account: int, phone: str, proof: object) -> None:
    by_hand.api.execute(
        "UPDATE account SET phone_sealed = %s, phone_key = %s, phone_proof = %s WHERE id = %s",
        [b"sealed", by_hand.phone_key(phone), proof, account],
    )


@pytest.mark.parametrize("confirmed_first", [True, False])
def test_R03_a_confirmed_otp_makes_the_number_the_accounts(by_hand: ByHand, confirmed_first: bool) -> None:
    account = by_hand.account(phone=None)
    challenge = by_hand.sent_challenge(account, purpose="first_phone")
    with by_hand.api.transaction():
        if confirmed_first:
            by_hand.confirm(challenge)
        set_phone(by_hand, account, PHONE, challenge)
        if not confirmed_first:
            by_hand.confirm(challenge)
    found = by_hand.api.execute("SELECT phone_key FROM account WHERE id = %s", [account])
    assert found.fetchone() == (by_hand.phone_key(PHONE),)


def test_R03_no_phone_without_a_proof(by_hand: ByHand) -> None:
    account = by_hand.account(phone=None)
    by_hand.sign_in(account)
    with refused("account_first_phone_is_proven"):
        set_phone(by_hand, account, PHONE, None)


def test_R03_an_unconfirmed_otp_proves_no_phone(by_hand: ByHand) -> None:
    account = by_hand.account(phone=None)
    challenge = by_hand.sent_challenge(account, purpose="first_phone")
    with pytest.raises(psycopg.errors.IntegrityError):
        set_phone(by_hand, account, PHONE, challenge)


def test_R03_an_otp_proves_no_other_number(by_hand: ByHand) -> None:
    account = by_hand.account(phone=None)
    challenge = by_hand.sent_challenge(account, purpose="first_phone")
    with refused("account_phone_is_the_confirmed_one"), by_hand.api.transaction():
        by_hand.confirm(challenge)
        set_phone(by_hand, account, OTHER_PHONE, challenge)


def test_R03_an_otp_proves_no_phone_of_another_account(by_hand: ByHand) -> None:
    mine, theirs = by_hand.account(phone=None), by_hand.account(phone=None)
    challenge = by_hand.sent_challenge(mine, purpose="first_phone")
    with refused("account_phone_is_the_confirmed_one"), by_hand.api.transaction():
        by_hand.confirm(challenge)
        by_hand.sign_in(theirs)
        set_phone(by_hand, theirs, PHONE, challenge)


def test_R03_an_otp_confirmed_earlier_proves_no_phone(by_hand: ByHand) -> None:
    account = by_hand.account(phone=None)
    challenge = by_hand.sent_challenge(account, purpose="first_phone")
    by_hand.confirm(challenge)
    with refused("account_first_phone_is_proven_now"):
        set_phone(by_hand, account, PHONE, challenge)


def test_R03_a_proof_without_a_phone_is_none(by_hand: ByHand) -> None:
    account = by_hand.account(phone=None)
    challenge = by_hand.sent_challenge(account, purpose="first_phone")
    with refused("account_proof_is_of_a_phone"):
        by_hand.api.execute("UPDATE account SET phone_proof = %s WHERE id = %s", [challenge, account])


@pytest.mark.parametrize("phone", ["phone_key = 'other'", "phone_key = NULL, phone_sealed = NULL"])
def test_R03_a_phone_that_is_there_stays(by_hand: ByHand, phone: LiteralString) -> None:
    account = by_hand.account()
    by_hand.sign_in(account)
    with refused("account_has_one_first_phone"):
        by_hand.change("account", account, phone)


def test_R03_half_a_phone_is_none(by_hand: ByHand) -> None:
    account = by_hand.account(phone=None)
    challenge = by_hand.sent_challenge(account, purpose="first_phone")
    with refused("account_phone_is_whole"), by_hand.api.transaction():
        by_hand.confirm(challenge)
        by_hand.api.execute(
            "UPDATE account SET phone_key = %s, phone_proof = %s WHERE id = %s",
            [by_hand.phone_key(PHONE), challenge, account],
        )


def test_R06_a_captcha_lives_at_most_5_minutes(by_hand: ByHand) -> None:
    with refused("captcha_at_most_5_minutes"):
        by_hand.captcha(expires_at=NOW + CAPTCHA_LIFETIME + SECOND)


@pytest.mark.parametrize(
    ("again", "wall"),
    [
        ("judged_at = judged_at + interval '1 second'", "captcha_is_judged_once"),
        ("judged_at = NULL, solved = false, used_at = NULL", "captcha_is_judged_once"),
        ("used_at = NULL", "captcha_is_used_once"),
    ],
)
def test_T33_a_captcha_is_judged_and_used_once(by_hand: ByHand, again: LiteralString, wall: str) -> None:
    captcha = by_hand.captcha()
    by_hand.api.execute(
        "UPDATE captcha SET judged_at = %(now)s, solved = true, used_at = %(now)s WHERE id = %(id)s",
        {"now": NOW, "id": captcha},
    )
    with refused(wall):
        by_hand.change("captcha", captcha, again)


@pytest.mark.parametrize(
    ("change", "wall"),
    [
        ("solved = true", "captcha_solved_by_an_answer"),
        ("used_at = made_at", "captcha_only_a_solved_one_is_used"),
        ("judged_at = made_at, used_at = made_at", "captcha_only_a_solved_one_is_used"),
        ("judged_at = made_at, solved = true, used_at = expires_at + interval '1 second'", "captcha_used_in_its_life"),
    ],
)
def test_T33_only_a_solved_captcha_opens_a_door_and_only_in_its_life(
    by_hand: ByHand, change: LiteralString, wall: str
) -> None:
    captcha = by_hand.captcha()
    with refused(wall):
        by_hand.change("captcha", captcha, change)
