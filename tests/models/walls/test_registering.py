"""The wall around new subjects, attacked with raw SQL in the API's role (R18, T20)."""

from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from models.particulars import Particulars
from models.places import SCHEME_2021
from models.roles import SUBJECT_KEEPERS, Role
from models.rules import LOOK_UP_LIFETIME, MAX_MISSES
from models.sealed_subjects import sealed
from tests.models.by_hand import NOW, TU_HIEP, ByHand, forbidden, refused
from tests.models.walls.test_subject import LINE, SECRETS, Desk, somebody


class Registering(Desk):
    """Somebody signed in, and what they could register."""

    def registers(
        self, look_ups: list[UUID], who: Particulars | None = None, *, at: datetime = NOW, **changed: Any
    ) -> bool:
        """Whether they were looked for, and are there now."""
        subject = self.one("SELECT next_subject()")
        row = sealed(who or somebody(), subject, self.by_hand.keys, SECRETS)
        given = {
            "shown": self.by_hand.token,
            "change": uuid4(),
            "subject": subject,
            "look_ups": look_ups,
            "phone": row.phone_key,
            "document": row.document_key,
            "more": row.more_keys,
            "scheme": SCHEME_2021,
            "area": TU_HIEP,
            "sensitive": row.sensitive,
            "rest": row.rest,
            "at": at,
        } | changed
        asked = sql.SQL("SELECT register_subject({})").format(sql.SQL(", ").join(map(sql.Placeholder, given)))
        ((value,),) = self.api.execute(asked, given).fetchall()
        return bool(value)

    def subjects(self) -> int:
        ((count,),) = self.by_hand.owner.execute("SELECT count(*) FROM subject").fetchall()
        return int(count)


@pytest.fixture
def desk(by_hand: ByHand) -> Registering:
    desk = Registering(by_hand)
    desk.sits()
    return desk


def test_R18_one_who_was_looked_for_is_registered_at_ones_own_unit_and_found(desk: Registering) -> None:
    assert desk.registers([desk.asks()])
    [row] = desk.is_answered(desk.asks())
    assert row[1:4] == (1, desk.unit, True)
    changes = desk.by_hand.owner.execute("SELECT version, act, unit_id, sensitive_sealed FROM subject_change")
    assert changes.fetchall() == [(1, "registered", desk.unit, None)]


def test_R18_nobody_is_registered_who_was_not_looked_for_by_each_number(desk: Registering) -> None:
    both = somebody(phones=("+84987654321",), papers=("001090123456",))
    by_phone, by_paper = desk.asks(), desk.asks("Nguyễn Văn A 001090123456")
    for look_ups in ([], [by_phone], [by_paper], [uuid4()]):
        assert not desk.registers(look_ups, both)
    assert not desk.registers([by_phone], at=NOW + LOOK_UP_LIFETIME)
    desk.sits()
    assert not desk.registers([by_phone, by_paper], both)  # somebody else looked
    assert desk.subjects() == 0


def test_R18_T20_registering_tells_nothing_of_a_look_up_that_can_be_taken_back(desk: Registering) -> None:
    with desk.api.transaction(force_rollback=True):
        assert not desk.registers([desk.asks()])


def test_R18_a_look_up_is_good_for_one_subject(desk: Registering) -> None:
    look_up = desk.asks()
    assert desk.registers([look_up])
    assert not desk.registers([look_up])
    assert desk.registers([desk.asks()])
    assert desk.subjects() == 2


def test_R18_T20_whoever_was_registered_was_no_miss_and_no_others_are_forgiven(desk: Registering) -> None:
    for _ in range(MAX_MISSES):
        look_up, other = desk.asks(), desk.asks("Nguyễn Văn Z 0987654321") if not desk.subjects() else None
        assert desk.registers([look_up, *([other] if other else [])])
        assert desk.free_at is None
    for _ in range(MAX_MISSES - 1):
        desk.asks("Nguyễn Văn Z 0987654321")
    assert desk.free_at is None
    desk.asks("Nguyễn Văn Z 0987654321")
    assert desk.free_at is not None


def test_R18_only_who_keeps_subjects_registers_them(desk: Registering) -> None:
    for role in sorted(set(Role) - {Role.DISTRICT_ADMIN}):
        desk.sits(role)
        if role in SUBJECT_KEEPERS:
            assert desk.registers([desk.asks()])
        else:
            with forbidden():
                desk.registers([])


def test_T19_an_ended_session_registers_nobody(desk: Registering, owner: psycopg.Connection) -> None:
    look_up = desk.asks()
    owner.execute("UPDATE account SET is_active = false")
    with forbidden():
        desk.registers([look_up])


@pytest.mark.parametrize(
    ("changed", "wall"),
    [
        ({"subject": 2**50}, "subject_has_a_number_that_was_given_out"),
        ({"area": "020"}, "subject_lives_in_a_commune"),
        ({"area": "99999"}, "subject_lives_in_a_commune"),
        ({"sensitive": b"Nguyen Van A, 1990"}, "subject_sensitive_is_sealed"),
        ({"rest": b""}, "subject_rest_is_sealed"),
        ({"phone": None}, "subject_is_found_by_a_number"),
    ],
)
def test_R18_what_cannot_be_a_subject_is_refused(desk: Registering, changed: dict[str, Any], wall: str) -> None:
    look_up = desk.asks()
    with refused(wall):
        desk.registers([look_up], **changed)


def test_R18_another_subject_is_not_written_over(desk: Registering) -> None:
    [kept] = desk.keeps(somebody("Nguyễn Văn B"))
    look_up = desk.asks()
    with refused("subject_pkey"):
        desk.registers([look_up], subject=kept)


@pytest.mark.parametrize("table", ["subject_change", "registered_after"])
@pytest.mark.parametrize("statement", ["SELECT FROM {}", "DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES"])
def test_R18_there_is_no_other_way_to_what_was_done(desk: Registering, table: str, statement: LiteralString) -> None:
    with forbidden():
        desk.api.execute(sql.SQL(statement).format(sql.Identifier(table)))


@pytest.mark.parametrize("table", ["subject_change", "registered_after"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_R17_T25_what_was_done_to_whom_stays(
    desk: Registering, owner: psycopg.Connection, table: str, statement: LiteralString
) -> None:
    assert desk.registers([desk.asks(LINE)])
    with refused(f"{table}_is_never_changed"):
        owner.execute(sql.SQL(statement).format(sql.Identifier(table)))
