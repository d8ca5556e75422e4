"""The wall around plans and doses, attacked with raw SQL in the API's role (R18)."""

from datetime import date, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from models.roles import SUBJECT_KEEPERS, Role
from models.rules import LOOK_UP_LIFETIME
from tests.models.by_hand import NOW, ByHand, forbidden, refused
from tests.models.walls.test_subject import Desk, somebody

TODAY = date(2021, 10, 15)
SEALED = b"x" * 40


class Site(Desk):
    """Somebody signed in at Tứ Hiệp, with a plan for today and a subject they looked up."""

    def begin(self) -> None:
        self.account, _ = self.sits()
        [self.subject] = self.keeps(somebody())
        self.look_up = self.asks()
        self.plan = self.plans()

    def goes_elsewhere(self) -> int:
        """To the station of another commune; the new account."""
        phone = f"+8491235{next(self._phones):04}"
        account = self.by_hand.account(phone, area="00661")
        self.by_hand.signed_in(account, phone)
        self.look_up = self.asks()
        return account

    def plans(self, **changed: Any) -> UUID:
        values = {"unit_id": self.unit, "day": TODAY, "place": "Trạm", "vaccine": "astrazeneca", "lots": ["ABW1"]}
        values |= {"expected": 50, "account_id": self.account, "made_at": NOW}
        return self.by_hand.insert("plan", id=uuid4(), **values | changed)

    def records(self, number: int = 1, *, plan: UUID | None = None, at: datetime = NOW, **given: Any) -> UUID | None:
        values = {"shown": self.by_hand.token, "look_up": self.look_up, "subject": self.subject, "dose": uuid4()}
        values |= {"plan": plan or self.plan, "number": number, "lot": "ABW1", "reason": None, "at": at}
        made = self.made_by("record_dose", values | given)
        return made if made is None else UUID(str(made))

    def corrects(self, dose: UUID | None, version: int = 1, **given: Any) -> int | None:
        values = {"shown": self.by_hand.token, "look_up": self.look_up, "subject": self.subject, "dose": dose}
        values |= {"version": version, "number": 1, "lot": "ABW2", "reason": SEALED, "at": NOW}
        made = self.made_by("correct_dose", values | given)
        return made if made is None else int(made)

    def made_by(self, function: str, values: dict[str, Any]) -> Any:
        places = sql.SQL(", ").join(map(sql.Placeholder, values))
        asked = sql.SQL("SELECT {}({})").format(sql.Identifier(function), places)
        ((made,),) = self.api.execute(asked, values).fetchall()
        return made

    def doses(self) -> list[Any]:
        return self.by_hand.owner.execute("SELECT number, lot, version FROM dose ORDER BY number").fetchall()


@pytest.fixture
def site(by_hand: ByHand) -> Site:
    site = Site(by_hand)
    site.begin()
    return site


def test_R18_a_dose_is_recorded_once_however_often_it_is_sent(site: Site) -> None:
    dose = site.records()
    assert dose is not None
    assert [site.records() for _ in range(3)] == [dose] * 3
    assert site.doses() == [(1, "ABW1", 1)]


def test_R18_the_same_dose_over_another_link_at_the_same_time_waits(site: Site, second_api: psycopg.Connection) -> None:
    with site.api.transaction():
        site.records()
        with pytest.raises(psycopg.errors.LockNotAvailable):
            second_api.execute(
                "SELECT record_dose(%s, %s, %s, %s, %s, 1, 'ABW1', NULL, %s)",
                [site.by_hand.token, site.look_up, site.subject, uuid4(), site.plan, NOW],
            )
    assert len(site.doses()) == 1


@pytest.mark.parametrize(
    ("number", "vaccine", "days", "fits"),
    [
        (2, "astrazeneca", 28, True),
        (2, "astrazeneca", 27, False),
        (3, "astrazeneca", 60, False),
        (2, "abdala", 60, False),
    ],
)
def test_R18_one_that_does_not_fit_those_before_says_why(
    site: Site, number: int, vaccine: str, days: int, fits: bool
) -> None:
    site.records()
    at = NOW + timedelta(days=days)
    later = site.plans(day=at.date(), vaccine=vaccine)
    site.look_up = site.asks(at=at)
    if not fits:
        with refused("dose_fits_those_before_or_says_why"):
            site.records(number, plan=later, at=at)
    assert site.records(number, plan=later, at=at, reason=None if fits else SEALED)


