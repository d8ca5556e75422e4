"""«Thêm đối tượng»: registering somebody, line by line, and looking first whether they are there (R18)."""

from uuid import UUID

from api.client import Api
from api.schemas.areas import AreaSeen
from api.schemas.subjects import LookAlikes, LookAlikesAsked, NewSubject, SubjectRow
from conversations.talk import Option, Press, Talk, part
from conversations.talks.choose_commune import choose_commune
from conversations.talks.look_up import FOUND, facts_of, lines_of, see_subject
from models.birth import Birth, birth
from models.full_name import full_name
from models.given_particulars import address, apart, id_numbers, subject_phones
from models.phone import national
from models.refusals import (
    BirthInvalid,
    IdNumberOfAnotherYear,
    IdNumberOfOtherGender,
    LookUpsPaused,
    NotLookedFor,
    NumberMissing,
)
from models.words import Gender

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


@part
async def ask_name(talk: Talk) -> str:
    """«Họ và tên»."""
    return await talk.ask("full_name", full_name)


@part
async def ask_birth(talk: Talk) -> Birth:
    """«Ngày sinh», or only the year."""
    return await talk.ask("birth", birth)


@part
async def ask_sex(talk: Talk) -> Gender:
    """«Giới tính»."""
    return Gender(await talk.choose("gender", list(Gender), columns=2))


@part
async def ask_papers(talk: Talk, born: Birth, gender: Gender) -> tuple[str, ...]:
    """«CMT/CCCD/Hộ chiếu»; none, if there is none."""
    answer = await talk.ask("numbers", lambda typed: id_numbers(apart(typed), born, gender), options=["none"])
    return () if isinstance(answer, Press) else answer


@part
async def ask_phones(talk: Talk) -> tuple[str, ...]:
    """«Điện thoại», in E.164: the own one, or a guardian's; none, if there is none."""
    answer = await talk.ask("phones", lambda typed: subject_phones(apart(typed)), options=["none"])
    return () if isinstance(answer, Press) else answer


@part
async def ask_guardian(talk: Talk) -> str:
    """«Người giám hộ», whose phone it is; none, if it is the subject's own."""
    answer = await talk.ask("guardian", full_name, options=["own"])
    return "" if isinstance(answer, Press) else answer


@part
async def ask_residence(talk: Talk) -> tuple[AreaSeen, str]:
    """«Nơi ở hiện tại»: the commune, and what comes before it."""
    commune = await choose_commune(talk)
    answer = await talk.ask("address", address, options=["none"], commune=commune.name)
    return commune, "" if isinstance(answer, Press) else answer


def _options(rows: list[SubjectRow]) -> list[Option]:
    return [
        Option(str(row.id), "is_somebody_else.found.one", facts_of(number, row)) for number, row in enumerate(rows, 1)
    ]


def _buttons() -> list[Option]:
    """Under the card: save, change a line, leave."""
    return [Option(name) for name in ("save", *(f"edit_{line}" for line in LINES), "close")]
