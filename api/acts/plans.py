"""«Kế hoạch tiêm»: the plans of one's own unit, and the vaccines (R18)."""

from datetime import date, timedelta
from uuid import uuid4

from sqlalchemy import Text, bindparam, column, func, select

from api.acts.subject_work import must_keep
from api.people import Person
from api.schemas.doses import NewPlan, PlanMade, PlanRow, PlansSeen, VaccineRow
from api.statements import Compiled
from api.turns import Turn
from models.doses import Plan, Vaccine
from models.names import proper_name
from models.planned import lot
from models.refusals import DayInvalid, NotFound
from models.rules import PLAN_DAYS_AHEAD, VIETNAM

MOST_PLANS = 15
LAST_DOSE = Compiled(
    select(column("plan_id"), column("lot")).select_from(func.my_last_dose(bindparam("shown", type_=Text)))
)


async def vaccines(turn: Turn, person: Person) -> list[VaccineRow]:
    """Those that may be planned with, by name.

    Raises:
        NotFound: whoever asks works with no subjects.
    """
    must_keep(person)
    rows = await turn.db.scalars(select(Vaccine).order_by(Vaccine.name))
    return [VaccineRow(code=v.code, name=v.name, doses=v.doses, min_days=v.min_days) for v in rows]


async def make_plan(turn: Turn, person: Person, given: NewPlan) -> PlanMade:
    """Make a plan of one's own unit.

    Raises:
        NotFound: there is no such vaccine, or whoever asks makes no plans.
        DayInvalid, NameInvalid, LotInvalid: what is wrong.
    """
    must_keep(person)
    if await turn.db.get(Vaccine, given.vaccine) is None:
        raise NotFound
    if not abs(given.day - today(turn)) <= timedelta(days=PLAN_DAYS_AHEAD):
        raise DayInvalid
    plan_id = uuid4()
    plan = Plan(
        id=plan_id,
        unit_id=person.unit_id,
        day=given.day,
        place=proper_name(given.place),
        vaccine=given.vaccine,
        lots=list(dict.fromkeys(map(lot, given.lots))),
        expected=given.expected,
        account_id=person.account_id,
        made_at=turn.now(),
    )
    turn.db.add(plan)
    await turn.db.flush()
    return PlanMade(id=plan_id)


async def plans(turn: Turn, person: Person, token: str) -> PlansSeen:
    """The plans of one's own unit, the one used last first, and its lot first among its lots.

    Raises:
        NotFound: whoever asks makes no plans.
    """
    must_keep(person)
    last = await LAST_DOSE.row(turn.db, shown=token)
    mine = select(Plan, Vaccine.name).join(Vaccine, Vaccine.code == Plan.vaccine).where(Plan.unit_id == person.unit_id)
    is_last = Plan.id == (last["plan_id"] if last else None)
    order = (is_last.desc(), Plan.day.desc(), Plan.made_at.desc())
    found = await turn.db.execute(mine.order_by(*order).limit(MOST_PLANS))
    now = today(turn)
    rows = [_row(plan, name, now, last["lot"] if last else None) for plan, name in found]
    return PlansSeen(day=now, rows=rows)


def today(turn: Turn) -> date:
    """The day in Vietnam."""
    return turn.now().astimezone(VIETNAM).date()


def _row(plan: Plan, vaccine: str, now: date, last_lot: str | None) -> PlanRow:
    return PlanRow(
        id=plan.id,
        day=plan.day,
        place=plan.place,
        vaccine=vaccine,
        lots=sorted(plan.lots, key=lambda one: one != last_lot),
        expected=plan.expected,
        has_come=plan.day <= now,
    )
