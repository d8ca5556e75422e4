"""Correcting a subject that one has looked up: with an OTP for just that, where another unit keeps them (R17, T18)."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    bindparam,
    column,
    func,
    select,
)

from api.acts.look_up import answered
from api.acts.notices import notify, open_chats
from api.acts.otp_challenge import Confirmed
from api.acts.register_subject import must_be_a_commune
from api.acts.step_up import send_otp, use_otp
from api.acts.subject_work import must_keep
from api.people import Person
from api.schemas.signing_in import OtpSent
from api.schemas.subjects import Correction, CorrectionOtp, CorrectionUndone, SubjectCorrected
from api.statements import Compiled
from api.turns import Turn
from models.corrections import changed, otp_object, sensitive
from models.given_particulars import Given
from models.look_up import LookUpSecrets
from models.particulars import Particulars
from models.places import Unit
from models.refusals import NotFound, OtpWanted, Refusal, SubjectChanged
from models.rules import VIETNAM
from models.sealed_subjects import sealed
from models.words import Notice, OtpPurpose, SubjectField

TIME = DateTime(timezone=True)
CORRECT = Compiled(
    select(
        func.correct_subject(
            bindparam("shown", type_=Text),
            bindparam("change", type_=Uuid),
            bindparam("look_up", type_=Uuid),
            bindparam("subject", type_=BigInteger),
            bindparam("version", type_=Integer),
            bindparam("fields", type_=ARRAY(Text)),
            bindparam("phone_key", type_=BigInteger),
            bindparam("document_key", type_=BigInteger),
            bindparam("more_keys", type_=ARRAY(BigInteger)),
            bindparam("scheme", type_=Integer),
            bindparam("area", type_=Text),
            bindparam("sensitive", type_=LargeBinary),
            bindparam("rest", type_=LargeBinary),
            bindparam("now", type_=TIME),
        )
    )
)
UNDO = Compiled(
    select(
        func.undo_correction(
            bindparam("shown", type_=Text),
            bindparam("change", type_=Uuid),
            bindparam("of_change", type_=Uuid),
            bindparam("now", type_=TIME),
        )
    )
)
CONCERNED = Compiled(select(column("id")).select_from(func.concerned_by(bindparam("change", type_=Uuid)).alias("id")))


@dataclass(frozen=True)
class Found:
    """A subject as it lies in a look-up's answer."""

    row: Any
    particulars: Particulars

    @property
    def is_ours(self) -> bool:
        return bool(self.row["is_ours"])


async def send_correction_otp(
    turn: Turn, person: Person, token: str, look_up_id: UUID, subject_id: int, given: CorrectionOtp
) -> OtpSent | Refusal:
    """Send a code for correcting these fields of that version, to whoever corrects and never to the subject.

    Raises:
        NotFound, SubjectChanged: see `correct_subject`.
        ResendTooSoon, TooManySms, Busy: no SMS may go now.
    """
    must_keep(person)
    await _found(turn, token, look_up_id, subject_id, given.version)
    return await send_otp(turn, person, _confirmed(person, subject_id, given.version, given.fields))


async def correct_subject(
    turn: Turn, person: Person, token: str, look_up_id: UUID, subject_id: int, given: Correction
) -> SubjectCorrected | Refusal:
    """Change what is given; the unit that keeps the subject is told, if it is another.

    Raises:
        NotFound: not looked up by oneself lately, or whoever asks corrects nobody, or nobody lives there.
        SubjectChanged: it is not any more what `version` says; nothing was judged.
        OtpWanted: `code` is missing, for sensitive fields of another unit's subject.
        Refusals of `Given.particulars`: what is wrong with what is given.
    """
    must_keep(person)
    found = await _found(turn, token, look_up_id, subject_id, given.version)
    after = _given(found.particulars, given).particulars(turn.now().astimezone(VIETNAM).date())
    fields = changed(found.particulars, after)
    if not fields:
        return SubjectCorrected(version=given.version, fields=[], told=0)
    if SubjectField.RESIDENCE in fields:
        await must_be_a_commune(turn, after.sensitive.scheme, after.sensitive.area)
    if sensitive(fields) and not found.is_ours:
        if given.code is None:
            raise OtpWanted(lines=sensitive(fields))
        used = await use_otp(turn, person, given.code, _confirmed(person, subject_id, given.version, fields))
        if isinstance(used, Refusal):
            return used
    change_id = uuid4()
    version = await _write(turn, token, look_up_id, found, after, fields, change_id)
    told = await _tell(turn, person, Notice.SUBJECT_CORRECTED, change_id, change_id, fields)
    return SubjectCorrected(version=version, fields=fields, told=told)


