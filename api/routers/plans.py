"""Routes of plans and vaccines (R18)."""

from http import HTTPStatus

from fastapi import APIRouter

from api.acts import plans
from api.doors import Door
from api.people import Changer, Reader, Token
from api.refusals import documented
from api.schemas.doses import NewPlan, PlanMade, PlansSeen, VaccineRow
from api.turns import Changing, Reading
from models import refusals as r

router = APIRouter(
    prefix="/v1/plans",
    tags=["Plans and doses"],
    route_class=Door,
    responses=documented(r.SessionEnded, r.PasswordMustChange, r.NotFound),
)


@router.get("/vaccines")
async def list_vaccines(turn: Reading, person: Reader) -> list[VaccineRow]:
    """The vaccines, with their courses."""
    return await plans.vaccines(turn, person)


@router.get("")
async def list_plans(turn: Reading, person: Reader, token: Token) -> PlansSeen:
    """The plans of one's own unit, the one used last first."""
    return await plans.plans(turn, person, token)


@router.post("", status_code=HTTPStatus.CREATED, responses=documented(r.DayInvalid, r.NameInvalid, r.LotInvalid))
async def make(given: NewPlan, turn: Changing, person: Changer) -> PlanMade:
    """«Kế hoạch tiêm»: plan where and when one's own unit vaccinates (R18)."""
    return await plans.make_plan(turn, person, given)
