"""Routes of subjects: looking them up, seeing one, registering one (R16, R18)."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from api.acts import correct_subject, look_up, register_subject, show_in_full
from api.doors import Door
from api.people import Changer, Reader, Token
from api.refusals import documented
from api.routers.areas import Code, Scheme
from api.schemas.areas import AreaSeen
from api.schemas.signing_in import OtpSent
from api.schemas.subjects import (
    Correction,
    CorrectionOtp,
    CorrectionUndone,
    LookAlikes,
    LookAlikesAsked,
    NewSubject,
    SubjectCorrected,
    SubjectRegistered,
    SubjectRow,
    SubjectsAsked,
    SubjectSeen,
    SubjectShown,
    SubjectWanted,
)
from api.schemas.values import BIGGEST_ID
from api.turns import Asking, Changing, Reading
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


@router.post(
    "/look-alikes",
    status_code=HTTPStatus.CREATED,
    responses=documented(r.FullNameInvalid, r.NameMissing, r.NumberMissing, r.NumberInvalid, r.LookUpsPaused),
)
async def look_alikes(given: LookAlikes, alone: Asking, token: Token) -> LookAlikesAsked:
    """Look for somebody who is about to be registered, by each of their numbers; every look-up is written down."""
    return await register_subject.look_for_look_alikes(alone, token, given)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=documented(
        r.NotLookedFor,
        r.FullNameInvalid,
        r.BirthInvalid,
        r.SubjectPhoneInvalid,
        r.IdNumberInvalid,
        r.IdNumberOfAnotherYear,
        r.IdNumberOfOtherGender,
        r.AddressInvalid,
        r.NumberMissing,
        r.TooManyNumbers,
    ),
)
async def register(given: NewSubject, turn: Changing, person: Changer, token: Token) -> SubjectRegistered:
    """«Thêm đối tượng»: register somebody, kept by one's own unit (R18)."""
    return await register_subject.register_subject(turn, person, token, given)


@router.get("/areas/mine")
async def home(turn: Reading, person: Reader) -> AreaSeen:
    """The area where one's own unit stands: most who come live there."""
    return await register_subject.home(turn, person)


@router.get("/areas/{scheme}/{code}/parts")
async def areas_to_live_in(scheme: Scheme, code: Code, turn: Reading, person: Reader) -> list[AreaSeen]:
    """The areas one level down, anywhere: a subject may live anywhere (R18)."""
    return await register_subject.areas_to_live_in(turn, person, scheme, code)


@router.post(
    "/search/{look_up_id}/{subject_id}/otp",
    status_code=HTTPStatus.CREATED,
    responses=documented(r.SubjectChanged, r.ResendTooSoon, r.TooManySms, r.OtpLocked, r.OtpDisabled),
)
async def send_otp(
    look_up_id: UUID, subject_id: SubjectId, given: CorrectionOtp, turn: Changing, person: Changer, token: Token
) -> OtpSent | r.Refusal:
    """Send a code for correcting these fields of another unit's subject, to one's own phone (R17)."""
    return await correct_subject.send_correction_otp(turn, person, token, look_up_id, subject_id, given)


@router.patch(
    "/search/{look_up_id}/{subject_id}",
    responses=documented(
        r.SubjectChanged,
        r.OtpWanted,
        r.OtpWrong,
        r.OtpMalformed,
        r.OtpExpired,
        r.OtpLocked,
        r.OtpDisabled,
        r.FullNameInvalid,
        r.BirthInvalid,
        r.SubjectPhoneInvalid,
        r.IdNumberInvalid,
        r.IdNumberOfAnotherYear,
        r.IdNumberOfOtherGender,
        r.AddressInvalid,
        r.NumberMissing,
        r.TooManyNumbers,
    ),
)
async def correct(
    look_up_id: UUID, subject_id: SubjectId, given: Correction, turn: Changing, person: Changer, token: Token
) -> SubjectCorrected | r.Refusal:
    """Correct one of those found; what is sensitive of another unit's wants an OTP for just that (R17)."""
    return await correct_subject.correct_subject(turn, person, token, look_up_id, subject_id, given)


@router.post("/changes/{change_id}/undo", status_code=HTTPStatus.CREATED, responses=documented(r.SubjectChanged))
async def undo(change_id: UUID, turn: Changing, person: Changer, token: Token) -> CorrectionUndone:
    """Take a correction of one of one's own unit's subjects back (R17)."""
    return await correct_subject.undo_correction(turn, person, token, change_id)


@router.post("/search/{look_up_id}/{subject_id}/full", status_code=HTTPStatus.CREATED)
async def show(look_up_id: UUID, subject_id: SubjectId, turn: Changing, person: Changer, token: Token) -> SubjectShown:
    """Show the numbers and the address of one of those found in full; that is written down as such (R16)."""
    return await show_in_full.show_in_full(turn, person, token, look_up_id, subject_id)
