"""Routes of subjects: looking them up, and seeing one (R16)."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from api.acts import look_up
from api.doors import Door
from api.people import Reader, Token
from api.refusals import documented
from api.schemas.subjects import SubjectRow, SubjectsAsked, SubjectSeen, SubjectWanted
from api.schemas.values import BIGGEST_ID
from api.turns import Asking, Reading
from models import refusals as r

router = APIRouter(
    prefix="/v1/subjects",
    tags=["Subjects"],
    route_class=Door,
    responses=documented(r.SessionEnded, r.PasswordMustChange, r.NotFound),
)

SubjectId = Annotated[int, Path(ge=1, le=BIGGEST_ID)]


@router.post(
    "/search",
    status_code=HTTPStatus.CREATED,
    responses=documented(r.NumberMissing, r.NameMissing, r.FullNameInvalid, r.NumberInvalid, r.LookUpsPaused),
)
async def search(given: SubjectWanted, alone: Asking, token: Token) -> SubjectsAsked:
    """«Tra cứu đối tượng» by full name and a number, in the whole country; every look-up is written down (R16)."""
    return await look_up.look_up(alone, token, given.full_name, given.number)


@router.get("/search/{look_up_id}")
async def found(look_up_id: UUID, turn: Reading, person: Reader, token: Token) -> list[SubjectRow]:
    """Those whom a look-up found, masked; none when it was too long ago."""
    return await look_up.found_subjects(turn, person, token, look_up_id)


@router.get("/search/{look_up_id}/{subject_id}")
async def see(look_up_id: UUID, subject_id: SubjectId, turn: Reading, person: Reader, token: Token) -> SubjectSeen:
    """Open one of those found; who opened whom is written down."""
    return await look_up.subject_seen(turn, person, token, look_up_id, subject_id)
