"""Correcting a subject from its card, and taking corrections of one's own unit's subjects back (R17, T18)."""

from typing import Any
from uuid import UUID

from api.client import Api
from api.schemas.subjects import Correction, CorrectionOtp, Residence, SubjectCorrected, SubjectSeen
from conversations.talk import Option, Press, Talk, part
from conversations.talks.ask_particulars import ask_guardian, ask_residence, ask_sex
from conversations.talks.step_up import prove_otp
from conversations.texts import Lines
from models.birth import Birth, birth
from models.full_name import full_name
from models.given_particulars import apart
from models.id_number import id_number
from models.phone import national, subject_phone
from models.refusals import (
    BirthInvalid,
    IdNumberOfAnotherYear,
    IdNumberOfOtherGender,
    NotFound,
    NumberMissing,
    OtpDisabled,
    OtpWanted,
    SubjectChanged,
    TooManyNumbers,
)
from models.words import SubjectField

FIELDS = tuple(SubjectField)
"""Of the form, those that can be changed: all."""


@part
async def correct_subject(talk: Talk, look_up_id: UUID, subject: int) -> None:
    """A form that shows what was beside what will be. What others change meanwhile is seen before it is overwritten."""
    seen: SubjectSeen | None = None
    changes: dict[str, Any] = {}
    shown: dict[str, Any] = {}
    while True:
        seen = seen or await as_it_is_now(talk, look_up_id, subject)
        match await talk.choose("review", _buttons(changes), **_lines(seen, shown)):
            case "close":
                await talk.say("closed")
                return
            case "edit_full_name":
                changes["full_name"] = shown["full_name"] = await talk.ask("full_name", full_name)
            case "edit_birth":
                born = await talk.ask("birth", birth)
                changes["birth"], shown["birth"] = str(born), born.shown
            case "edit_gender":
                changes["gender"] = shown["gender"] = await ask_sex(talk)
            case "edit_id_numbers":
                papers = await ask_all_papers(talk)
                changes["id_numbers"], shown["id_numbers"] = papers, ", ".join(papers) or "–"
            case "edit_phones":
                phones = await ask_all_phones(talk)
                changes["phones"], shown["phones"] = phones, ", ".join(map(national, phones)) or "–"
            case "edit_guardian":
                changes["guardian"] = await ask_guardian(talk)
                shown["guardian"] = changes["guardian"] or "–"
            case "edit_residence":
                commune, house = await ask_residence(talk)
                changes["residence"] = Residence(scheme=commune.scheme, area=commune.code, address=house)
                shown["residence"] = ", ".join(filter(None, (house, commune.name)))
            case _:
                try:
                    corrected = await save(talk, look_up_id, subject, Correction(version=seen.version, **changes))
                except SubjectChanged as refusal:
                    await talk.tell(refusal)
                    seen = None
                except (
                    BirthInvalid,
                    IdNumberOfAnotherYear,
                    IdNumberOfOtherGender,
                    NumberMissing,
                    OtpDisabled,
                    TooManyNumbers,
                ) as refusal:
                    await talk.tell(refusal)
                except NotFound as refusal:  # they were looked up too long ago
                    await talk.tell(refusal)
                    return
                else:
                    if corrected.told:
                        await talk.say("saved_and_told", told=corrected.told)
                    else:
                        await talk.say("saved")
                    return


@part
async def save(talk: Talk, look_up_id: UUID, subject: int, correction: Correction) -> SubjectCorrected:
    """At once, or with an OTP for just that."""
    try:
        return await talk.do(Api.correct_subject, look_up_id, subject, correction)
    except OtpWanted as refusal:
        await talk.tell(refusal)
        wanted = CorrectionOtp(version=correction.version, fields=refusal.lines)
        return await prove_otp(
            talk,
            lambda talk: talk.prepare(Api.send_correction_otp, look_up_id, subject, wanted),
            lambda talk, code: talk.do(Api.correct_subject, look_up_id, subject, correction, code),
        )


@part
async def undo_correction(talk: Talk, about: str) -> None:
    """«Hoàn tác»: the subject is as before, if nothing came after it."""
    try:
        await talk.do(Api.undo_correction, UUID(about))
    except (NotFound, SubjectChanged) as refusal:
        await talk.tell(refusal)
    else:
        await talk.say("undone")


@part
async def as_it_is_now(talk: Talk, look_up_id: UUID, subject: int) -> SubjectSeen:
    """The subject as it is. Its version is kept: what is saved will be compared with what was shown."""
    version = await talk.prepare(Api.subject_version, look_up_id, subject)
    seen = await talk.look(Api.subject, look_up_id, subject)
    return seen.model_copy(update={"version": version})


@part
async def ask_all_papers(talk: Talk) -> list[str]:
    """All of them, in place of those before."""
    answer = await talk.ask("numbers", _papers, options=["none"])
    return [] if isinstance(answer, Press) else answer


@part
async def ask_all_phones(talk: Talk) -> list[str]:
    """All of them, in place of those before."""
    answer = await talk.ask("numbers", _phones, options=["none"])
    return [] if isinstance(answer, Press) else answer


def _papers(typed: str) -> list[str]:
    return [id_number(one).number for one in apart(typed) or [""]]


def _phones(typed: str) -> list[str]:
    return [subject_phone(one) for one in apart(typed) or [""]]


def _buttons(changes: dict[str, Any]) -> list[Option]:
    """Under the form: save, if there is something to save; change a line; leave."""
    return [Option(name) for name in (*(["save"] if changes else []), *(f"edit_{field}" for field in FIELDS), "close")]


def _lines(seen: SubjectSeen, shown: dict[str, Any]) -> dict[str, Any]:
    """Every line as it will be, and as it was where that is something else."""
    before = {
        "full_name": seen.full_name,
        "birth": Birth.read(seen.birth).shown,
        "gender": seen.gender,
        "id_numbers": ", ".join(seen.id_number_hints) or "–",
        "phones": ", ".join(seen.phone_hints) or "–",
        "guardian": seen.guardian or "–",
        "residence": ", ".join(seen.area),
    }
    after = before | shown
    return after | {f"{name}_was": _was(before[name], after[name]) for name in before}


def _was(before: object, after: object) -> Lines:
    return Lines("correct_subject.was", ({"before": before},) if before != after else ())
