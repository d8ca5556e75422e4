"""The walls around the guard that counts wrong OTPs, attacked with raw SQL in the API's role."""

from datetime import datetime

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.rules import MAX_OTP_FAILURES, MAX_OTP_STREAK, OTP_LOCK
from tests.models.by_hand import NOW, OTHER_PHONE, SECOND, ByHand, forbidden, refused


def test_R05_every_account_has_a_guard_and_the_api_can_make_or_remove_none(by_hand: ByHand) -> None:
    account = by_hand.account()
    assert by_hand.guarded(account) == (0, 0, None)
    with forbidden():
        by_hand.insert("otp_guard", account_id=account, failures=0, streak=0)
    with forbidden():
        by_hand.api.execute("DELETE FROM otp_guard")


def test_R05_the_fifth_wrong_otp_locks(by_hand: ByHand) -> None:
    account = by_hand.account()
    by_hand.guess_wrong(account, MAX_OTP_FAILURES - 1)
    with refused("otp_guard_failure_5_locks"), by_hand.api.transaction():
        by_hand.history(account, "wrong_otp")
        by_hand.guard(account, MAX_OTP_FAILURES, MAX_OTP_FAILURES)
    by_hand.guess_wrong(account, 1)
    assert by_hand.guarded(account) == (MAX_OTP_FAILURES, MAX_OTP_FAILURES, NOW + OTP_LOCK)


def test_R05_no_sixth_failure(by_hand: ByHand) -> None:
    account = by_hand.account()
    by_hand.guess_wrong(account, MAX_OTP_FAILURES)
    with pytest.raises(psycopg.errors.CheckViolation):
        by_hand.guard(account, MAX_OTP_FAILURES + 1, MAX_OTP_FAILURES + 1, NOW + OTP_LOCK)


@pytest.mark.parametrize(
    ("failures", "streak"),
    [(3, 4), (4, 4), (3, 5), (2, 3), (1, 3), (0, 3), (1, 1), (3, 2), (2, 4)],
)
def test_R05_the_guard_moves_by_one_wrong_guess_only(by_hand: ByHand, failures: int, streak: int) -> None:
    account = by_hand.account()
    by_hand.guess_wrong(account, 2)
    try_to_write(by_hand, account, (failures, streak, None))
    assert by_hand.guarded(account) == (2, 2, None)


def test_R05_no_lock_without_a_wrong_guess_and_none_moved(by_hand: ByHand) -> None:
    account = by_hand.account()
    with refused("otp_guard_counts_by_1"):
        by_hand.guard(account, 0, 0, NOW + OTP_LOCK)
    by_hand.guess_wrong(account, MAX_OTP_FAILURES)
    with refused("otp_guard_counts_by_1"):
        by_hand.guard(account, MAX_OTP_FAILURES, MAX_OTP_FAILURES, NOW)


def test_R05_wrong_otps_are_forgotten_only_for_a_right_one(by_hand: ByHand) -> None:
    account = by_hand.account()
    by_hand.guess_wrong(account, 3)
    with refused("otp_guard_is_cleared_by_a_right_otp"):
        by_hand.guard(account, 0, 0)


@pytest.mark.parametrize("cleared_first", [True, False])
def test_R05_a_right_otp_clears_the_guard(by_hand: ByHand, cleared_first: bool) -> None:
    account = by_hand.account()
    by_hand.guess_wrong(account, 3)
    challenge = by_hand.sent_challenge(account)
    with by_hand.api.transaction():
        if cleared_first:
            by_hand.guard(account, 0, 0)
        with by_hand.api.transaction():  # a savepoint
            by_hand.confirm(challenge)
        if not cleared_first:
            by_hand.guard(account, 0, 0)
    assert by_hand.guarded(account) == (0, 0, None)


def test_R05_an_earlier_right_otp_clears_nothing(by_hand: ByHand) -> None:
    account = by_hand.account()
    by_hand.confirm(by_hand.sent_challenge(account))
    by_hand.guess_wrong(account, 3)
    with refused("otp_guard_is_cleared_by_a_right_otp"):
        by_hand.guard(account, 0, 0)


