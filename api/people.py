"""Who is signed in: looked up in the database at every request, so that an end is an end at once (T19)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import bindparam, or_, select, update

from api.acts.otp_guard import lock_guard
from api.faults import DATABASE_FAULTS
from api.statements import Compiled
from api.turns import Turn, changing, hashing, reading
from models.accounts import Account
from models.refusals import PasswordMustChange, SessionEnded
from models.roles import Role
from models.scopes import Scope
from models.sealing import token_digest
from models.sessions import Session
from models.words import Channel

SEEN_AGAIN_AFTER = timedelta(minutes=1)
"""A session in use is written to no more often than that."""


@dataclass(frozen=True)
class Person:
    """The account that is signed in, and its session."""

    session_id: UUID
    account_id: int
    username: str
    role: Role
    unit_id: int
    place: str
    must_change_password: bool
    otp_proven_at: datetime
    password_proven_at: datetime | None

    @property
    def scope(self) -> Scope:
        """What the account manages."""
        return Scope(self.role, self.place)


OPEN_SESSION = Compiled(
    select(
        Session.id.label("session_id"),
        Session.account_id,
        Session.seen_at,
        Session.password_proven_at,
        Account.username,
        Account.role,
        Account.unit_id,
        Account.must_change_password,
        Account.place,
        Session.otp_proven_at,
    )
    .join(Account, Account.id == Session.account_id)
    .where(
        Session.token_digest == bindparam("token"),
        Session.ended_at.is_(None),
        Session.expires_at > bindparam("now"),
        Session.seen_at > bindparam("idle_since"),
        Session.channel == bindparam("channel"),
        # A chat's session is that chat's (T48). Addresses change, so any will do for the API's, if it may be (R10).
        or_(
            (Session.channel == Channel.CHAT) & (Session.source == bindparam("source")),
            (Session.channel == Channel.API) & Account.api_permission,
        ),
        Account.is_active,
        Account.frozen_at.is_(None),
    )
)

SEEN = Compiled(
    update(Session).where(Session.id == bindparam("session_id")).values(seen_at=bindparam("now")),
)


async def bearer_token(
    bearer: Annotated[
        HTTPAuthorizationCredentials | None,
        Depends(HTTPBearer(auto_error=False, description="The token of a sign-in or of a session.")),
    ],
) -> str:
    """The token that was shown; empty if none was."""
    return bearer.credentials if bearer else ""


Token = Annotated[str, Depends(bearer_token)]


def _person(
    turn_of: Callable[..., Awaitable[Turn]], *, password_may_be_due: bool = False
) -> Callable[..., Awaitable[Person]]:
    async def person(turn: Annotated[Turn, Depends(turn_of)], token: Token) -> Person:
        found = await signed_in(turn, token, is_change=turn_of is not reading)
        if found.must_change_password and not password_may_be_due:
            raise PasswordMustChange
        return found

    return person


Reader = Annotated[Person, Depends(_person(reading))]
Changer = Annotated[Person, Depends(_person(changing))]
Hasher = Annotated[Person, Depends(_person(hashing))]

# Also one whose password somebody else has set, and who must change it before anything else:
AnyReader = Annotated[Person, Depends(_person(reading, password_may_be_due=True))]
AnyChanger = Annotated[Person, Depends(_person(changing, password_may_be_due=True))]
AnyHasher = Annotated[Person, Depends(_person(hashing, password_may_be_due=True))]


async def signed_in(turn: Turn, token: str, *, is_change: bool) -> Person:
    """The person of the token.

    Raises:
        SessionEnded: no session by that token here and now.
    """
    now = turn.now()
    found = await _open_session(turn, token)
    if found is None:
        raise SessionEnded
    turn.account_id, turn.token = found["account_id"], token
    if found["seen_at"] <= now - SEEN_AGAIN_AFTER:
        if is_change:
            await lock_guard(turn.db, found["account_id"])  # first of all locks, so that no two wait for each other
        await SEEN.row(turn.db, session_id=found["session_id"], now=now)
    return _of(found)


async def ended_meanwhile(turn: Turn) -> bool:
    """Whether the turn broke off because the session that it began in is over by now; the database may not say."""
    if turn.token is None:
        return False
    try:
        async with turn.house.database.changing(turn.token) as db:
            return await _open_session(replace(turn, db=db), turn.token) is None
    except DATABASE_FAULTS:
        return False


async def _open_session(turn: Turn, token: str) -> Any:
    now = turn.now()
    return await OPEN_SESSION.row(
        turn.db,
        token=token_digest(token),
        now=now,
        idle_since=now - turn.policy.session_idle,
        channel=turn.caller.channel,
        source=turn.caller.source,
    )


def _of(row: Any) -> Person:
    return Person(
        session_id=row["session_id"],
        account_id=row["account_id"],
        username=row["username"],
        role=Role(row["role"]),
        unit_id=row["unit_id"],
        place=row["place"],
        must_change_password=row["must_change_password"],
        otp_proven_at=row["otp_proven_at"],
        password_proven_at=row["password_proven_at"],
    )
