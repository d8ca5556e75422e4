"""The walls around activations, attacked with raw SQL in the API's role (R14, T01)."""

from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID, uuid4

import pytest
from psycopg import sql

from models.rules import ACTIVATION_LIFETIME, MAX_ACTIVATION_FAILURES
from models.sealing import token_digest
from tests.models.by_hand import NOW, SECOND, ByHand, forbidden, refused
from tests.models.walls.conftest import Admin, Admit

RIGHT, WRONG = b"right", b"wrong"
PHONE = "+84977777777"
MINE = "the token of whoever gave the code"


def begin(by_hand: ByHand, admin: Admin, account: int, **changed: Any) -> UUID:
    """An activation with its act, in one transaction."""
    with by_hand.api.transaction():
        by_hand.act("edited", on=account, by=admin.account, session=admin.session)
        return alone(by_hand, account, **changed)


def alone(by_hand: ByHand, account: int, **changed: Any) -> UUID:
    values = {
        "id": uuid4(),
        "account_id": account,
        "code_key": RIGHT,
        "phone_key": by_hand.phone_key(PHONE),
        "made_at": NOW,
        "expires_at": NOW + ACTIVATION_LIFETIME,
        "outcome": "claimed",
        "failures": 0,
    }
    return by_hand.insert("activation", **values | changed)


def judge(by_hand: ByHand, account: int, shown: bytes, at: datetime = NOW + SECOND) -> UUID | None:
    query: LiteralString = "SELECT judge_activation(%s, %s, %s, %s)"
    row = by_hand.api.execute(query, [account, shown, token_digest(MINE), at]).fetchone()
    return row[0] if row else None


def activate(by_hand: ByHand, which: UUID, at: datetime = NOW + SECOND) -> int | None:
    row = by_hand.api.execute("SELECT activate(%s, 'a new hash', %s)", [which, at]).fetchone()
    return row[0] if row else None


@pytest.fixture
def account(by_hand: ByHand) -> int:
    return by_hand.account(PHONE)


@pytest.fixture
def admin(admit: Admit, account: int) -> Admin:
    return admit()


def test_R14_whoever_has_the_code_sets_the_password_once(by_hand: ByHand, admin: Admin, account: int) -> None:
    which = begin(by_hand, admin, account)
    assert judge(by_hand, account, RIGHT) == which
    by_hand.show(MINE)
    assert activate(by_hand, which) == account
    assert activate(by_hand, which) is None
    kept = by_hand.owner.execute("SELECT password_hash, must_change_password FROM account WHERE id = %s", [account])
    assert kept.fetchone() == ("a new hash", False)


def test_T01_no_more_codes_are_judged_than_may_be_wrong(by_hand: ByHand, admin: Admin, account: int) -> None:
    begin(by_hand, admin, account)
    for _ in range(MAX_ACTIVATION_FAILURES):
        assert judge(by_hand, account, WRONG) is None
    assert judge(by_hand, account, RIGHT) is None


def test_R14_without_the_token_or_after_its_time_nothing_is_set(by_hand: ByHand, admin: Admin, account: int) -> None:
    which = begin(by_hand, admin, account)
    judge(by_hand, account, RIGHT)
    for token in ("", "another"):
        by_hand.show(token)
        assert activate(by_hand, which) is None
    by_hand.show(MINE)
    assert activate(by_hand, which, NOW + ACTIVATION_LIFETIME) is None
    assert judge(by_hand, account, RIGHT, at=NOW + ACTIVATION_LIFETIME) is None


def test_T25_an_activation_begins_with_an_admins_act(by_hand: ByHand, admin: Admin, account: int) -> None:
    with refused("activation_begins_with_an_act"):
        alone(by_hand, account)


@pytest.mark.parametrize(
    ("changed", "wall"),
    [
        ({"failures": -1}, "activation_begins_open"),
        ({"token_digest": token_digest(MINE)}, "activation_begins_open"),
        ({"expires_at": NOW + ACTIVATION_LIFETIME + SECOND}, "activation_at_most_72_hours"),
    ],
)
def test_R14_an_activation_begins_open_and_is_short(
    by_hand: ByHand, admin: Admin, account: int, changed: dict[str, Any], wall: str
) -> None:
    with refused(wall):
        begin(by_hand, admin, account, **changed)


def test_R14_an_account_has_one_code_at_a_time_and_a_void_one_stays_so(
    by_hand: ByHand, admin: Admin, account: int
) -> None:
    which = begin(by_hand, admin, account)
    with refused("activation_one_open_per_account"):
        begin(by_hand, admin, account, made_at=NOW + timedelta(seconds=1))
    by_hand.change("activation", which, "voided_at = made_at")
    with refused("activation_works_once"):
        by_hand.change("activation", which, "voided_at = NULL")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT code_key FROM activation",
        "UPDATE activation SET code_key = 'mine'",
        "UPDATE activation SET failures = 0",
        "UPDATE activation SET token_digest = 'mine'",
        "UPDATE activation SET used_at = made_at",
        "UPDATE activation SET expires_at = made_at",
    ],
)
def test_T01_the_api_reads_no_code_and_opens_none_by_itself(
    by_hand: ByHand, admin: Admin, account: int, statement: LiteralString
) -> None:
    begin(by_hand, admin, account)
    with forbidden():
        by_hand.api.execute(statement)


@pytest.mark.parametrize("change", ["phone_key = 'another'", "is_active = false", "frozen_at = created_at"])
def test_T08_a_code_is_good_only_for_an_open_account_with_the_number_it_went_to(
    by_hand: ByHand, admin: Admin, account: int, change: LiteralString
) -> None:
    which = begin(by_hand, admin, account)
    assert judge(by_hand, account, RIGHT) == which
    by_hand.owner.execute("ALTER TABLE account DISABLE TRIGGER USER")
    by_hand.owner.execute(sql.SQL("UPDATE account SET {} WHERE id = {}").format(sql.SQL(change), account))
    by_hand.owner.execute("ALTER TABLE account ENABLE TRIGGER USER")
    assert judge(by_hand, account, RIGHT) is None
    by_hand.show(MINE)
    assert activate(by_hand, which) is None