def test_R05_another_accounts_right_otp_clears_nothing(by_hand: ByHand) -> None:
    mine, theirs = by_hand.account(), by_hand.account(OTHER_PHONE)
    by_hand.guess_wrong(theirs, 3)
    challenge = by_hand.sent_challenge(mine)
    with refused("otp_guard_is_cleared_by_a_right_otp"), by_hand.api.transaction():
        by_hand.confirm(challenge)
        by_hand.guard(theirs, 0, 0)


def test_R05_nobody_says_himself_in_which_transaction_an_otp_was_used(by_hand: ByHand) -> None:
    challenge = by_hand.sent_challenge(by_hand.account())
    with forbidden():
        by_hand.api.execute("UPDATE otp_challenge SET used_in = 1 WHERE id = %s", [challenge])


def test_R05_the_right_otp_is_not_confirmed_while_locked(by_hand: ByHand) -> None:
    account = by_hand.account()
    challenge = by_hand.sent_challenge(account)
    by_hand.guess_wrong(account, MAX_OTP_FAILURES, at=NOW - OTP_LOCK + 2 * SECOND)
    with refused("otp_challenge_is_not_confirmed_while_locked"):
        by_hand.confirm(challenge, at=NOW + SECOND)
    by_hand.confirm(challenge, at=NOW + 2 * SECOND)


def test_R05_an_otp_waits_for_a_guess_that_is_being_judged(by_hand: ByHand, second_api: psycopg.Connection) -> None:
    account = by_hand.account()
    challenge = by_hand.sent_challenge(account)
    by_hand.guess_wrong(account, MAX_OTP_FAILURES - 1)
    with by_hand.api.transaction():
        by_hand.history(account, "wrong_otp")
        by_hand.guard(account, MAX_OTP_FAILURES, MAX_OTP_FAILURES, NOW + OTP_LOCK)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            ByHand(by_hand.owner, second_api, by_hand.keys).confirm(challenge)
    with refused("otp_challenge_is_not_confirmed_while_locked"):
        by_hand.confirm(challenge)


def test_R05_a_lock_that_is_over_keeps_the_streak(by_hand: ByHand) -> None:
    account = by_hand.account()
    by_hand.guess_wrong(account, MAX_OTP_FAILURES)
    by_hand.guard(account, 0, MAX_OTP_FAILURES)
    by_hand.guess_wrong(account, 1)
    assert by_hand.guarded(account) == (1, MAX_OTP_FAILURES + 1, None)


def test_R05_fifty_wrong_otps_in_a_row_disable_for_good(by_hand: ByHand) -> None:
    account = by_hand.account()
    challenge = by_hand.sent_challenge(account)
    by_hand.guess_wrong(account, MAX_OTP_STREAK, at=NOW - OTP_LOCK)
    with refused("otp_guard_at_most_50_in_a_row"):
        by_hand.guard(account, 1, MAX_OTP_STREAK + 1)
    with refused("otp_challenge_is_not_confirmed_while_locked"):
        by_hand.confirm(challenge)  # the lock is over
    with refused("otp_guard_counts_by_1"):
        by_hand.guard(account, 0, 0)


guards = st.tuples(st.integers(0, 6), st.integers(0, 12), st.sampled_from([None, NOW, NOW + OTP_LOCK]))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(attacks=st.lists(guards, max_size=30))
def test_R05_no_writing_to_the_guard_takes_a_wrong_guess_back(
    by_hand: ByHand, attacks: list[tuple[int, int, datetime | None]]
) -> None:
    with by_hand.api.transaction(force_rollback=True):
        account = by_hand.account()
        for attack in attacks:
            before = by_hand.guarded(account)
            try_to_write(by_hand, account, attack)
            after = by_hand.guarded(account)
            assert after[1] - before[1] in (0, 1)
            assert after[1] == before[1] or after[0] == (0 if before[2] else before[0]) + 1
            assert after[0] < MAX_OTP_FAILURES or after[2] is not None


def try_to_write(by_hand: ByHand, account: int, guard: tuple[int, int, datetime | None]) -> None:
    """With the whole transaction's checks, in a savepoint, as an attacker would."""
    try:
        with by_hand.api.transaction():
            by_hand.history(account, "wrong_otp")
            by_hand.guard(account, *guard)
            by_hand.api.execute("SET CONSTRAINTS ALL IMMEDIATE")
            by_hand.api.execute("SET CONSTRAINTS ALL DEFERRED")
    except psycopg.errors.CheckViolation:
        """A wall held."""
