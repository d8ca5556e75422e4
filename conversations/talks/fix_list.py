"""Mending a list in chat: row after row that cannot be sent as it is, and of each no more than what is wrong (R13)."""

from typing import Any

from api.client import Api
from api.schemas.request_lists import ListedRow, RowChange
from conversations.talk import Talk, part
from conversations.talks.ask_for_account import (
    ask_email,
    ask_full_name,
    ask_gender,
    ask_phone,
    ask_position,
    choose_rights,
)
from conversations.talks.choose_unit import choose_unit
from conversations.texts import Lines
from models.listed_people import PersonColumn, RowState
from models.phone import national
from models.refusals import NotFound, TooManyRows


@part
async def fix_list(talk: Talk) -> None:
    """From the first such row to the last; one that is left as it is stays on the list."""
    after = 0
    while rows := (await talk.look(Api.rows_to_fix, after)).rows:
        row = rows[0]
        with talk.within(str(row.number)):
            options = ["fix" if row.state is RowState.WRONG else "confirm", "take_off", "next", "list"]
            match await talk.choose("row", options, stands=True, **_facts(row)):
                case "list":
                    return
                case "next":
                    after = row.number
                case "take_off":
                    await take_off(talk, row)
                case "confirm":
                    await change(talk, row, RowChange(although_known=True))
                case _:
                    await change(talk, row, await mended(talk, row))
    await talk.say("done")


@part
async def mended(talk: Talk, row: ListedRow) -> RowChange:
    """What is to be in the wrong cells; nothing that is right is asked for."""
    new: dict[str, Any] = {}
    for wrong in row.flaws:
        match wrong.column:
            case PersonColumn.FULL_NAME:
                new["full_name"] = await ask_full_name(talk)
            case PersonColumn.GENDER:
                new["gender"] = await ask_gender(talk)
            case PersonColumn.UNIT:
                unit = await choose_unit(talk, (await talk.look(Api.workplace)).area)
                new |= {"unit": unit.name, "unit_id": unit.id}
            case PersonColumn.POSITION:
                new["position"] = await ask_position(talk)
            case PersonColumn.EMAIL:
                new["email"] = await ask_email(talk)
            case PersonColumn.PHONE:
                new["phone"] = national(await ask_phone(talk))
            case PersonColumn.RIGHTS:
                new["rights"] = await choose_rights(talk, [])
    return RowChange.model_validate(new)


@part
async def change(talk: Talk, row: ListedRow, new: RowChange) -> None:
    """Put it into the row, if that is still there."""
    try:
        await talk.do(Api.change_row, row.number, new)
    except (NotFound, TooManyRows) as refusal:
        await talk.tell(refusal)


@part
async def take_off(talk: Talk, row: ListedRow) -> None:
    """Take the row off the list."""
    try:
        await talk.do(Api.take_off, row.number)
    except NotFound as refusal:
        await talk.tell(refusal)


def _facts(row: ListedRow) -> dict[str, Any]:
    """The row's card: what was typed, and what is wrong with it."""
    cells = {str(column): row.cells.get(column) or "–" for column in PersonColumn}
    wrong = Lines("fix_list.flaw", tuple({"column": flaw.column, "flaw": flaw.flaw} for flaw in row.flaws))
    doubt = Lines("fix_list.doubt", ({"doubt": row.doubt},) if row.doubt else ())
    return {"number": row.number, **cells, "why": wrong if row.flaws else doubt}
