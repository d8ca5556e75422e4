"""Subjects, asked for and answered (R16)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.schemas.doses import DoseSeen
from api.schemas.values import WHOLE, Answer, AreaCode, Request, Scheme, Typed, TypedSecret
from models.rules import MOST_NUMBERS
from models.words import Gender, SubjectField


class SubjectWanted(Request):
    """Whom somebody looks for: a full name and a number, never one of them (R16)."""

    full_name: Typed | None = Field(
        None, examples=["NGUYEN VAN A"], description="In any case, with or without accents."
    )
    number: Typed | None = Field(
        None, examples=["0987 654 321"], description="Of a phone, mobile or landline, or of a CMT, CCCD or passport."
    )


class SubjectsAsked(Answer):
    """The look-up is written down; by its id those found can be read again, for a while."""

    id: UUID
    count: int


class LookAlikes(Request):
    """Whoever is about to be registered: their name, and all their numbers (R18)."""

    full_name: Typed = Field(examples=["Nguyễn Văn A"])
    numbers: list[Typed] = Field(min_length=1, max_length=2 * MOST_NUMBERS, examples=[["0987 654 321"]])


class LookAlikesAsked(Answer):
    """A look-up for each of the numbers; whom they found may be the same person."""

    look_ups: list[SubjectsAsked]


class NewSubject(Request):
    """Somebody to register; with at least one number, else nobody could find them (R18)."""

    full_name: Typed = Field(examples=["Nguyễn Văn A"])
    birth: Typed = Field(examples=["1/2/1990"], description="A date, day first, or only the year.")
    gender: Gender
    id_numbers: list[Typed] = Field([], max_length=MOST_NUMBERS, description="Of CCCD, CMT or passport.")
    phones: list[Typed] = Field([], max_length=MOST_NUMBERS, description="Mobile or landline.")
    guardian: Typed | None = Field(None, description="Whose phone it is, if not the subject's own.")
    scheme: Scheme
    area: AreaCode = Field(description="The commune where they live now.")
    address: Typed | None = Field(None, description="What comes before the commune.")
    look_ups: list[UUID] = Field(
        max_length=2 * MOST_NUMBERS, description="By which they were looked for, by each of their numbers."
    )


class SubjectRegistered(Answer):
    """One's own unit keeps the subject from now on."""

    id: int


class SubjectRow(Answer):
    """One of those found, masked, with what tells them apart (R16)."""

    id: int
    name_hint: str = Field(examples=["N•• V•• A••"])
    birth_year: int
    gender: Gender
    area: list[str] = Field(description="The commune where they live, and what lies around it.")
    is_yours: bool = Field(description="One's own unit keeps the subject.")


class SubjectSeen(Answer):
    """A subject as the work needs it; numbers stay masked."""

    id: int
    version: int
    full_name: str
    birth: str = Field(examples=["1990-02-01"], description="A date, or only the year.")
    gender: Gender
    phone_hints: list[str]
    id_number_hints: list[str]
    guardian: str | None = Field(description="Whose phone it is, if not the subject's own.")
    area: list[str]
    is_yours: bool
    doses: list[DoseSeen]


Version = Annotated[int, Field(ge=1, le=2**31 - 1, description="As it was shown."), WHOLE]


class Residence(Request):
    """«Nơi ở hiện tại»."""

    scheme: Scheme
    area: AreaCode = Field(description="The commune.")
    address: Typed = Field(description="What comes before the commune; may be empty.")


class Correction(Request):
    """What is to be different; what is left out stays (R17)."""

    version: Version
    full_name: Typed | None = None
    birth: Typed | None = Field(None, examples=["1/2/1990"])
    gender: Gender | None = None
    id_numbers: list[Typed] | None = Field(None, max_length=MOST_NUMBERS, description="All of them.")
    phones: list[Typed] | None = Field(None, max_length=MOST_NUMBERS, description="All of them.")
    guardian: Typed | None = Field(None, description="Empty: the phone is the subject's own.")
    residence: Residence | None = None
    code: TypedSecret | None = Field(None, description="The OTP for just that, where one is wanted.")


class CorrectionOtp(Request):
    """What a code is to be for: correcting these fields of that version (T18)."""

    version: Version
    fields: list[SubjectField] = Field(min_length=1, max_length=len(SubjectField))


class SubjectCorrected(Answer):
    """The subject is as it was to be."""

    version: int
    fields: list[SubjectField]
    told: int = Field(description="People of the unit that keeps the subject, in an open chat; 0 for one's own.")


class CorrectionUndone(Answer):
    """The subject is as it was before the correction."""

    version: int


class InFull(Answer):
    """What the card masks."""

    phones: list[str]
    id_numbers: list[str]
    address: str


class SubjectShown(Answer):
    """It was written down. In a chat the numbers come as a message of their own, and this answer holds none of them."""

    in_full: InFull | None = Field(description="None for a chat.")
    taken_back_at: datetime | None = Field(description="When that message goes; None where there is no chat.")