async def undo_correction(turn: Turn, person: Person, token: str, of_change: UUID) -> CorrectionUndone:
    """Take a correction of a subject of one's own unit back, by whomever it was made.

    Raises:
        NotFound: there is no such correction, or another unit keeps the subject.
        SubjectChanged: something came after it, so it is not what it was.
    """
    must_keep(person)
    change_id = uuid4()
    undone = (await UNDO.row(turn.db, shown=token, change=change_id, of_change=of_change, now=turn.now()))[0]
    if undone is None:
        raise NotFound
    if undone == 0:
        raise SubjectChanged
    await _tell(turn, person, Notice.CORRECTION_UNDONE, change_id, of_change, [])
    return CorrectionUndone(version=undone)


async def _found(turn: Turn, token: str, look_up_id: UUID, subject_id: int, version: int) -> Found:
    answer = await answered(turn, token, look_up_id, turn.now())
    found = next((Found(row, one) for row, one in answer if row["id"] == subject_id), None)
    if found is None:
        raise NotFound
    if found.row["version"] != version:
        raise SubjectChanged
    return found


def _confirmed(person: Person, subject_id: int, version: int, fields: list[SubjectField]) -> Confirmed:
    return Confirmed(OtpPurpose.CORRECTION, otp_object(person.session_id, subject_id, version, fields))


def _given(before: Particulars, given: Correction) -> Given:
    """The particulars as they would be given today, with what is to be different."""
    was, rest = before.sensitive, before.rest
    as_it_is = Given(
        full_name=was.full_name,
        birth=str(was.birth),
        gender=rest.gender,
        id_numbers=was.id_numbers,
        phones=rest.phones,
        guardian=rest.guardian,
        scheme=was.scheme,
        area=was.area,
        address=was.address,
    )
    given_lines = ("full_name", "birth", "gender", "guardian", "id_numbers", "phones")
    lines: dict[str, Any] = {name: line for name in given_lines if (line := getattr(given, name)) is not None}
    lives = given.residence.model_dump() if given.residence is not None else {}
    return replace(as_it_is, **lines | lives)


async def _write(
    turn: Turn,
    token: str,
    look_up_id: UUID,
    found: Found,
    after: Particulars,
    fields: list[SubjectField],
    change_id: UUID,
) -> int:
    """Seal what changes, and leave what does not as it lies; the version that was made."""
    row, subject_id = found.row, found.row["id"]
    new = sealed(after, subject_id, turn.keys, LookUpSecrets.of(turn.keys))
    version = await CORRECT.row(
        turn.db,
        shown=token,
        change=change_id,
        look_up=look_up_id,
        subject=subject_id,
        version=row["version"],
        fields=fields,
        phone_key=new.phone_key,
        document_key=new.document_key,
        more_keys=new.more_keys,
        scheme=new.scheme,
        area=new.area,
        sensitive=new.sensitive if sensitive(fields) else row["sensitive_sealed"],
        rest=new.rest if after.rest != found.particulars.rest else row["rest_sealed"],
        now=turn.now(),
    )
    if version[0] is None:
        raise SubjectChanged
    return int(version[0])


async def _tell(
    turn: Turn, person: Person, notice: Notice, change_id: UUID, of_change: UUID, fields: list[SubjectField]
) -> int:
    """Tell whom it concerns in their open chats, without a word of whose particulars it is; how many were told."""
    concerned = [row["id"] for row in await CONCERNED.rows(turn.db, change=change_id)]
    chats = await open_chats(turn, concerned)
    unit = await turn.db.get_one(Unit, person.unit_id)
    facts = {"change": str(of_change), "by": person.username, "unit": unit.name, "fields": ",".join(fields)}
    card = f"correction {of_change}"
    await notify(turn, notice, chats, f"change {change_id}", facts | {"at": turn.now().isoformat()}, card=card)
    return len({account for account, _ in chats})
