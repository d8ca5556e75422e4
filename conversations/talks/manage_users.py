"""«Quản lý người dùng»: the list of users with its filters, and one of them (R7, R11, R12)."""

from dataclasses import replace
from typing import Any

from api.client import AccountFilter, Api
from api.schemas import AccountRow, AccountsPage
from conversations.talk import Option, Talk, part
from conversations.talks.add_user import add_user
from conversations.talks.see_user import see_user
from conversations.texts import Lines
from models.email import email
from models.roles import Level
from models.username import folded
from models.words import AccountStatus

NO = "no_"


@part
async def manage_users(talk: Talk) -> None:
    """Page by page; from the list to an account, to a new one, or to fewer of them."""
    wanted, after = AccountFilter(), None
    while True:
        page = await talk.look(Api.accounts, wanted, after)
        counted = await talk.look(Api.count_accounts, wanted)
        choice = await talk.choose(
            "list",
            _options(page, wanted),
            stands=True,
            count=counted.count,
            filters=_told(wanted),
            rows=_lines(page.rows),
        )
        match choice:
            case "more":
                after = page.next
            case "add":
                await add_user(talk)
                await talk.return_to("list")
            case "filter":
                wanted, after = await choose_filter(talk, wanted), None
            case _ if choice.startswith(NO):
                wanted, after = replace(wanted, **{choice.removeprefix(NO): None}), None
            case _:
                await see_user(talk, int(choice))
                await talk.return_to("list")


@part
async def choose_filter(talk: Talk, wanted: AccountFilter) -> AccountFilter:
    """One more filter; those that are set stay."""
    match await talk.choose("which", ["username", "email", "with_api", "without_api", "level"]):
        case "username":
            return replace(wanted, username=await talk.ask("username", folded))
        case "email":
            return replace(wanted, email=await talk.ask("email", email))
        case "with_api":
            return replace(wanted, api_permission=True)
        case "without_api":
            return replace(wanted, api_permission=False)
        case _:
            return replace(wanted, level=Level(await talk.choose("level", _levels())))


def _options(page: AccountsPage, wanted: AccountFilter) -> list[Option]:
    """A button for each row, the next page, a new user, a filter more, and each filter less."""
    rows = [Option(str(row.id), "manage_users.list.one", {"username": row.username}) for row in page.rows]
    onward = [Option(name) for name in (*(["more"] if page.next else []), "add", "filter")]
    return [*rows, *onward, *(Option(NO + name, facts=facts) for name, facts in _set(wanted))]


def _levels() -> list[Option]:
    return [Option(level, "choose_filter.level.one", {"level": level}) for level in Level]


def _set(wanted: AccountFilter) -> list[tuple[str, dict[str, Any]]]:
    """The filters that are set, by name, with the facts of their texts."""
    values = {"username": wanted.username, "email": wanted.email, "level": wanted.level}
    found: list[tuple[str, dict[str, Any]]] = [(name, {name: value}) for name, value in values.items() if value]
    if wanted.api_permission is not None:
        found.append(("api_permission", {"api": "☑" if wanted.api_permission else "☐"}))
    return found


def _told(wanted: AccountFilter) -> Lines:
    return Lines("manage_users.filtered", tuple({"filters": len(_set(wanted))} for _ in _set(wanted)[:1]))


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
