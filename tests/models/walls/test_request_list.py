"""The walls around lists of account requests, attacked in the API's role (R12, R13, T21)."""

from uuid import UUID, uuid4

import pytest

from models.roles import Role
from models.rules import MAX_LISTED
from tests.models.by_hand import NOW, ByHand, forbidden, refused
from tests.models.walls.conftest import Admin, Admit
from tests.models.walls.test_scope import seen

NGU_HIEP = "00661"
NOTHING = dict.fromkeys(("numbered", "rows_there", "rows_read", "repeated", "waiting"), 0)


def begin(by_hand: ByHand, one: Admin, **changed: object) -> UUID:
    """A list of theirs."""
    by_hand.show(one.token)
    values = {"id": uuid4(), "by_account_id": one.account, "touched_at": NOW} | NOTHING
    return by_hand.insert("request_list", **values | changed)


def put(by_hand: ByHand, one: Admin, list_id: UUID, **changed: object) -> None:
    """A row that names nobody yet."""
    by_hand.show(one.token)
    values = {
        "list_id": list_id,
        "number": 1,
        "by_account_id": one.account,
        "cells_sealed": b"-",
        "row_key": uuid4().bytes,
        "flaws": '{"email": "email_invalid"}',
        "is_confirmed": False,
        "state": "wrong",
    }
    by_hand.insert("listed_person", **values | changed)


def unit_of(by_hand: ByHand, one: Admin) -> object:
    found = by_hand.owner.execute("SELECT unit_id FROM account WHERE id = %s", [one.account]).fetchone()
    return found and found[0]


def test_R12_R13_a_list_is_there_for_its_asker_and_for_nobody_else(by_hand: ByHand, admit: Admit) -> None:
    asker, peer, boss = admit(), admit(), admit(Role.PROVINCE_ADMIN)
    list_id = begin(by_hand, asker)
    put(by_hand, asker, list_id)
    assert seen(by_hand, "request_list") == {list_id}
    for other in (peer, boss):
        by_hand.show(other.token)
        assert seen(by_hand, "request_list") == set()
        assert by_hand.api.execute("SELECT FROM listed_person").rowcount == 0
        assert by_hand.api.execute("DELETE FROM listed_person").rowcount == 0
        assert by_hand.api.execute("DELETE FROM request_list").rowcount == 0
        with forbidden():
            put(by_hand, other, list_id, by_account_id=asker.account, number=2)
        with refused("listed_person_list_id_by_account_id_fkey"):
            put(by_hand, other, list_id, number=2)
    by_hand.show("")
    assert seen(by_hand, "request_list") == set()


def test_R13_who_manages_nobody_has_no_list(by_hand: ByHand, admit: Admit) -> None:
    with forbidden():
        begin(by_hand, admit(Role.SITE_STAFF))


def test_R13_nobody_begins_a_list_in_anothers_name_and_everybody_has_one(by_hand: ByHand, admit: Admit) -> None:
    asker, peer = admit(), admit()
    with forbidden():
        begin(by_hand, asker, by_account_id=peer.account)
    begin(by_hand, asker)
    with refused("request_list_by_account_id_key"):
        begin(by_hand, asker)


def test_R12_nobody_is_listed_for_a_unit_of_elsewhere(by_hand: ByHand, admit: Admit) -> None:
    asker, neighbour = admit(), admit(area=NGU_HIEP)
    list_id = begin(by_hand, asker)
    ready = {"flaws": "{}", "state": "ready", "person_key": b"-", "phone_key": b"-"}
    with forbidden():
        put(by_hand, asker, list_id, **ready, unit_id=unit_of(by_hand, neighbour))
    put(by_hand, asker, list_id, **ready, unit_id=unit_of(by_hand, asker))


@pytest.mark.parametrize(
    ("check", "changed"),
    [
        ("wrong_for_a_reason", {"flaws": "{}"}),
        ("names_somebody", {"state": "ready", "flaws": "{}"}),
        ("doubt_is_known", {"doubt": "?"}),
    ],
)
def test_R13_a_row_is_ready_only_when_nothing_is_wrong(
    by_hand: ByHand, admit: Admit, check: str, changed: dict[str, object]
) -> None:
    asker = admit()
    list_id = begin(by_hand, asker)
    with refused(f"listed_person_{check}"):
        put(by_hand, asker, list_id, **changed)


def test_R13_a_doubt_is_confirmed_before_the_row_is_ready(by_hand: ByHand, admit: Admit) -> None:
    asker = admit()
    list_id = begin(by_hand, asker)
    ready = {"flaws": "{}", "state": "ready", "person_key": b"-", "phone_key": b"-", "unit_id": unit_of(by_hand, asker)}
    with refused("listed_person_doubtful_for_a_reason"):
        put(by_hand, asker, list_id, **ready, doubt="phone_in_use")
    put(by_hand, asker, list_id, **ready, doubt="phone_in_use", is_confirmed=True)


def test_R13_somebody_stands_once_on_a_list(by_hand: ByHand, admit: Admit) -> None:
    asker = admit()
    list_id = begin(by_hand, asker)
    put(by_hand, asker, list_id, row_key=b"one")
    with refused("listed_person_list_id_row_key_key"):
        put(by_hand, asker, list_id, row_key=b"one", number=2)


def test_T21_a_list_has_an_end(by_hand: ByHand, admit: Admit) -> None:
    asker = admit()
    list_id = begin(by_hand, asker)
    rows = (
        "INSERT INTO listed_person (list_id, number, by_account_id, cells_sealed, row_key, flaws, is_confirmed, state)"
        " SELECT %s, n, %s, '-', n::text::bytea, '{\"email\": \"email_invalid\"}', false, 'wrong'"
        " FROM generate_series(%s::int, %s::int) n"
    )
    by_hand.api.execute(rows, [list_id, asker.account, 1, MAX_LISTED])
    with refused(f"listed_person_at_most_{MAX_LISTED}"):
        by_hand.api.execute(rows, [list_id, asker.account, MAX_LISTED + 1, MAX_LISTED + 1])
