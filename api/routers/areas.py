"""Routes of the areas and units that an admin chooses from."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.acts import areas
from api.doors import Door
from api.people import Reader
from api.refusals import documented
from api.schemas.areas import AreaSeen, UnitChoice, Workplace
from api.turns import Reading
from models import refusals as r

router = APIRouter(
    prefix="/v1/areas",
    tags=["Areas and units"],
    route_class=Door,
    responses=documented(r.SessionEnded, r.PasswordMustChange, r.NotFound),
)

Scheme = Annotated[int, Path(ge=1, le=9999, examples=[2021])]
Code = Annotated[str, Path(max_length=16, pattern=r"^[A-Z0-9]+$", examples=["00658"])]


@router.get("/mine")
async def workplace(turn: Reading, person: Reader) -> Workplace:
    """Where one's own scope begins, and which roles may be given there."""
    return await areas.workplace(turn, person)


@router.get("/{scheme}/{code}/parts")
async def parts(scheme: Scheme, code: Code, turn: Reading, person: Reader) -> list[AreaSeen]:
    """The areas one level down."""
    return await areas.parts_of(turn, person, scheme, code)


@router.get("/{scheme}/{code}/units")
async def units(scheme: Scheme, code: Code, turn: Reading, person: Reader) -> list[UnitChoice]:
    """The open units that stand there."""
    return await areas.units_in(turn, person, scheme, code)
