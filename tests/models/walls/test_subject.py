"""The wall around subjects, attacked with raw SQL in the API's role (R16, T20)."""

from datetime import date, datetime
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from models.add_subjects import add_subjects
from models.birth import Birth
from models.look_up import LookUpSecrets, wanted
from models.particulars import Particulars, Rest, Sensitive
from models.places import SCHEME_2021
from models.roles import SUBJECT_READERS, Role
from models.rules import LOOK_UP_LIFETIME, MAX_MISSES, MISSES_WINDOW, MOST_FOUND
from models.sealed_subjects import opened
from models.sealing import SealBroken
from models.seed import find_unit
from models.words import Gender, UnitKind
from tests.models.by_hand import NOW, SECOND, TU_HIEP, ByHand, forbidden, refused

SECRETS = LookUpSecrets(bytes(range(64, 96)))
LINE = "Nguyễn Văn A 0987654321"


def somebody(
    name: str = "Nguyễn Văn A", *, papers: tuple[str, ...] = (), phones: tuple[str, ...] = ("+84987654321",)
) -> Particulars:
    """A man of Tứ Hiệp."""
    sensitive = Sensitive(name, Birth.on(date(1990, 2, 1)), papers, SCHEME_2021, TU_HIEP, "Thôn Cổ Điển A")
    return Particulars(sensitive, Rest(Gender.MALE, phones, ""))


class Desk:
    """Somebody signed in who works with subjects, and the statements they could think of."""

    def __init__(self, by_hand: ByHand) -> None:
        self.by_hand = by_hand
        self.api = by_hand.api
        self.unit = find_unit(by_hand.owner, UnitKind.COMMUNE_HEALTH_STATION, TU_HIEP)
        self._phones = iter(range(10_000))

    def sits(self, role: Role = Role.COMMUNE_ADMIN) -> tuple[int, str]:
        """A new account at the desk; its id and token."""
        kind, area = (
            (UnitKind.MINISTRY, "VN") if role is Role.SYSTEM_ADMIN else (UnitKind.COMMUNE_HEALTH_STATION, TU_HIEP)
        )
        if role is Role.PROVINCE_ADMIN:
            kind, area = UnitKind.DEPARTMENT_OF_HEALTH, "01"
        if role is Role.DISTRICT_ADMIN:
            kind, area = UnitKind.HOSPITAL, "020"
        phone = f"+8491234{next(self._phones):04}"
        account = self.by_hand.account(phone, role=role, kind=kind, area=area)
        self.by_hand.signed_in(account, phone)
        return account, self.by_hand.token

    def keeps(self, *people: Particulars) -> list[int]:
        """Subjects of the unit."""
        with self.by_hand.owner.transaction():
            return add_subjects(self.by_hand.owner, self.by_hand.keys, SECRETS, [(self.unit, one) for one in people])

    def asks(self, line: str = LINE, *, at: datetime = NOW, token: str | None = None, **given: Any) -> UUID:
        """The look-up's id, judged or not."""
        whom, look_up = wanted(line), uuid4()
        keys = given.get("keys") or SECRETS.keys(whom)
        shown = self.by_hand.token if token is None else token
        self.free_at = self.one("SELECT ask_subject(%s, %s, %s, %s, %s)", shown, look_up, whom.number.kind, keys, at)
        return look_up

    def is_answered(self, look_up: UUID, *, at: datetime = NOW, token: str | None = None) -> list[Any]:
        shown = self.by_hand.token if token is None else token
        return self.api.execute("SELECT * FROM answer_subject(%s, %s, %s)", [shown, look_up, at]).fetchall()

    def is_shown(self, look_up: UUID, subject: int, *, at: datetime = NOW) -> bool:
        asked = "SELECT disclose_subject(%s, %s, %s, %s, 'card', %s)"
        return bool(self.one(asked, self.by_hand.token, uuid4(), look_up, subject, at))

    def one(self, query: LiteralString, *values: object) -> Any:
        ((value,),) = self.api.execute(query, values).fetchall()
        return value

    def look_ups(self) -> list[Any]:
        """What was written down, from the owner's side."""
        return self.by_hand.owner.execute("SELECT is_judged, found FROM look_up ORDER BY at, written_in").fetchall()


@pytest.fixture
def desk(by_hand: ByHand) -> Desk:
    desk = Desk(by_hand)
    desk.sits()
    return desk


def test_R16_who_asked_and_committed_is_answered(desk: Desk, by_hand: ByHand) -> None:
    [kept, _] = desk.keeps(somebody(papers=("001090123456", "012345678")), somebody("Nguyễn Văn B"))
    for line in (LINE, "NGUYEN VAN A +84 987 654 321", "nguyễn văn a 001090123456", "Nguyen Van A 012 345 678"):
        [row] = desk.is_answered(desk.asks(line))
        assert row[:10][0] == kept
        assert row[6:8] == ("Xã Tứ Hiệp", "Huyện Thanh Trì")
        found = opened(by_hand.keys, kept, row[8], row[9], row[4], row[5])
        assert found == somebody(papers=("001090123456", "012345678"))
    assert desk.look_ups() == [(True, [kept])] * 4


