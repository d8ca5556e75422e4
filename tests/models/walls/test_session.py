"""The walls around sessions, attacked with raw SQL in the API's role."""

from typing import LiteralString

import pytest

from models.rules import SESSION_LIFETIME, SIGN_IN_LIFETIME
from tests.models.by_hand import NOW, OTHER_PHONE, SECOND, ByHand, forbidden, refused


def test_R01_password_otp_and_history_together_open_a_session(by_hand: ByHand) -> None:
    account = by_hand.account()
    by_hand.signed_in(account)
    assert by_hand.guarded(account) == (0, 0, None)


def test_R01_no_session_without_a_confirmed_otp(by_hand: ByHand) -> None:
    account = by_hand.account()
    challenge = by_hand.sent_challenge(account)
    with refused("session_has_a_confirmed_otp"):
        by_hand.session(account, challenge)


def test_R01_no_session_that_says_it_needs_no_otp(by_hand: ByHand) -> None:
    account = by_hand.account()
    challenge = by_hand.sent_challenge(account)
    with refused("session_otp_is_confirmed"):
        by_hand.session(account, challenge, otp_confirmed=False)


def test_R01_one_otp_opens_one_session(by_hand: ByHand) -> None:
    account = by_hand.account()
    challenge = by_hand.sent_challenge(account)
    with refused("session_challenge_id_key"), by_hand.api.transaction():
        by_hand.confirm(challenge)
        by_hand.session(account, challenge)
        by_hand.session(account, challenge)


def test_R01_an_otp_opens_no_session_later_than_it_is_used(by_hand: ByHand) -> None:
    account = by_hand.account()
    challenge = by_hand.sent_challenge(account)
    by_hand.confirm(challenge)
    with refused("session_is_opened_by_its_own_otp"), by_hand.api.transaction():
        by_hand.history(account, "signed_in")
        by_hand.session(account, challenge)


@pytest.mark.parametrize("elsewhere", [{"source": "chat:6666"}, {"channel": "api"}])
def test_R01_an_otp_opens_no_session_in_another_chat(by_hand: ByHand, elsewhere: dict[str, str]) -> None:
    account = by_hand.account()
    challenge = by_hand.sent_challenge(account)
    with refused("session_is_opened_by_its_own_otp"), by_hand.api.transaction():
        by_hand.confirm(challenge)
        by_hand.history(account, "signed_in")
        by_hand.session(account, challenge, **elsewhere)


def test_R01_an_otp_opens_no_session_of_another_account(by_hand: ByHand) -> None:
    mine, theirs = by_hand.account(), by_hand.account(OTHER_PHONE)
    challenge = by_hand.sent_challenge(mine)
    with refused("session_has_a_confirmed_otp"), by_hand.api.transaction():
        by_hand.confirm(challenge)
        by_hand.session(theirs, challenge)


def test_T05_an_otp_for_the_sign_in_of_another_account_opens_no_session(by_hand: ByHand) -> None:
    mine, theirs = by_hand.account(), by_hand.account(OTHER_PHONE)
    challenge = by_hand.challenge(mine, object=by_hand.sign_in(theirs))
    by_hand.sms(challenge)
    with refused("session_is_opened_by_its_own_otp"), by_hand.api.transaction():
        by_hand.confirm(challenge)
        by_hand.history(mine, "signed_in")
        by_hand.session(mine, challenge)


def test_T05_an_otp_for_no_sign_in_opens_no_session(by_hand: ByHand) -> None:
    account = by_hand.account()
    by_hand.sign_in(account)
    challenge = by_hand.challenge(account, object="something else")
    by_hand.sms(challenge)
    with refused("session_is_opened_by_its_own_otp"), by_hand.api.transaction():
        by_hand.confirm(challenge)
        by_hand.history(account, "signed_in")
        by_hand.session(account, challenge)


def test_R01_an_ended_session_does_not_come_back(by_hand: ByHand) -> None:
    session = by_hand.signed_in(by_hand.account())
    by_hand.change("session", session, "ended_at = opened_at, \"end\" = 'signed_out'")
    with refused("session_ends_once"):
        by_hand.change("session", session, 'ended_at = NULL, "end" = NULL')


def test_R01_a_session_gets_no_new_life(by_hand: ByHand) -> None:
    session = by_hand.signed_in(by_hand.account())
    longer: LiteralString = "UPDATE session SET expires_at = expires_at + interval '1 second' WHERE id = %s"
    with forbidden():
        by_hand.api.execute(longer, [session])
    with refused("session_life_is_fixed"):
        by_hand.owner.execute(longer, [session])


def test_R06_a_sign_in_lives_at_most_30_minutes(by_hand: ByHand) -> None:
    account = by_hand.account()
    with refused("sign_in_at_most_30_minutes"):
        by_hand.sign_in(account, SIGN_IN_LIFETIME + SECOND)


def test_R06_a_session_lives_at_most_24_hours(by_hand: ByHand) -> None:
    account = by_hand.account()
    challenge = by_hand.sent_challenge(account)
    with refused("session_at_most_24_hours"), by_hand.api.transaction():
        by_hand.confirm(challenge)
        by_hand.session(account, challenge, expires_at=NOW + SESSION_LIFETIME + SECOND)
