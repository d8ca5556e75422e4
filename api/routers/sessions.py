"""Routes of one's own sessions."""

from uuid import UUID

from fastapi import APIRouter

from api.acts import sessions
from api.doors import Door
from api.people import AnyChanger, Changer, Reader
from api.refusals import documented
from api.schemas import SessionRow, SessionsEnded
from api.turns import Changing, Reading
from models import refusals as r

router = APIRouter(prefix="/v1/sessions", tags=["Sessions"], route_class=Door, responses=documented(r.SessionEnded))


@router.get("", responses=documented(r.PasswordMustChange))
async def list_open(turn: Reading, person: Reader) -> list[SessionRow]:
    """One's own open sessions."""
    return await sessions.open_sessions(turn, person)


@router.delete("/current")
async def sign_out(turn: Changing, person: AnyChanger) -> SessionsEnded:
    """Sign out."""
    return await sessions.end_session(turn, person, person.session_id)


@router.delete("/{session_id}", responses=documented(r.PasswordMustChange, r.NotFound))
async def end(session_id: UUID, turn: Changing, person: Changer) -> SessionsEnded:
    """End one of one's own sessions."""
    return await sessions.end_session(turn, person, session_id)
