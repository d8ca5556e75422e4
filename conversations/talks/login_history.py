"""One's own login history, and «Không phải tôi» (R2)."""

from typing import Any

from api.client import Api
from api.schemas.own_account import HistoryPage, HistoryRow
from conversations.talk import Option, Talk, part
from conversations.texts import Lines
from models.refusals import NotFound

OLDER = "older"
NOT_ME = "not_me"


@part
async def login_history(talk: Talk) -> None:
    """Page by page, the newest first."""
    after = None
    while True:
        page = await talk.look(Api.login_history, after)
        options = [*([OLDER] if page.next else []), *([NOT_ME] if page.rows else [])]
        with talk.within(after or "newest"):
            choice = await talk.choose("page", options, rows=_lines(page))
        if choice == NOT_ME:
            await report_not_me(talk, await choose_attempt(talk, page))
            return
        after = page.next


@part
async def not_me(talk: Talk, attempt: str) -> None:
    """«Không phải tôi» right under the notice of a sign-in: that one, wherever it is in the history by now."""
    after, row = None, None
    while row is None:
        page = await talk.look(Api.login_history, after)
        row, after = _row(page, attempt), page.next
        if row is None and after is None:
            raise NotFound
    await report_not_me(talk, row)


@part
async def choose_attempt(talk: Talk, page: HistoryPage) -> HistoryRow:
    """One of the page."""
    rows = [Option(str(row.id), "choose_attempt.which.row", _facts(row)) for row in page.rows]
    row = _row(page, await talk.choose("which", rows))
    if row is None:  # newer ones have taken its place on the page
        raise NotFound
    return row


@part
async def report_not_me(talk: Talk, row: HistoryRow) -> None:
    """Ends every session, tells the supervisor, and asks for a new password next time."""
    await talk.choose("sure", ["yes"], **_facts(row))
    reported = await talk.do(Api.not_me, row.id)
    await talk.sit(None)
    if reported.supervisors_told:
        await talk.say("done", ended=reported.ended_sessions)
    else:
        await talk.say("done_untold", ended=reported.ended_sessions)


def _row(page: HistoryPage, id_: str) -> HistoryRow | None:
    return next((row for row in page.rows if str(row.id) == id_), None)


def _lines(page: HistoryPage) -> Lines:
    return Lines("login_history.row", tuple(_facts(row) for row in page.rows))


def _facts(row: HistoryRow) -> dict[str, Any]:
    return {"at": row.at, "attempt": row.attempt, "channel": row.channel, "source": row.source}