def test_R18_a_dose_is_of_a_plan_of_ones_own_unit_its_lots_and_its_day(site: Site) -> None:
    with refused("dose_is_of_a_lot_of_its_plan"):
        site.records(lot="XYZ")
    with refused("dose_is_not_of_tomorrow"):
        site.records(plan=site.plans(day=TODAY + timedelta(days=1)))
    assert site.records(plan=uuid4()) is None
    other = site.goes_elsewhere()
    assert site.records() is None
    with forbidden():
        site.plans(account_id=other)
    assert site.api.execute("SELECT FROM plan").fetchall() == []
    assert site.doses() == []


def test_R18_only_somebody_who_was_looked_up_gets_a_dose(site: Site) -> None:
    [other] = site.keeps(somebody("Nguyễn Văn B"))
    assert site.records(subject=other) is None
    assert site.records(look_up=uuid4()) is None
    assert site.records(at=NOW + LOOK_UP_LIFETIME) is None
    with site.api.transaction(force_rollback=True):
        assert site.records(look_up=site.asks()) is None


def test_R18_a_dose_is_corrected_and_what_it_was_is_kept(site: Site, owner: psycopg.Connection) -> None:
    dose = site.records()
    with refused("dose_is_corrected_for_a_reason"):
        site.corrects(dose, reason=None)
    assert site.corrects(dose) == 2
    assert site.corrects(dose) == 0
    assert site.corrects(uuid4()) is None
    assert site.doses() == [(1, "ABW2", 2)]
    assert owner.execute("SELECT version, number, lot FROM dose_change").fetchall() == [(2, 1, "ABW1")]


def test_R18_another_unit_corrects_no_dose(site: Site) -> None:
    dose = site.records()
    site.goes_elsewhere()
    assert site.corrects(dose) is None


@pytest.mark.parametrize(
    ("statement", "wall"),
    [
        ("DELETE FROM dose_change", "dose_change_is_never_changed"),
        ("UPDATE dose_change SET lot = 'X'", "dose_change_is_never_changed"),
        ("DELETE FROM dose", "dose_is_never_erased"),
        ("TRUNCATE dose, dose_change", "dose_is_never_erased"),
        ("UPDATE dose SET subject_id = subject_id + 1", "dose_is_of_whom_it_was"),
        ("UPDATE dose SET day = day - 1, version = version + 1", "dose_is_of_whom_it_was"),
        ("UPDATE dose SET lot = 'X'", "dose_is_of_whom_it_was"),
    ],
)
def test_R18_T25_a_dose_is_never_erased_and_stays_whose_it_was(
    site: Site, owner: psycopg.Connection, statement: LiteralString, wall: str
) -> None:
    site.corrects(site.records())
    with refused(wall):
        owner.execute(statement)


@pytest.mark.parametrize("table", ["dose", "dose_change"])
@pytest.mark.parametrize("statement", ["SELECT FROM {}", "DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES"])
def test_R18_there_is_no_other_way_to_a_dose(site: Site, table: str, statement: LiteralString) -> None:
    with forbidden():
        site.api.execute(sql.SQL(statement).format(sql.Identifier(table)))


@pytest.mark.parametrize(
    "statement", ["UPDATE plan SET expected = 1", "DELETE FROM plan", "UPDATE vaccine SET doses = 9"]
)
def test_R18_plans_and_vaccines_stay(site: Site, statement: LiteralString) -> None:
    with forbidden():
        site.api.execute(statement)


def test_R18_only_who_works_with_subjects_plans_and_records(site: Site) -> None:
    for role in sorted(set(Role) - {Role.DISTRICT_ADMIN} - SUBJECT_KEEPERS):
        account, _ = site.sits(role)
        with forbidden():
            site.records()
        with forbidden():
            site.plans(account_id=account)
