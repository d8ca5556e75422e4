"""Routes of one's own sessions."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter

from api.acts import sessions, step_up
from api.doors import Door
from api.people import AnyChanger, Changer, Reader
from api.refusals import documented
from api.schemas.own_account import OtpProven, SessionRow, SessionsEnded
from api.schemas.signing_in import OtpAnswer, OtpSent
from api.turns import Changing, Reading
from models import refusals as r
from models.refusals import Refusal

router = APIRouter(prefix="/v1/sessions", tags=["Sessions"], route_class=Door, responses=documented(r.SessionEnded))


@router.get("", responses=documented(r.PasswordMustChange))
async def list_open(turn: Reading, person: Reader) -> list[SessionRow]:
    """One's own open sessions."""
    return await sessions.open_sessions(turn, person)


@router.delete("/current")
async def sign_out(turn: Changing, person: AnyChanger) -> SessionsEnded:
    """Sign out."""
    return await sessions.end_session(turn, person, person.session_id)


@router.post(
    "/current/otp",
    status_code=HTTPStatus.CREATED,
    responses=documented(r.PasswordMustChange, r.OtpLocked, r.OtpDisabled, r.ResendTooSoon, r.TooManySms, r.Busy),
)
async def send_otp(turn: Changing, person: Changer) -> OtpSent | Refusal:
    """Send a code that this session may do something sensitive by; the one before is void (R4)."""
    return await step_up.send_otp(turn, person, step_up.of_session(person))


@router.post(
    "/current/otp/answer",
    responses=documented(
        r.PasswordMustChange, r.OtpLocked, r.OtpDisabled, r.OtpWrong, r.OtpMalformed, r.OtpExpired, r.SessionEnded
    ),
)
async def prove_otp(answer: OtpAnswer, turn: Changing, person: Changer) -> OtpProven | Refusal:
    """Confirm that code (R4, R5)."""
    return await step_up.prove_otp(turn, person, answer.code)


@router.delete("/{session_id}", responses=documented(r.PasswordMustChange, r.NotFound))
async def end(session_id: UUID, turn: Changing, person: Changer) -> SessionsEnded:
    """End one of one's own sessions."""
    return await sessions.end_session(turn, person, session_id)
