"""«Kế hoạch tiêm» and «Ghi mũi tiêm» through the API (R18)."""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.client import Api
from api.schemas.doses import DoseCorrection, NewDose, NewPlan
from models import refusals as r
from models.roles import Role
from tests.api.hands import Town
from tests.api.test_look_up import PHONE, worker

TODAY = date(2021, 10, 15)
NAME = "Nguyễn Văn A"
PLAN: dict[str, Any] = {"day": TODAY, "place": "Trạm y tế", "vaccine": "astrazeneca", "lots": ["ABW1", "ABW2"]}
DAY = timedelta(days=1)
FIRST = (1, "AstraZeneca (AZD1222)", "ABW1")


@dataclass
class Site:
    """Somebody who has looked a subject up, and a plan of their unit for today."""

    town: Town
    api: Api
    subject: int
    look_up: UUID
    plan: UUID

    async def record(self, number: int = 1, lot: str = "ABW1", *, plan: UUID | None = None, **more: Any) -> UUID:
        given = NewDose(plan=plan or self.plan, number=number, lot=lot, **more)
        return (await self.api.record_dose(self.look_up, self.subject, given)).id

    async def wait(self, days: int) -> None:
        """So many days later, with somebody else of the unit and another plan."""
        self.town.clock.turn(days * DAY)
        self.api = await worker(self.town)
        self.plan = await planned(self.api, day=TODAY + days * DAY)
        self.look_up = (await self.api.look_up(NAME, PHONE)).id

    async def doses(self) -> list[tuple[int, str, str]]:
        seen = await self.api.subject(self.look_up, self.subject)
        return [(dose.number, dose.vaccine, dose.lot) for dose in seen.doses]


async def planned(api: Api, **changed: Any) -> UUID:
    return (await api.make_plan(NewPlan.model_validate(PLAN | {"expected": 50} | changed))).id


@pytest.fixture
async def site(town: Town) -> Site:
    subject, api = town.registry.subject(area="30169"), await worker(town, Role.MOBILE_VACCINATOR)
    return Site(town, api, subject, (await api.look_up(NAME, PHONE)).id, await planned(api))


async def test_R18_a_dose_is_on_the_subjects_card_everywhere(site: Site) -> None:
    await site.record()
    elsewhere = await worker(site.town, Role.HEALTH_STAFF, "00661")
    [dose] = (await elsewhere.subject((await elsewhere.look_up(NAME, PHONE)).id, site.subject)).doses
    assert (dose.number, dose.vaccine, dose.lot, dose.day) == (*FIRST, TODAY)
    assert (dose.unit, dose.is_yours, dose.has_reason) == ("Trạm y tế xã Tứ Hiệp", False, False)


async def test_R18_the_same_dose_is_recorded_once_under_one_key_under_two_and_at_once(site: Site) -> None:
    given = NewDose(plan=site.plan, number=1, lot="ABW1")
    keys = ("the-key-of-one-dose", "the-key-of-one-dose", "the-key-of-another")
    sent = [await site.api.under(key).record_dose(site.look_up, site.subject, given) for key in keys]
    assert len({answer.id for answer in sent}) == 1
    assert [answer.was_there for answer in sent] == [False, False, True]
    await asyncio.gather(*(site.api.record_dose(site.look_up, site.subject, given) for _ in range(10)))
    assert await site.doses() == [FIRST]


async def test_R18_ten_who_record_the_same_first_dose_at_once_record_one(site: Site) -> None:
    given = NewDose(plan=site.plan, number=1, lot="ABW1")
    sent = await asyncio.gather(*(site.api.record_dose(site.look_up, site.subject, given) for _ in range(10)))
    assert [answer.was_there for answer in sent].count(False) == 1
    assert await site.doses() == [FIRST]


async def test_R18_what_does_not_fit_is_refused_or_recorded_with_its_reason(site: Site) -> None:
    with pytest.raises(r.DoseOutOfTurn) as turn:
        await site.record(2)
    assert turn.value.due == 1
    await site.record()
    await site.wait(27)
    with pytest.raises(r.DoseTooEarly) as early:
        await site.record(2)
    assert (early.value.days, early.value.earliest) == (28, "2021-11-12")
    with pytest.raises(r.ReasonInvalid):
        await site.record(2, reason="…")
    await site.record(2, reason="Bác sĩ chỉ định")
    with pytest.raises(r.DoseBeyondTheCourse):
        await site.record(3)
    [_, second] = (await site.api.subject(site.look_up, site.subject)).doses
    assert second.has_reason
    assert "chỉ định".encode() not in bytes(site.town.registry.one("SELECT reason_sealed FROM dose WHERE number = 2"))


