"""«Quản lý người dùng»: the list of users with its filters, and one of them (R7, R11, R12)."""

from typing import Any

from api.client import Api
from api.schemas.accounts import AccountRow, AccountsPage
from conversations.talk import Option, Talk, part
from conversations.talks.add_user import add_user
from conversations.talks.export_users import export_users
from conversations.talks.filter_users import Narrowed, choose_filter
from conversations.talks.see_user import see_user
from conversations.talks.users_history import history_of_all
from conversations.texts import Lines
from models.words import AccountStatus

NO = "no_"
FIRST: tuple[str | None, ...] = (None,)
"""The cursors of the pages up to the one that is shown; the first has none."""


@part
async def manage_users(talk: Talk) -> None:
    """Page by page; from the list to an account, to a new one, or to fewer of them."""
    narrowed, pages = Narrowed(), FIRST
    while True:
        page = await talk.look(Api.accounts, narrowed.wanted, pages[-1])
        counted = await talk.look(Api.count_accounts, narrowed.wanted)
        choice = await talk.choose(
            "list",
            _options(page, narrowed, is_first=pages == FIRST),
            stands=True,
            count=counted.count,
            filters=_told(narrowed),
            rows=_lines(page.rows),
        )
        match choice:
            case "more":
                pages = (*pages, page.next)
            case "before":
                pages = pages[:-1]
            case "add":
                await add_user(talk)
                await talk.return_to("list")
            case "history":
                await history_of_all(talk)
                await talk.return_to("list")
            case "export":
                await export_users(talk, narrowed.wanted, counted.count)
                await talk.return_to("list")
            case "filter":
                narrowed, pages = await choose_filter(talk, narrowed), FIRST
            case _ if choice.startswith(NO):
                narrowed, pages = narrowed.without(choice.removeprefix(NO)), FIRST
            case _:
                await see_user(talk, int(choice))
                await talk.return_to("list")


def _options(page: AccountsPage, narrowed: Narrowed, *, is_first: bool) -> list[Option]:
    """A button for each row, the pages beside this one, a new user, a filter more, and each filter less."""
    rows = [Option(str(row.id), "manage_users.list.one", {"username": row.username}) for row in page.rows]
    beside = {"before": not is_first, "more": page.next is not None}
    onward = [
        Option(name) for name in (*(name for name in beside if beside[name]), "add", "filter", "history", "export")
    ]
    return [*rows, *onward, *(Option(NO + name, facts=facts) for name, facts in narrowed.told.items())]


def _told(narrowed: Narrowed) -> Lines:
    count = len(narrowed.told)
    return Lines("manage_users.filtered", ({"filters": count},) if count else ())


def _lines(rows: list[AccountRow]) -> Lines:
    return Lines("manage_users.row", tuple(_facts(number, row) for number, row in enumerate(rows, 1)))


def _facts(number: int, row: AccountRow) -> dict[str, Any]:
    return {
        "number": number,
        "unit": row.unit,
        "username": row.username,
        "status": AccountStatus.of(row.is_active),
        "phone": row.phone_hint or "–",
        "role": row.role,
    }
