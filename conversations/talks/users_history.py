"""«Lịch sử đăng nhập» of the users whom one manages: of one of them, and of all (R2)."""

from typing import Any

from api.client import Api
from api.schemas.accounts import AccountSeen, AttemptRow, AttemptsPage
from conversations.talk import Option, Talk, part
from conversations.texts import Lines

FIRST: tuple[str | None, ...] = (None,)
"""The cursors of the pages up to the one that is shown; the first has none."""


@part
async def history_of(talk: Talk, seen: AccountSeen) -> None:
    """The attempts on one account, the newest first."""
    pages = FIRST
    while True:
        page = await talk.look(Api.attempts_on, seen.id, pages[-1])
        rows = _lines("history_of.row", page)
        choice = await talk.choose("page", _beside(page, pages), stands=True, username=seen.username, rows=rows)
        if choice == "card":
            return
        pages = (*pages, page.next) if choice == "older" else pages[:-1]


@part
async def history_of_all(talk: Talk) -> None:
    """The attempts on all accounts in one's scope, the newest first."""
    pages = FIRST
    while True:
        page = await talk.look(Api.attempts, pages[-1])
        rows = _lines("history_of_all.row", page)
        choice = await talk.choose("page", _beside(page, pages), stands=True, rows=rows)
        if choice == "card":
            return
        pages = (*pages, page.next) if choice == "older" else pages[:-1]


def _beside(page: AttemptsPage, pages: tuple[str | None, ...]) -> list[Option]:
    there = {"newer": pages != FIRST, "older": page.next is not None, "card": True}
    return [Option(name) for name in there if there[name]]


def _lines(text: str, page: AttemptsPage) -> Lines:
    if not page.rows:
        return Lines("history_of.none", ({},))
    return Lines(text, tuple(_facts(row) for row in page.rows))


def _facts(row: AttemptRow) -> dict[str, Any]:
    name = "history_of_all.unknown" if row.account is None else "history_of_all.known"
    who = Lines(name, ({"name": row.username, "unit": row.unit},))
    return {"at": row.at, "who": who, "attempt": row.attempt, "channel": row.channel, "source": row.source}
