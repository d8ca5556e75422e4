"""Writing and reading the login history (R2)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, tuple_

from api.callers import shortened
from api.people import Person
from api.schemas.own_account import HistoryPage, HistoryRow
from api.turns import Turn
from models.history import LoginHistory
from models.refusals import Malformed
from models.seals import TYPED_NAME
from models.words import Attempt

ROWS_A_PAGE = 10


def note(turn: Turn, attempt: Attempt, account_id: int, at: datetime) -> None:
    """Write down an attempt on an account, with what it changes."""
    turn.account_id = account_id
    turn.db.add(_row(turn, uuid4(), at, attempt, account_id=account_id))


def note_unknown(turn: Turn, attempt: Attempt, typed: str, at: datetime) -> None:
    """Write down an attempt under a name that no account has; sealed, because people mistake the boxes."""
    row_id = uuid4()
    sealed = turn.keys.seal(typed, TYPED_NAME, row_id)
    turn.db.add(_row(turn, row_id, at, attempt, typed_name_sealed=sealed))


async def login_history(turn: Turn, person: Person, after: str | None) -> HistoryPage:
    """A page of one's own attempts, newest first."""
    place = tuple_(LoginHistory.at, LoginHistory.id)
    rows = select(LoginHistory).where(LoginHistory.account_id == person.account_id).order_by(place.desc())
    if after is not None:
        rows = rows.where(place < place_of(after))
    found = (await turn.db.scalars(rows.limit(ROWS_A_PAGE + 1))).all()
    page = found[:ROWS_A_PAGE]
    return HistoryPage(
        rows=[_seen(row, turn) for row in page], next=cursor_of(page[-1]) if found[ROWS_A_PAGE:] else None
    )


def _row(turn: Turn, row_id: UUID, at: datetime, attempt: Attempt, **whose: object) -> LoginHistory:
    caller = turn.caller
    return LoginHistory(id=row_id, at=at, channel=caller.channel, source=caller.source, attempt=attempt, **whose)


def _seen(row: LoginHistory, turn: Turn) -> HistoryRow:
    return HistoryRow(
        id=row.id,
        at=row.at,
        attempt=row.attempt,
        channel=row.channel,
        source=shortened(row.source),
        is_here=row.source == turn.caller.source,
    )


def cursor_of(row: Any) -> str:
    """What the page after that row begins with."""
    return urlsafe_b64encode(f"{row.at.isoformat()} {row.id}".encode()).decode().rstrip("=")


def place_of(cursor: str, field: str = "query.after") -> tuple[datetime, UUID]:
    """The place after which a page begins; `field` is where the cursor was given.

    Raises:
        Malformed: no page gave that cursor.
    """
    try:
        at, _, row_id = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition(" ")
        return _with_zone(datetime.fromisoformat(at)), UUID(row_id)
    except (ValueError, OverflowError):
        raise Malformed(fields=[field]) from None


def _with_zone(at: datetime) -> datetime:
    """The time, in UTC as the driver needs it; in the first or last hours of all time it has none."""
    if at.tzinfo is None:
        raise ValueError("no time zone")
    return at.astimezone(UTC)