@pytest.mark.parametrize("statement", ["SELECT count(*) FROM {}", "TABLE {}", "DELETE FROM {}", "COPY {} TO STDOUT"])
@pytest.mark.parametrize("table", ["subject", "subject_key", "look_up", "disclosure"])
def test_R16_there_is_no_other_way_to_a_subject(desk: Desk, table: str, statement: LiteralString) -> None:
    with forbidden():
        desk.api.execute(sql.SQL(statement).format(sql.Identifier(table)))


@pytest.mark.parametrize(
    "function", ["at_work('x', ARRAY['commune_admin'])", "look_up_stays()", "nextval('subject_id_seq')"]
)
def test_R16_what_the_wall_is_built_of_is_nobodys(desk: Desk, function: LiteralString) -> None:
    with forbidden():
        desk.api.execute(sql.SQL("SELECT {}").format(sql.SQL(function)))


def test_R16_T20_nothing_is_told_before_the_row_is_committed(desk: Desk) -> None:
    [kept] = desk.keeps(somebody())
    with desk.api.transaction(force_rollback=True):
        look_up = desk.asks()
        assert desk.is_answered(look_up) == []
        assert not desk.is_shown(look_up, kept)
        with desk.api.transaction():
            assert desk.is_answered(look_up) == []
    assert desk.look_ups() == []
    with desk.api.transaction():
        with desk.api.transaction():
            look_up = desk.asks()
        assert desk.is_answered(look_up) == []
    assert len(desk.is_answered(look_up)) == 1


def test_R16_T20_another_transaction_does_not_see_a_row_that_is_not_committed(
    desk: Desk, second_api: psycopg.Connection
) -> None:
    desk.keeps(somebody())
    with desk.api.transaction(force_rollback=True):
        look_up = desk.asks()
        asked = second_api.execute("SELECT FROM answer_subject(%s, %s, %s)", [desk.by_hand.token, look_up, NOW])
        assert asked.fetchall() == []


def test_T20_no_count_tells_what_an_uncommitted_look_up_found(desk: Desk) -> None:
    """A second one would be refused or not, and the unit's misses would be more or not; then all is rolled back."""
    desk.keeps(somebody())
    for _ in range(MAX_MISSES - 1):
        desk.asks("Nguyễn Văn Z 0987654321")
    for line in (LINE, "Nguyễn Văn Z 0987654321"):
        with desk.api.transaction(force_rollback=True):
            desk.asks(line)
            assert desk.one("SELECT misses_of_my_unit(%s, %s)", desk.by_hand.token, NOW) == MAX_MISSES - 1
            with refused("look_up_is_one_in_its_transaction"):
                desk.asks(LINE)


def test_R16_only_whoever_asked_is_answered_and_not_for_ever(desk: Desk) -> None:
    [kept] = desk.keeps(somebody())
    look_up, mine = desk.asks(), desk.by_hand.token
    desk.sits()
    assert desk.is_answered(look_up) == []
    assert not desk.is_shown(look_up, kept)
    desk.by_hand.show(mine)
    assert len(desk.is_answered(look_up, at=NOW + LOOK_UP_LIFETIME - SECOND)) == 1
    assert desk.is_answered(look_up, at=NOW + LOOK_UP_LIFETIME) == []
    assert not desk.is_shown(look_up, kept, at=NOW + LOOK_UP_LIFETIME)


def test_R16_nobody_is_shown_whom_they_did_not_find(desk: Desk, owner: psycopg.Connection) -> None:
    [kept, other] = desk.keeps(somebody(), somebody("Nguyễn Văn B"))
    look_up = desk.asks()
    assert not desk.is_shown(look_up, other)
    assert desk.is_shown(look_up, kept)
    assert owner.execute("SELECT look_up_id, subject_id, shown FROM disclosure").fetchall() == [(look_up, kept, "card")]


def test_R16_only_who_works_with_subjects_asks_and_then_in_the_whole_country(desk: Desk) -> None:
    [kept] = desk.keeps(somebody())
    look_up = desk.asks()
    for role in sorted(set(Role) - {Role.DISTRICT_ADMIN}):
        desk.sits(role)
        if role in SUBJECT_READERS:
            assert len(desk.is_answered(desk.asks())) == 1
            continue
        with forbidden():
            desk.asks()
        with forbidden():
            desk.is_answered(look_up)
        with forbidden():
            desk.is_shown(look_up, kept)


def test_T19_an_ended_session_and_a_closed_account_ask_nobody(desk: Desk, owner: psycopg.Connection) -> None:
    for token in ("", "x" * 43):
        with forbidden():
            desk.asks(token=token)
    account, _ = desk.sits()
    owner.execute("UPDATE account SET is_active = false WHERE id = %s", [account])
    with forbidden():
        desk.asks()
    desk.sits()
    owner.execute("UPDATE session SET ended_at = %s, \"end\" = 'by_admin'", [NOW + SECOND])
    with forbidden():
        desk.asks()


