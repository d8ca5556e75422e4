"""One unit's card, and what its keeper does there (R15)."""

from typing import Any

from api.client import Api
from api.client.accounts import AccountFilter
from api.schemas.accounts import AccountsPage
from api.schemas.units import UnitCard, UnitChange
from conversations.talk import Option, Talk, part
from conversations.talks.add_unit import choose_kind, unit_name
from conversations.talks.choose_area import choose_area
from conversations.talks.see_user import see_user
from conversations.talks.unit_contacts import see_contacts
from models.refusals import NotFound, UnitExists, UnitInUse, UnitMisplaced, UnitStays
from models.words import AccountStatus, UnitStatus


@part
async def see_unit(talk: Talk, unit: int) -> None:
    """The card; every line of it can be changed, and an empty unit closed."""
    with talk.within(str(unit)):
        try:
            seen = await talk.look(Api.unit, unit)
        except NotFound as refusal:
            await talk.tell(refusal)
            return
        match await talk.choose("card", _actions(seen), stands=True, **_lines(seen)):
            case "list":
                return
            case "edit_name":
                await edit_unit(talk, seen, UnitChange(name=await unit_name(talk)))
            case "edit_kind":
                await edit_unit(talk, seen, UnitChange(kind=await choose_kind(talk, seen.unit.level)))
            case "edit_area":
                area = await choose_area(talk, (await talk.look(Api.workplace)).area)
                await edit_unit(talk, seen, UnitChange(scheme=area.scheme, area=area.code))
            case "contacts":
                await see_contacts(talk, unit, seen.unit.name)
            case "users":
                await users_there(talk, seen)
            case "close":
                await close_unit(talk, seen)
            case _:
                await talk.do(Api.reopen_unit, unit)
        await talk.return_to("card")


@part
async def edit_unit(talk: Talk, seen: UnitCard, change: UnitChange) -> None:
    """Change one line."""
    try:
        await talk.do(Api.edit_unit, seen.unit.id, change)
    except (UnitExists, UnitMisplaced, UnitStays, NotFound) as refusal:
        await talk.tell(refusal)
    else:
        await talk.say("done")


@part
async def close_unit(talk: Talk, seen: UnitCard) -> None:
    """Close it, if nobody active is there any more; else show who is."""
    await talk.choose("sure", ["yes"], unit=seen.unit.name)
    try:
        await talk.do(Api.close_unit, seen.unit.id)
    except UnitInUse as refusal:
        await talk.tell(refusal)
        if await talk.choose("in_use", ["users", "back"]) == "users":
            await users_there(talk, seen)
    else:
        await talk.say("done", unit=seen.unit.name)


@part
async def users_there(talk: Talk, seen: UnitCard) -> None:
    """The accounts of the unit, one of which can be looked at."""
    chosen, after = "more", None
    while chosen == "more":
        page = await talk.look(Api.accounts, AccountFilter(unit=seen.unit.id), after)
        chosen, after = await talk.choose("which", _users(page), stands=True, unit=seen.unit.name), page.next
    if chosen != "card":
        await see_user(talk, int(chosen))


def _users(page: AccountsPage) -> list[Option]:
    facts = [(row.id, {"username": row.username, "status": AccountStatus.of(row.is_active)}) for row in page.rows]
    rows = [Option(str(account), "users_there.which.one", of_it) for account, of_it in facts]
    return [*rows, *(Option(name) for name in (*(["more"] if page.next else []), "card"))]


def _actions(seen: UnitCard) -> list[Option]:
    """The buttons under the card."""
    moves = ["edit_area"] if not seen.active_accounts else []
    users = ["users"] if seen.active_accounts else []
    return [Option(name) for name in ("edit_name", "edit_kind", *moves, "contacts", *users, _turn(seen), "list")]


def _turn(seen: UnitCard) -> str:
    return "close" if seen.is_open else "reopen"


def _lines(seen: UnitCard) -> dict[str, Any]:
    return {
        "unit": seen.unit.name,
        "kind": seen.unit.kind,
        "level": seen.unit.level,
        "area": ", ".join(seen.unit.area),
        "status": UnitStatus.of(seen.is_open),
        "accounts": seen.active_accounts,
    }
