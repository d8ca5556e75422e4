"""One's own open sessions, and ending them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from api.acts.notices import notify
from api.acts.otp_guard import lock_guard
from api.callers import chat_of, shortened
from api.people import Person
from api.schemas.own_account import SessionRow, SessionsEnded
from api.turns import Turn
from models.refusals import NotFound
from models.sessions import Session
from models.words import Notice, SessionEnd


async def open_sessions(turn: Turn, person: Person) -> list[SessionRow]:
    """One's own, the one last used first."""
    asked = select(Session).where(_open_of(turn, person.account_id)).order_by(Session.seen_at.desc(), Session.id)
    return [_seen(session, person) for session in await turn.db.scalars(asked)]


async def end_session(turn: Turn, person: Person, session_id: UUID) -> SessionsEnded:
    """End one of one's own; the chat it was in is told, unless it is this one.

    Raises:
        NotFound: none of one's own is open under that id (R12).
    """
    await lock_guard(turn.db, person.account_id)
    is_here = session_id == person.session_id
    why = SessionEnd.SIGNED_OUT if is_here else SessionEnd.ENDED_ELSEWHERE
    ended = await end_sessions(turn, person.account_id, why, Session.id == session_id)
    if not ended:
        raise NotFound
    if not is_here:
        facts = {"at": turn.now().isoformat()}
        await notify(turn, Notice.SESSION_ENDED_ELSEWHERE, _chats(person, ended), f"end of session {session_id}", facts)
    return SessionsEnded(ended_sessions=len(ended))


async def end_sessions(turn: Turn, account_id: int, why: SessionEnd, *which: ColumnElement[bool]) -> list[str]:
    """End an account's open sessions, all or those; where they were. The account's guard is held."""
    ended = update(Session).where(_open_of(turn, account_id), *which).values(ended_at=turn.now(), end=why)
    return list(await turn.db.scalars(ended.returning(Session.source)))


def _open_of(turn: Turn, account_id: int) -> ColumnElement[bool]:
    now: datetime = turn.now()
    is_fresh = (Session.expires_at > now) & (Session.seen_at > now - turn.policy.session_idle)
    return (Session.account_id == account_id) & Session.ended_at.is_(None) & is_fresh


def _chats(person: Person, sources: list[str]) -> list[tuple[int, int]]:
    return [(person.account_id, chat) for source in sources if (chat := chat_of(source)) is not None]


def _seen(session: Session, person: Person) -> SessionRow:
    return SessionRow(
        id=session.id,
        channel=session.channel,
        source=shortened(session.source),
        opened_at=session.opened_at,
        seen_at=session.seen_at,
        expires_at=session.expires_at,
        is_here=session.id == person.session_id,
    )
