"""«Ghi mũi tiêm»: recording and correcting doses of somebody who was looked up (R18)."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, DateTime, Integer, LargeBinary, Text, Uuid, bindparam, column, func, select

from api.acts.plans import today
from api.acts.subject_work import must_keep
from api.people import Person
from api.schemas.doses import DoseCorrected, DoseCorrection, DoseRecorded, DoseSeen, NewDose
from api.statements import Compiled
from api.turns import Turn
from models.doses import Given, Plan, Vaccine, misfit
from models.planned import lot
from models.refusals import DoseChanged, DoseThere, LotInvalid, NotFound, PlanNotToday
from models.requests import reason
from models.rules import LOT_MAX_LENGTH
from models.seals import DOSE_REASON

TIME = DateTime(timezone=True)
SHOWN, LOOK_UP, NOW = bindparam("shown", type_=Text), bindparam("look_up", type_=Uuid), bindparam("now", type_=TIME)
SUBJECT, DOSE = bindparam("subject", type_=BigInteger), bindparam("dose", type_=Uuid)
NUMBER, LOT = bindparam("number", type_=Integer), bindparam("lot", type_=Text)
REASON = bindparam("reason", type_=LargeBinary)
COLUMNS = ("id", "number", "vaccine", "vaccine_name", "lot", "day", "place", "unit", "is_ours", "version", "has_reason")

DOSES = Compiled(select(*map(column, COLUMNS)).select_from(func.doses_of(SHOWN, LOOK_UP, SUBJECT, NOW)))
RECORD = Compiled(
    select(func.record_dose(SHOWN, LOOK_UP, SUBJECT, DOSE, bindparam("plan", type_=Uuid), NUMBER, LOT, REASON, NOW))
)
CORRECT = Compiled(
    select(
        func.correct_dose(SHOWN, LOOK_UP, SUBJECT, DOSE, bindparam("version", type_=Integer), NUMBER, LOT, REASON, NOW)
    )
)


async def doses_seen(turn: Turn, token: str, look_up_id: UUID, subject_id: int) -> list[DoseSeen]:
    """Those of somebody whom a look-up of one's own found."""
    return [
        DoseSeen(
            id=row["id"],
            number=row["number"],
            vaccine=row["vaccine_name"],
            lot=row["lot"],
            day=row["day"],
            place=row["place"],
            unit=row["unit"],
            version=row["version"],
            is_yours=row["is_ours"],
            has_reason=row["has_reason"],
        )
        for row in await _doses(turn, token, look_up_id, subject_id)
    ]


async def record_dose(
    turn: Turn, person: Person, token: str, look_up_id: UUID, subject_id: int, given: NewDose
) -> DoseRecorded:
    """Record a dose under a plan of one's own unit; the same one twice is one.

    Raises:
        NotFound: the subject was not looked up lately, or the plan is not one's own unit's.
        PlanNotToday, LotInvalid: the plan's day has not come; it has no such lot.
        DoseOutOfTurn, DoseTooEarly, DoseBeyondTheCourse, DoseOfAnotherVaccine: why a reason is wanted.
        ReasonInvalid: that is none.
    """
    must_keep(person)
    plan = await turn.db.get(Plan, given.plan)
    if plan is None:
        raise NotFound
    before = await _doses(turn, token, look_up_id, subject_id)
    same = (plan.day, plan.vaccine, given.number)
    if not any(_is(row, *same) for row in before):
        if plan.day > today(turn):
            raise PlanNotToday
        if lot(given.lot) not in plan.lots:
            raise LotInvalid(max=LOT_MAX_LENGTH)
        await _must_fit(turn, before, given, plan)
    dose_id = uuid4()
    sealed = turn.keys.seal(reason(given.reason), DOSE_REASON, dose_id) if given.reason is not None else None
    recorded = await RECORD.row(
        turn.db,
        shown=token,
        look_up=look_up_id,
        subject=subject_id,
        dose=dose_id,
        plan=given.plan,
        number=given.number,
        lot=lot(given.lot),
        reason=sealed,
        now=turn.now(),
    )
    if recorded[0] is None:
        raise NotFound
    return DoseRecorded(id=recorded[0], was_there=recorded[0] != dose_id)


async def correct_dose(
    turn: Turn, person: Person, token: str, look_up_id: UUID, subject_id: int, dose_id: UUID, given: DoseCorrection
) -> DoseCorrected:
    """Give a dose of one's own unit another number or lot, for a reason; what it was is kept.

    Raises:
        NotFound: there is no such dose, or another unit recorded it.
        DoseChanged: it is not any more what `version` says.
        DoseThere: another dose is that one.
        LotInvalid, ReasonInvalid: what is not one.
    """
    must_keep(person)
    doses = await _doses(turn, token, look_up_id, subject_id)
    it = next((row for row in doses if row["id"] == dose_id), None)
    if it is None:
        raise NotFound
    if any(row["id"] != dose_id and _is(row, it["day"], it["vaccine"], given.number) for row in doses):
        raise DoseThere
    made = await CORRECT.row(
        turn.db,
        shown=token,
        look_up=look_up_id,
        subject=subject_id,
        dose=dose_id,
        version=given.version,
        number=given.number,
        lot=lot(given.lot),
        reason=turn.keys.seal(reason(given.reason), DOSE_REASON, dose_id),
        now=turn.now(),
    )
    if made[0] is None:
        raise NotFound
    if made[0] == 0:
        raise DoseChanged
    return DoseCorrected(version=made[0])


async def _doses(turn: Turn, token: str, look_up_id: UUID, subject_id: int) -> list[Any]:
    return await DOSES.rows(turn.db, shown=token, look_up=look_up_id, subject=subject_id, now=turn.now())


async def _must_fit(turn: Turn, before: list[Any], given: NewDose, plan: Plan) -> None:
    vaccine = await turn.db.get_one(Vaccine, plan.vaccine)
    refusal = misfit(
        [Given(row["number"], row["vaccine"], row["day"]) for row in before], given.number, vaccine, plan.day
    )
    if refusal is not None and given.reason is None:
        raise refusal


def _is(row: Any, day: date, vaccine: str, number: int) -> bool:
    return (row["day"], row["vaccine"], row["number"]) == (day, vaccine, number)
