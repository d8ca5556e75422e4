"""The subjects, the keys they are found by, and who looked for whom (R16-R18, R19)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.accounts import Account
from models.base import Base, known, listed
from models.places import Unit
from models.rules import MOST_FOUND
from models.sealing import LEAST_SEALED
from models.words import NumberKind, Shown, SubjectAct, SubjectField


class Subject(Base):
    """Somebody who is vaccinated, kept by one unit. What is known of them is sealed in two parts (`particulars`).

    The API's role cannot read it: there are only the functions of its wall. The first phone's and the first paper's key
    stand here, where a subject mostly has all of them; the wide numbers come first, so that no room is lost between.
    """

    __tablename__ = "subject"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    phone_key: Mapped[int | None] = mapped_column()
    document_key: Mapped[int | None] = mapped_column()
    unit_id: Mapped[int] = mapped_column(ForeignKey(Unit.id))
    version: Mapped[int] = mapped_column(Integer, default=1)
    """How often it was written; whoever changes it says which one they saw."""
    scheme: Mapped[int] = mapped_column(SmallInteger)
    area: Mapped[str] = mapped_column()
    sensitive_sealed: Mapped[bytes] = mapped_column()
    rest_sealed: Mapped[bytes] = mapped_column()

    __table_args__ = (
        ForeignKeyConstraint(["scheme", "area"], ["area.scheme", "area.code"]),
        CheckConstraint("version >= 1", name="version_from_1"),
        CheckConstraint("phone_key IS NOT NULL OR document_key IS NOT NULL", name="is_found_by_a_number"),
        CheckConstraint(f"octet_length(sensitive_sealed) > {LEAST_SEALED}", name="sensitive_is_sealed"),
        CheckConstraint(f"octet_length(rest_sealed) > {LEAST_SEALED}", name="rest_is_sealed"),
        Index(None, "phone_key", postgresql_where="phone_key IS NOT NULL"),
        Index(None, "document_key", postgresql_where="document_key IS NOT NULL"),
    )


class SubjectKey(Base):
    """A further key of a subject that has several phones or papers."""

    __tablename__ = "subject_key"

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    subject_id: Mapped[int] = mapped_column(ForeignKey(Subject.id), primary_key=True, autoincrement=False)

    __table_args__ = (Index(None, "subject_id"),)


class SubjectChange(Base):
    """One act on a subject, which made one version of it; never changed (R17).

    What was there before lies here as it lay in the subject's row, sealed for that row; what came after lies in the
    next change, or in the row.
    """

    __tablename__ = "subject_change"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column()
    subject_id: Mapped[int] = mapped_column(ForeignKey(Subject.id))
    version: Mapped[int] = mapped_column(Integer)
    act: Mapped[SubjectAct] = mapped_column()
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    unit_id: Mapped[int] = mapped_column(ForeignKey(Unit.id))
    """Where whoever did it works."""
    fields: Mapped[list[str]] = mapped_column(ARRAY(Text))
    phone_key: Mapped[int | None] = mapped_column()
    document_key: Mapped[int | None] = mapped_column()
    more_keys: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    scheme: Mapped[int | None] = mapped_column(SmallInteger)
    area: Mapped[str | None] = mapped_column()
    sensitive_sealed: Mapped[bytes | None] = mapped_column()
    rest_sealed: Mapped[bytes | None] = mapped_column()

    __table_args__ = (
        UniqueConstraint("subject_id", "version"),
        known("act", SubjectAct),
        CheckConstraint(f"fields <@ ARRAY[{listed(SubjectField)}]", name="fields_are_known"),
        CheckConstraint("(act = 'registered') = (version = 1)", name="first_is_the_registration"),
        CheckConstraint(
            "act = 'registered' OR sensitive_sealed IS NOT NULL AND rest_sealed IS NOT NULL", name="keeps_what_was"
        ),
        Index(None, "account_id", "at"),
    )


class LookUp(Base):
    """Somebody looked for somebody: written, and committed, before anything is read; never changed (R16, T20).

    `asked` is the look-up key and tells nobody who was meant; `found` are the subjects that have it.
    """

    __tablename__ = "look_up"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column()
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    unit_id: Mapped[int] = mapped_column(ForeignKey(Unit.id))
    kind: Mapped[NumberKind] = mapped_column()
    asked: Mapped[int] = mapped_column()
    is_judged: Mapped[bool] = mapped_column()
    """Not where too many before had found nobody: then nothing was looked for."""
    found: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    written_in: Mapped[int] = mapped_column()
    """The transaction that wrote it, which gets no answer."""

    __table_args__ = (
        known("kind", NumberKind),
        CheckConstraint(f"cardinality(found) <= {MOST_FOUND}", name=f"finds_at_most_{MOST_FOUND}"),
        CheckConstraint("is_judged OR cardinality(found) = 0", name="unjudged_finds_nobody"),
        Index(None, "account_id", "at"),
        Index("look_up_missed", "unit_id", "at", postgresql_where="is_judged AND cardinality(found) = 0"),
    )


class RegisteredAfter(Base):
    """A look-up that found nobody whom it was made for, because they were registered then: no miss any more (T20)."""

    __tablename__ = "registered_after"

    look_up_id: Mapped[UUID] = mapped_column(ForeignKey(LookUp.id), primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey(Subject.id))

    __table_args__ = (Index(None, "subject_id"),)


class Disclosure(Base):
    """Somebody was shown a subject that they had looked up; written before it is shown, never changed."""

    __tablename__ = "disclosure"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column()
    look_up_id: Mapped[UUID] = mapped_column(ForeignKey(LookUp.id))
    subject_id: Mapped[int] = mapped_column(ForeignKey(Subject.id))
    shown: Mapped[Shown] = mapped_column()

    __table_args__ = (known("shown", Shown), Index(None, "subject_id", "at"), Index(None, "look_up_id"))
