"""The walls around the login history, attacked in the API's role and in the owner's."""

from typing import LiteralString
from uuid import uuid4

import pytest

from models.rules import SIGN_IN_LIFETIME
from tests.models.by_hand import CHAT, NOW, ByHand, forbidden, refused


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE login_history SET attempt = 'signed_in'",
        "UPDATE login_history SET at = at WHERE false",
        "DELETE FROM login_history",
        "TRUNCATE login_history",
        "TRUNCATE account CASCADE",
        "INSERT INTO login_history SELECT * FROM login_history ON CONFLICT (id) DO UPDATE SET source = 'nowhere'",
        "MERGE INTO login_history h USING login_history o ON h.id = o.id WHEN MATCHED THEN DELETE",
    ],
)
def test_R02_the_history_is_changed_by_nobody(by_hand: ByHand, change: LiteralString) -> None:
    by_hand.history(by_hand.account())
    with forbidden():
        by_hand.api.execute(change)
    with refused("login_history_is_never_changed"):
        by_hand.owner.execute(change)


def test_R02_no_sign_in_without_its_row_in_the_history(by_hand: ByHand) -> None:
    account = by_hand.account()
    by_hand.history(account)  # an older one does not count
    values = {"token_digest": b"-", "channel": "chat", "source": CHAT, "needs_phone": False, "started_at": NOW}
    with refused("sign_in_is_in_the_history"):
        by_hand.insert("sign_in", id=uuid4(), account_id=account, expires_at=NOW + SIGN_IN_LIFETIME, **values)


def test_R02_no_wrong_guess_without_its_row_in_the_history(by_hand: ByHand) -> None:
    account = by_hand.account()
    with refused("otp_guard_is_in_the_history"):
        by_hand.guard(account, 1, 1)


def test_R02_no_session_without_its_row_in_the_history(by_hand: ByHand) -> None:
    account = by_hand.account()
    challenge = by_hand.sent_challenge(account)
    with refused("session_is_in_the_history"), by_hand.api.transaction():
        by_hand.confirm(challenge)
        by_hand.session(account, challenge)


def test_R02_another_accounts_row_does_not_count(by_hand: ByHand) -> None:
    account, other = by_hand.account(), by_hand.account()
    with refused("otp_guard_is_in_the_history"), by_hand.api.transaction():
        by_hand.history(other, "wrong_otp")
        by_hand.guard(account, 1, 1)


def test_R02_a_row_cannot_claim_another_transaction(by_hand: ByHand) -> None:
    account = by_hand.account()
    values = {"at": NOW, "account_id": account, "channel": "chat", "source": CHAT, "attempt": "wrong_otp"}
    by_hand.insert("login_history", id=uuid4(), written_in=2**60, **values)
    found = by_hand.api.execute("SELECT FROM login_history WHERE written_in = %s", [2**60])
    assert found.rowcount == 0


def test_R02_a_row_of_nobody_keeps_what_was_typed(by_hand: ByHand) -> None:
    values = {"at": NOW, "channel": "chat", "source": CHAT, "attempt": "unknown_name"}
    by_hand.insert("login_history", id=uuid4(), typed_name_sealed=b"sealed", **values)
    with refused("login_history_account_or_typed_name"):
        by_hand.insert("login_history", id=uuid4(), **values)
