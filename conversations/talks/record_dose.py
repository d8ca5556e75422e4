"""«Ghi mũi tiêm», and correcting one: from a subject's card (R18)."""

from datetime import date
from uuid import UUID

from api.client import Api
from api.schemas.doses import DoseCorrection, DoseSeen, NewDose, PlanRow
from conversations.talk import Option, Talk, part
from conversations.talks.plans import facts_of_plan
from models.planned import lot as a_lot
from models.refusals import (
    DoseBeyondTheCourse,
    DoseChanged,
    DoseOfAnotherVaccine,
    DoseOutOfTurn,
    DoseThere,
    DoseTooEarly,
    LotInvalid,
    NotFound,
    PlanNotToday,
)
from models.requests import reason
from models.rules import MOST_DOSES


@part
async def record_dose(talk: Talk, look_up_id: UUID, subject: int) -> None:
    """The plan, the lot and the number, all by buttons; the plan and the lot of the last dose come first."""
    due = await talk.prepare(Api.due_dose, look_up_id, subject)
    seen = await talk.look(Api.plans)
    plans = [row for row in seen.rows if row.has_come]
    if not plans:
        await talk.say("no_plan")
        return
    plan = await choose_plan(talk, plans)
    lot = await choose_lot(talk, plan)
    number, why, choice = due, "", ""
    while True:
        if choice != "save":
            choice = await talk.choose(
                "review",
                ["save", "edit_number", "edit_lot", "edit_plan", "close"],
                number=number,
                lot=lot,
                vaccine=plan.vaccine,
                day=plan.day,
                place=plan.place,
            )
        match choice:
            case "close":
                await talk.say("closed")
                return
            case "edit_number":
                number = await choose_number(talk)
            case "edit_lot":
                lot = await choose_lot(talk, plan)
            case "edit_plan":
                plan = await choose_plan(talk, plans)
                lot = await choose_lot(talk, plan)
            case _:
                choice = ""
                wanted = NewDose(plan=plan.id, number=number, lot=lot, reason=why or None)
                try:
                    recorded = await talk.do(Api.record_dose, look_up_id, subject, wanted)
                except DoseTooEarly as refusal:
                    await talk.say("too_early", days=refusal.days, earliest=date.fromisoformat(refusal.earliest))
                    why, choice = await all_the_same(talk)
                except (DoseOutOfTurn, DoseBeyondTheCourse, DoseOfAnotherVaccine) as refusal:
                    await talk.tell(refusal)
                    why, choice = await all_the_same(talk)
                except (PlanNotToday, LotInvalid) as refusal:
                    await talk.tell(refusal)
                    plan = await choose_plan(talk, plans)
                    lot = await choose_lot(talk, plan)
                except NotFound as refusal:  # they were looked up too long ago
                    await talk.tell(refusal)
                    return
                else:
                    if recorded.was_there:
                        await talk.say("was_there", number=number)
                    else:
                        await talk.say("recorded", number=number, vaccine=plan.vaccine, lot=lot)
                    return


@part
async def all_the_same(talk: Talk) -> tuple[str, str]:
    """Why it is recorded although it does not fit, and what to do now; or the card again."""
    if await talk.choose("sure", ["record", "look_again"]) == "look_again":
        return "", ""
    return await talk.ask("why", reason), "save"


@part
async def correct_dose(talk: Talk, look_up_id: UUID, subject: int, dose: DoseSeen) -> None:
    """Another number or another lot, and why; what it was is kept."""
    with talk.within(str(dose.id)):
        version = await talk.prepare(Api.dose_version, look_up_id, subject, dose.id)
        number = await choose_number(talk)
        lot = await talk.ask("lot", a_lot, number=dose.number, lot=dose.lot)
        why = await talk.ask("why", reason)
        wanted = DoseCorrection(version=version, number=number, lot=lot, reason=why)
        try:
            await talk.do(Api.correct_dose, look_up_id, subject, dose.id, wanted)
        except (DoseChanged, DoseThere, NotFound) as refusal:
            await talk.tell(refusal)
        else:
            await talk.say("corrected", number=number, lot=lot)


@part
async def choose_plan(talk: Talk, plans: list[PlanRow]) -> PlanRow:
    """«Kế hoạch tiêm»: those whose day has come."""
    options = [Option(str(row.id), "choose_plan.which.one", facts_of_plan(row)) for row in plans]
    chosen = await talk.choose("which", options)
    return next(row for row in plans if str(row.id) == chosen)


@part
async def choose_lot(talk: Talk, plan: PlanRow) -> str:
    """«Số lô»; where there is but one, it takes itself."""
    if len(plan.lots) == 1:
        return plan.lots[0]
    options = [Option(lot, "choose_lot.which.one", {"lot": lot}) for lot in plan.lots]
    return await talk.choose("which", options)


@part
async def choose_number(talk: Talk) -> int:
    """«Mũi thứ»."""
    options = [
        Option(str(number), "choose_number.which.one", {"number": number}) for number in range(1, MOST_DOSES + 1)
    ]
    return int(await talk.choose("which", options, columns=3))
