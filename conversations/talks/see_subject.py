"""One subject's card, and what is done there (R16, R17)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from api.client import Api
from api.schemas.doses import DoseSeen
from api.schemas.subjects import SubjectSeen
from conversations.talk import Option, Talk, part
from conversations.talks.correct_subject import correct_subject
from conversations.talks.record_dose import correct_dose, record_dose
from conversations.texts import Lines
from models.birth import Birth
from models.refusals import NotFound
from models.roles import SUBJECT_KEEPERS

AGAIN, FOUND = "again", "found"


@part
async def see_subject(talk: Talk, look_up_id: UUID, subject: int, ways: Sequence[str] = (FOUND, AGAIN)) -> str:
    """The card, as the work needs it; where to go from there, if nothing is done there."""
    with talk.within(str(subject)):
        try:
            seen = await talk.look(Api.subject, look_up_id, subject)
        except NotFound as refusal:  # they were looked up too long ago
            await talk.tell(refusal)
            return AGAIN
        choice = await talk.choose(
            "card",
            _actions(talk, seen, ways),
            full_name=seen.full_name,
            birth=Birth.read(seen.birth).shown,
            gender=seen.gender,
            phones=_joined(seen.phone_hints),
            id_numbers=_joined(seen.id_number_hints),
            guardian=seen.guardian or "–",
            area=", ".join(seen.area),
            doses=Lines("see_subject.dose", tuple(_facts(dose) for dose in seen.doses)),
        )
        if choice in ways:
            return choice
        if choice == "correct":
            await correct_subject(talk, look_up_id, subject)
        elif choice == "in_full":
            await show_in_full(talk, look_up_id, subject)
        elif choice == "record_dose":
            await record_dose(talk, look_up_id, subject)
        elif dose := next((one for one in seen.doses if str(one.id) == choice), None):
            await correct_dose(talk, look_up_id, subject, dose)
        await talk.return_to("card")
        return choice


@part
async def show_in_full(talk: Talk, look_up_id: UUID, subject: int) -> None:
    """The numbers come in a message of their own, which goes after a while; this talk never has them."""
    try:
        shown = await talk.do(Api.show_in_full, look_up_id, subject)
    except NotFound as refusal:
        await talk.tell(refusal)
    else:
        await talk.say("on_its_way", at=shown.taken_back_at)


def _actions(talk: Talk, seen: SubjectSeen, ways: Sequence[str]) -> list[Option]:
    """The buttons under the card; whoever only reads has nothing to do there."""
    if talk.me is None or talk.me.role not in SUBJECT_KEEPERS:
        return [Option(name) for name in ("in_full", *ways)]
    ours = [Option(str(dose.id), "see_subject.correct_dose", _facts(dose)) for dose in seen.doses if dose.is_yours]
    return [Option("record_dose"), Option("correct"), Option("in_full"), *ours, *(Option(name) for name in ways)]


def _facts(dose: DoseSeen) -> dict[str, Any]:
    why = " ⚠️" if dose.has_reason else ""
    return {"why": why} | dose.model_dump(include={"number", "vaccine", "lot", "day", "place", "unit"})


def _joined(hints: list[str]) -> str:
    return ", ".join(hints) or "–"