def test_T20_after_so_many_misses_nothing_is_looked_for_and_all_is_written_down(desk: Desk) -> None:
    [kept] = desk.keeps(somebody())
    for number in range(MAX_MISSES):
        desk.asks(f"Nguyễn Văn Z {912345000 + number:010}", at=NOW + number * SECOND)
        assert desk.free_at is None
    late = NOW + MAX_MISSES * SECOND
    assert desk.is_answered(desk.asks(at=late), at=late) == []
    assert desk.free_at == NOW + MISSES_WINDOW
    assert desk.look_ups() == [(True, [])] * MAX_MISSES + [(False, [])]
    assert len(desk.is_answered(desk.asks(at=NOW + MISSES_WINDOW), at=NOW + MISSES_WINDOW)) == 1
    assert desk.free_at is None
    assert desk.look_ups()[-1] == (True, [kept])


def test_T20_the_misses_of_one_are_not_anothers(desk: Desk) -> None:
    for _ in range(MAX_MISSES):
        desk.asks("Nguyễn Văn Z 0987654321")
    desk.sits()
    desk.asks("Nguyễn Văn Z 0987654321")
    assert desk.free_at is None
    assert desk.one("SELECT misses_of_my_unit(%s, %s)", desk.by_hand.token, NOW) == MAX_MISSES + 1
    assert desk.one("SELECT misses_of_my_unit(%s, %s)", desk.by_hand.token, NOW + MISSES_WINDOW) == 0


@pytest.mark.parametrize("table", ["look_up", "disclosure"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_T25_who_looked_for_whom_stays(
    desk: Desk, owner: psycopg.Connection, table: str, statement: LiteralString
) -> None:
    [kept] = desk.keeps(somebody())
    desk.is_shown(desk.asks(), kept)
    with refused(f"{table}_is_never_changed"):
        owner.execute(sql.SQL(statement).format(sql.Identifier(table)))


def test_R16_one_who_has_several_numbers_is_found_by_each(desk: Desk) -> None:
    phones, papers = ("+84987654321", "+842438253535"), ("001090123456", "012345678", "B1234567")
    desk.keeps(somebody(phones=phones, papers=papers))
    for number in (*phones, *papers):
        assert len(desk.is_answered(desk.asks(f"Nguyễn Văn A {number}"))) == 1


def test_R16_a_papers_number_is_no_phones(desk: Desk) -> None:
    """The key of a paper's number finds nobody where phones are asked for."""
    desk.keeps(somebody(papers=("012345678",), phones=()))
    assert desk.is_answered(desk.asks(LINE, keys=SECRETS.keys(wanted("Nguyễn Văn A 012345678")))) == []


def test_R16_so_many_are_found_at_most(desk: Desk) -> None:
    desk.keeps(*[somebody() for _ in range(MOST_FOUND + 1)])
    assert len(desk.is_answered(desk.asks())) == MOST_FOUND


def test_R16_one_who_is_found_by_no_number_cannot_be_kept(desk: Desk) -> None:
    with refused("subject_is_found_by_a_number"):
        desk.keeps(somebody(phones=()))


def test_T27_equal_keys_are_of_the_same_people_only(desk: Desk, owner: psycopg.Connection) -> None:
    """Somebody with the database sees which rows have one key; that names and numbers are alike does not show."""
    names, phones = ("Nguyễn Văn A", "Trần Thị B"), ("+84987654321", "+84912345678")
    desk.keeps(*[somebody(name, phones=(phone,)) for name in names for phone in phones for _ in range(2)])
    counts = owner.execute("SELECT count(*) FROM subject GROUP BY phone_key").fetchall()
    assert counts == [(2,)] * 4


def test_a_look_up_reads_one_index(desk: Desk, owner: psycopg.Connection) -> None:
    owner.execute("SET enable_seqscan = off")
    ((plan,),) = owner.execute(
        "EXPLAIN (FORMAT JSON) SELECT id FROM subject WHERE phone_key = ANY (ARRAY[1, 2]::bigint[])"
    ).fetchall()
    assert "subject_phone_key_idx" in str(plan)


def test_T26_parts_of_two_subjects_cannot_be_swapped(desk: Desk, by_hand: ByHand, owner: psycopg.Connection) -> None:
    desk.keeps(somebody(), somebody("Nguyễn Văn B"))
    [one, other] = owner.execute("SELECT id, sensitive_sealed, rest_sealed FROM subject ORDER BY id").fetchall()
    for sensitive, rest in ((other[1], one[2]), (one[1], other[2]), (one[2], one[1])):
        with pytest.raises(SealBroken):
            opened(by_hand.keys, one[0], sensitive, rest, SCHEME_2021, TU_HIEP)