async def test_R18_after_the_interval_the_next_one_fits(site: Site) -> None:
    await site.record()
    await site.wait(28)
    await site.record(2)
    assert [number for number, *_ in await site.doses()] == [1, 2]


async def test_R18_intervals_are_the_installations_own_data(site: Site) -> None:
    await site.record()
    site.town.registry.owner.execute("UPDATE vaccine SET min_days = 20 WHERE code = 'astrazeneca'")
    await site.wait(21)
    await site.record(2)


async def test_R18_a_dose_is_corrected_by_the_unit_that_recorded_it_and_never_erased(site: Site) -> None:
    dose = await site.record()
    correction = DoseCorrection(version=1, number=1, lot="abw2", reason="Nhầm lô")
    assert (await site.api.correct_dose(site.look_up, site.subject, dose, correction)).version == 2
    with pytest.raises(r.DoseChanged):
        await site.api.correct_dose(site.look_up, site.subject, dose, correction)
    other = await worker(site.town, area="00661")
    look_up = (await other.look_up(NAME, PHONE)).id
    with pytest.raises(r.NotFound):
        await other.correct_dose(look_up, site.subject, dose, correction)
    assert await site.doses() == [(1, "AstraZeneca (AZD1222)", "ABW2")]
    assert site.town.registry.rows("SELECT number, lot FROM dose_change") == [(1, "ABW1")]
    await site.record(2, reason="Ghi bù")
    to_the_second = DoseCorrection(version=2, number=2, lot="ABW1", reason="Nhầm")
    with pytest.raises(r.DoseThere):
        await site.api.correct_dose(site.look_up, site.subject, dose, to_the_second)


async def test_R18_the_plan_and_the_lot_of_the_last_dose_come_first(site: Site) -> None:
    other = await planned(site.api, place="Nhà văn hóa", day=TODAY - DAY)
    await site.record(lot="ABW2", plan=other)
    seen = await site.api.plans()
    assert (seen.day, [row.id for row in seen.rows]) == (TODAY, [other, site.plan])
    assert seen.rows[0].lots == ["ABW2", "ABW1"]


async def test_R12_R18_plans_are_their_units_own(site: Site) -> None:
    other = await worker(site.town, area="00661")
    assert (await other.plans()).rows == []
    look_up = (await other.look_up(NAME, PHONE)).id
    with pytest.raises(r.NotFound):
        await other.record_dose(look_up, site.subject, NewDose(plan=site.plan, number=1, lot="ABW1"))


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"vaccine": "water"}, r.NotFound),
        ({"day": date(2024, 1, 1)}, r.DayInvalid),
        ({"place": "…"}, r.NameInvalid),
        ({"lots": ["lô năm"]}, r.LotInvalid),
    ],
)
async def test_R18_what_cannot_be_planned_is_refused(town: Town, changed: Any, refusal: type[r.Refusal]) -> None:
    api = await worker(town)
    with pytest.raises(refusal):
        await planned(api, **changed)


async def test_R18_nothing_is_recorded_before_its_day_or_of_another_lot(site: Site) -> None:
    with pytest.raises(r.PlanNotToday):
        await site.record(plan=await planned(site.api, day=TODAY + DAY))
    with pytest.raises(r.LotInvalid):
        await site.record(lot="XYZ")
    with pytest.raises(r.NotFound):
        await site.record(plan=uuid4())
    with pytest.raises(r.NotFound):
        await site.api.record_dose(uuid4(), site.subject, NewDose(plan=site.plan, number=1, lot="ABW1"))


async def test_R18_a_reader_plans_and_records_nothing(site: Site) -> None:
    reader = await worker(site.town, Role.HEALTH_STAFF)
    look_up = (await reader.look_up(NAME, PHONE)).id
    for ask in (
        reader.plans(),
        reader.vaccines(),
        planned(reader),
        reader.record_dose(look_up, site.subject, NewDose(plan=site.plan, number=1, lot="ABW1")),
    ):
        with pytest.raises(r.NotFound):
            await ask


async def test_R18_the_vaccines_of_2021_are_there(town: Town) -> None:
    rows = {row.code: (row.doses, row.min_days) for row in await (await worker(town)).vaccines()}
    assert len(rows) == 8
    assert (rows["janssen"], rows["abdala"]) == ((1, None), (3, 14))
