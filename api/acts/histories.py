"""The login history of those whom one manages (R2): of one of them, and of all."""

from typing import Any

from sqlalchemy import Select, select, true, tuple_

from api.acts.accounts import WITHIN, must_manage, within_scope
from api.acts.login_history import ROWS_A_PAGE, cursor_of, place_of
from api.callers import shortened
from api.people import Person
from api.schemas.accounts import AttemptRow, AttemptsPage
from api.turns import Turn
from models.accounts import Account
from models.history import LoginHistory
from models.places import Unit
from models.refusals import NotFound
from models.scopes import ROOT
from models.seals import TYPED_NAME

SHOWN_OF_UNKNOWN = 2
"""Letters."""


async def history_of(turn: Turn, person: Person, account_id: int, after: str | None) -> AttemptsPage:
    """A page of the attempts on one account in one's scope, newest first.

    Raises:
        NotFound: there is none by that number, or not for whoever asks (R12).
        Malformed: no page gave that cursor.
    """
    must_manage(person)
    is_there = select(Account.id).where(Account.id == account_id, WITHIN)
    if await turn.db.scalar(is_there, within_scope(person)) is None:
        raise NotFound
    rows = _all_attempts().where(LoginHistory.account_id == account_id, WITHIN)
    return await _page(turn, person, rows, LoginHistory, after)


async def history_of_scope(turn: Turn, person: Person, after: str | None) -> AttemptsPage:
    """A page of the attempts on all accounts in one's scope, newest first.

    The whole country's are read in their order, with those under names that no account has; of anything smaller, the
    newest of each account, because the newest of all may be anywhere.

    Raises:
        NotFound: whoever asks manages nobody.
        Malformed: no page gave that cursor.
    """
    must_manage(person)
    if person.place == ROOT:
        all_of_them = _all_attempts().where(WITHIN | LoginHistory.account_id.is_(None))
        return await _page(turn, person, all_of_them, LoginHistory, after)
    newest = select(LoginHistory).where(LoginHistory.account_id == Account.id)
    if after is not None:
        newest = newest.where(tuple_(LoginHistory.at, LoginHistory.id) < place_of(after))
    of_each = newest.order_by(LoginHistory.at.desc(), LoginHistory.id.desc()).limit(ROWS_A_PAGE + 1).lateral()
    rows = _columns(of_each.c).select_from(Account).join(of_each, true()).join(Unit, Unit.id == Account.unit_id)
    return await _page(turn, person, rows.where(WITHIN), of_each.c, after)


def _all_attempts() -> Select[*tuple[Any, ...]]:
    rows = _columns(LoginHistory).select_from(LoginHistory)
    rows = rows.outerjoin(Account, Account.id == LoginHistory.account_id)
    return rows.outerjoin(Unit, Unit.id == Account.unit_id)


def _columns(of: Any) -> Select[*tuple[Any, ...]]:
    whose = (Account.id.label("account"), Account.username, Unit.name.label("unit"))
    return select(of.id, of.at, of.attempt, of.channel, of.source, of.typed_name_sealed, *whose)


async def _page(turn: Turn, person: Person, rows: Select[*tuple[Any, ...]], of: Any, after: str | None) -> AttemptsPage:
    rows = rows.order_by(of.at.desc(), of.id.desc()).limit(ROWS_A_PAGE + 1)
    if after is not None:
        rows = rows.where(tuple_(of.at, of.id) < place_of(after))
    found = (await turn.db.execute(rows, within_scope(person))).all()
    page = found[:ROWS_A_PAGE]
    return AttemptsPage(
        rows=[_seen(turn, row) for row in page], next=cursor_of(page[-1]) if found[ROWS_A_PAGE:] else None
    )


def _seen(turn: Turn, row: Any) -> AttemptRow:
    return AttemptRow(
        id=row.id,
        at=row.at,
        account=row.account,
        username=row.username or _hint(turn.keys.opened(row.typed_name_sealed, TYPED_NAME, row.id)),
        unit=row.unit,
        attempt=row.attempt,
        channel=row.channel,
        source=shortened(row.source),
    )


def _hint(typed: str) -> str:
    """Enough of an unknown name to recognise it by, and too little of a password that was typed in its place."""
    return f"{typed[:SHOWN_OF_UNKNOWN]}•••"
