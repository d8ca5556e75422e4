"""«Kế hoạch tiêm»: the plans of one's own unit, and a new one (R18)."""

from datetime import date
from typing import Any

from api.client import Api
from api.schemas.doses import NewPlan, PlanRow, VaccineRow
from conversations.talk import Option, Press, Talk, part
from conversations.texts import Lines
from models.names import proper_name
from models.planned import day, expected, lots
from models.refusals import DayInvalid

LINES = ("day", "place", "vaccine", "lots", "expected")
"""Of the card, those that can be changed: all."""


@part
async def plans(talk: Talk) -> None:
    """The list, the one used last first; and from there a new one."""
    seen = await talk.look(Api.plans)
    rows = Lines("plans.row", tuple(facts_of_plan(row) for row in seen.rows))
    await talk.choose("list", ["add"], count=len(seen.rows), rows=rows)
    await make_plan(talk, seen.day)
    await talk.return_to("list")


@part
async def make_plan(talk: Talk, this_day: date) -> None:
    """Day, place, vaccine, lots, how many; then a card on which every line can be changed."""
    when = await ask_day(talk, this_day)
    place = await ask_place(talk)
    vaccine = await choose_vaccine(talk)
    of_lots = await ask_lots(talk)
    number = await ask_expected(talk)
    while True:
        facts: dict[str, Any] = {
            "day": when,
            "place": place,
            "vaccine": vaccine.name,
            "lots": of_lots,
            "expected": number,
        }
        match await talk.choose("review", _buttons(), **facts):
            case "close":
                await talk.say("closed")
                return
            case "edit_day":
                when = await ask_day(talk, this_day)
            case "edit_place":
                place = await ask_place(talk)
            case "edit_vaccine":
                vaccine = await choose_vaccine(talk)
            case "edit_lots":
                of_lots = await ask_lots(talk)
            case "edit_expected":
                number = await ask_expected(talk)
            case _:
                wanted = NewPlan(day=when, place=place, vaccine=vaccine.code, lots=of_lots, expected=number)
                try:
                    await talk.do(Api.make_plan, wanted)
                except DayInvalid as refusal:
                    await talk.tell(refusal)
                    when = await ask_day(talk, this_day)
                else:
                    await talk.say("made", day=when, place=place)
                    return


@part
async def ask_day(talk: Talk, this_day: date) -> date:
    """«Ngày tiêm»; today by one press."""
    at_once = Option("today", facts={"day": this_day})
    answer = await talk.ask("day", day, options=[at_once])
    return this_day if isinstance(answer, Press) else answer


@part
async def ask_place(talk: Talk) -> str:
    """«Địa điểm»; the own unit by one press."""
    unit = talk.me.unit.name if talk.me else ""
    at_once = Option("here", facts={"unit": unit})
    answer = await talk.ask("place", proper_name, options=[at_once])
    return unit if isinstance(answer, Press) else answer


@part
async def choose_vaccine(talk: Talk) -> VaccineRow:
    """«Vắc xin»."""
    vaccines = await talk.look(Api.vaccines)
    options = [Option(one.code, "choose_vaccine.which.one", {"name": one.name}) for one in vaccines]
    code = await talk.choose("which", options, stands=True)
    return next(one for one in vaccines if one.code == code)


@part
async def ask_lots(talk: Talk) -> list[str]:
    """«Số lô», one or several."""
    return await talk.ask("lots", lots)


@part
async def ask_expected(talk: Talk) -> int:
    """«Dự kiến»: how many people."""
    return await talk.ask("expected", expected)


def facts_of_plan(row: PlanRow) -> dict[str, Any]:
    """What a line or a button says of a plan."""
    return {"day": row.day, "place": row.place, "vaccine": row.vaccine, "lots": row.lots, "expected": row.expected}


def _buttons() -> list[Option]:
    """Under the card: save, change a line, leave."""
    return [Option(name) for name in ("save", *(f"edit_{line}" for line in LINES), "close")]
