"""Routes of doses, of somebody who was looked up (R18)."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter

from api.acts import doses
from api.doors import Door
from api.people import Changer, Token
from api.refusals import documented
from api.routers.subjects import SubjectId
from api.schemas.doses import DoseCorrected, DoseCorrection, DoseRecorded, NewDose
from api.turns import Changing
from models import refusals as r

router = APIRouter(
    prefix="/v1/subjects/search/{look_up_id}/{subject_id}/doses",
    tags=["Plans and doses"],
    route_class=Door,
    responses=documented(r.SessionEnded, r.PasswordMustChange, r.NotFound, r.LotInvalid, r.ReasonInvalid),
)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=documented(
        r.PlanNotToday, r.DoseOutOfTurn, r.DoseTooEarly, r.DoseBeyondTheCourse, r.DoseOfAnotherVaccine
    ),
)
async def record(
    look_up_id: UUID, subject_id: SubjectId, given: NewDose, turn: Changing, person: Changer, token: Token
) -> DoseRecorded:
    """«Ghi mũi tiêm»: record a dose, once however often it is sent (R18)."""
    return await doses.record_dose(turn, person, token, look_up_id, subject_id, given)


@router.patch("/{dose_id}", responses=documented(r.DoseChanged, r.DoseThere))
async def correct(
    look_up_id: UUID,
    subject_id: SubjectId,
    dose_id: UUID,
    given: DoseCorrection,
    turn: Changing,
    person: Changer,
    token: Token,
) -> DoseCorrected:
    """Correct a dose that one's own unit recorded; what it was is kept (R18)."""
    return await doses.correct_dose(turn, person, token, look_up_id, subject_id, dose_id, given)
