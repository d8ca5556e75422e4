"""Subjects, asked for and answered (R16)."""

from uuid import UUID

from pydantic import Field

from api.schemas.values import Answer, Request, Typed
from models.words import Gender


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
