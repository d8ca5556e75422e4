"""One's open sessions, and ending them."""

from typing import Any
from uuid import UUID

from api.client import Api
from api.schemas.own_account import SessionRow
from conversations.talk import Option, Talk, part
from conversations.texts import Lines


@part
async def open_sessions(talk: Talk) -> None:
    """The list, with a button to end each but this one."""
    sessions = await talk.look(Api.sessions)
    others = [Option(str(s.id), "open_sessions.which.end", _facts(s)) for s in sessions if not s.is_here]
    which = await talk.choose("which", others, rows=_lines(sessions))
    await talk.do(Api.end_session, UUID(which))
    await talk.say("ended")


def _lines(sessions: list[SessionRow]) -> Lines:
    here = [s for s in sessions if s.is_here]
    others = [s for s in sessions if not s.is_here]
    return Lines("open_sessions.row", tuple(_facts(s) for s in [*here, *others]))


def _facts(session: SessionRow) -> dict[str, Any]:
    return {
        "opened_at": session.opened_at,
        "seen_at": session.seen_at,
        "channel": session.channel,
        "source": session.source,
        "here": "✅ " if session.is_here else "",
    }
