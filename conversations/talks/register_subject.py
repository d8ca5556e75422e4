"""«Thêm đối tượng»: registering somebody, line by line, and looking first whether they are there (R18)."""

from uuid import UUID

from api.client import Api
from api.schemas.subjects import LookAlikes, LookAlikesAsked, NewSubject, SubjectRow
from conversations.talk import Option, Talk, part
from conversations.talks.ask_particulars import (
    ask_birth,
    ask_guardian,
    ask_name,
    ask_papers,
    ask_phones,
    ask_residence,
    ask_sex,
)
from conversations.talks.look_up import facts_of, lines_of
from conversations.talks.see_subject import FOUND, see_subject
from models.phone import national
from models.refusals import (
    BirthInvalid,
    IdNumberOfAnotherYear,
    IdNumberOfOtherGender,
    LookUpsPaused,
    NotLookedFor,
    NumberMissing,
)

LINES = ("full_name", "birth", "gender", "id_numbers", "phones", "guardian", "residence")
"""Of the card, those that can be changed: all."""


@part
async def register_subject(talk: Talk) -> None:
    """Who it is; then a card on which every line can be changed; then those who may be the same, before it is saved."""
    name = await ask_name(talk)
    born = await ask_birth(talk)
    gender = await ask_sex(talk)
    papers = await ask_papers(talk, born, gender)
    phones = await ask_phones(talk)
    guardian = "" if papers or not phones else await ask_guardian(talk)
    commune, house = await ask_residence(talk)
    while True:
        choice = await talk.choose(
            "review",
            _buttons(),
            full_name=name,
            birth=born.shown,
            gender=gender,
            id_numbers=", ".join(papers) or "–",
            phones=", ".join(map(national, phones)) or "–",
            guardian=guardian or "–",
            residence=", ".join(filter(None, (house, commune.name))),
        )
        match choice:
            case "close":
                await talk.say("closed")
                return
            case "edit_full_name":
                name = await ask_name(talk)
            case "edit_birth":
                born = await ask_birth(talk)
            case "edit_gender":
                gender = await ask_sex(talk)
            case "edit_id_numbers":
                papers = await ask_papers(talk, born, gender)
            case "edit_phones":
                phones = await ask_phones(talk)
            case "edit_guardian":
                guardian = await ask_guardian(talk)
            case "edit_residence":
                commune, house = await ask_residence(talk)
            case _:
                try:
                    looked_for = await is_somebody_else(talk, name, [*phones, *papers])
                    if looked_for is None:
                        continue
                    wanted = NewSubject(
                        full_name=name,
                        birth=str(born),
                        gender=gender,
                        id_numbers=list(papers),
                        phones=list(phones),
                        guardian=guardian or None,
                        scheme=commune.scheme,
                        area=commune.code,
                        address=house or None,
                        look_ups=[asked.id for asked in looked_for.look_ups],
                    )
                    await talk.do(Api.register_subject, wanted)
                except (LookUpsPaused, NotLookedFor) as refusal:
                    await talk.tell(refusal)
                except NumberMissing as refusal:
                    await talk.tell(refusal)
                    phones = await ask_phones(talk)
                except BirthInvalid as refusal:
                    await talk.tell(refusal)
                    born = await ask_birth(talk)
                except (IdNumberOfAnotherYear, IdNumberOfOtherGender) as refusal:
                    await talk.tell(refusal)
                    papers = await ask_papers(talk, born, gender)
                else:
                    await talk.say("registered", full_name=name)
                    return


@part
async def is_somebody_else(talk: Talk, name: str, numbers: list[str]) -> LookAlikesAsked | None:
    """The look-ups, when nobody was found, or nobody who is the same; None to look at the card again."""
    if not numbers:
        raise NumberMissing
    asked = await talk.prepare(Api.look_for_look_alikes, LookAlikes(full_name=name, numbers=numbers))
    found_by: dict[int, UUID] = {}
    found: dict[int, SubjectRow] = {}
    for look_up in asked.look_ups:
        if look_up.count:
            rows = await talk.look(Api.found_subjects, look_up.id)
            found |= {row.id: row for row in rows}
            found_by |= {row.id: look_up.id for row in rows}
    while found:
        rows = list(found.values())
        options: list[str | Option] = [*_options(rows), "somebody_else", "look_again"]
        which = await talk.choose("found", options, stands=True, count=len(rows), rows=lines_of(rows))
        match which:
            case "somebody_else":
                break
            case "look_again":
                return None
            case _:
                if int(which) in found:
                    await see_subject(talk, found_by[int(which)], int(which), ways=(FOUND,))
    return asked


def _options(rows: list[SubjectRow]) -> list[Option]:
    return [
        Option(str(row.id), "is_somebody_else.found.one", facts_of(number, row)) for number, row in enumerate(rows, 1)
    ]


def _buttons() -> list[Option]:
    """Under the card: save, change a line, leave."""
    return [Option(name) for name in ("save", *(f"edit_{line}" for line in LINES), "close")]
