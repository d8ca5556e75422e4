"""Vaccines, plans and doses: what is given to whom, when, where and of which lot (R18)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from models.accounts import Account
from models.base import Base
from models.places import Unit
from models.refusals import DoseBeyondTheCourse, DoseOfAnotherVaccine, DoseOutOfTurn, DoseTooEarly, Refusal
from models.rules import MOST_DOSES, MOST_EXPECTED, MOST_LOTS
from models.subjects import Subject


class Vaccine(Base):
    """A vaccine, with its course; data of the installation (`models/data/vaccines_2021.csv` in the beginning)."""

    __tablename__ = "vaccine"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column()
    doses: Mapped[int] = mapped_column(SmallInteger)
    min_days: Mapped[int | None] = mapped_column(SmallInteger)
    """Between two doses of a course; None where there is but one."""
    decision: Mapped[str] = mapped_column()
    """Of the Ministry of Health, by which it was approved."""

    __table_args__ = (
        CheckConstraint(f"doses BETWEEN 1 AND {MOST_DOSES}", name=f"at_most_{MOST_DOSES}_doses"),
        CheckConstraint("min_days > 0 OR min_days IS NULL AND doses = 1", name="has_an_interval"),
    )


class Plan(Base):
    """«Kế hoạch tiêm»: a day on which a unit vaccinates somewhere, with what, and how many are expected."""

    __tablename__ = "plan"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey(Unit.id))
    day: Mapped[date] = mapped_column(Date)
    place: Mapped[str] = mapped_column()
    vaccine: Mapped[str] = mapped_column(ForeignKey(Vaccine.code))
    lots: Mapped[list[str]] = mapped_column(ARRAY(Text))
    expected: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    made_at: Mapped[datetime] = mapped_column()

    __table_args__ = (
        UniqueConstraint("id", "unit_id"),
        CheckConstraint(f"cardinality(lots) BETWEEN 1 AND {MOST_LOTS}", name=f"at_most_{MOST_LOTS}_lots"),
        CheckConstraint(f"expected BETWEEN 1 AND {MOST_EXPECTED}", name=f"at_most_{MOST_EXPECTED}_expected"),
        Index(None, "unit_id", "day"),
    )


class Dose(Base):
    """«Mũi tiêm»: recorded once, corrected but never erased; the API's role has only the functions of its wall."""

    __tablename__ = "dose"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey(Subject.id))
    number: Mapped[int] = mapped_column(SmallInteger)
    vaccine: Mapped[str] = mapped_column(ForeignKey(Vaccine.code))
    lot: Mapped[str] = mapped_column()
    day: Mapped[date] = mapped_column(Date)
    plan_id: Mapped[UUID] = mapped_column()
    unit_id: Mapped[int] = mapped_column()
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    at: Mapped[datetime] = mapped_column()
    reason_sealed: Mapped[bytes | None] = mapped_column()
    """Why it was given though it does not fit those before; sealed for `seals.DOSE_REASON`."""
    version: Mapped[int] = mapped_column(Integer, default=1)

    __table_args__ = (
        UniqueConstraint("subject_id", "day", "vaccine", "number"),
        ForeignKeyConstraint(["plan_id", "unit_id"], ["plan.id", "plan.unit_id"]),
        CheckConstraint(f"number BETWEEN 1 AND {MOST_DOSES}", name=f"number_at_most_{MOST_DOSES}"),
        CheckConstraint("version >= 1", name="version_from_1"),
        Index(None, "account_id", "at"),
    )


class DoseChange(Base):
    """What a dose was before it was corrected, and by whom; never changed."""

    __tablename__ = "dose_change"

    dose_id: Mapped[UUID] = mapped_column(ForeignKey(Dose.id), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """The one that was made."""
    at: Mapped[datetime] = mapped_column()
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    number: Mapped[int] = mapped_column(SmallInteger)
    lot: Mapped[str] = mapped_column()
    reason_sealed: Mapped[bytes | None] = mapped_column()


@dataclass(frozen=True)
class Given:
    """A dose that somebody was given before."""

    number: int
    vaccine: str
    day: date


def misfit(before: Sequence[Given], number: int, vaccine: Vaccine, day: date) -> Refusal | None:
    """Why a dose does not fit those before; None if it does (R18)."""
    latest = max(before, key=lambda dose: dose.number, default=None)
    due = latest.number + 1 if latest else 1
    if number != due:
        return DoseOutOfTurn(due=due)
    if number > vaccine.doses:
        return DoseBeyondTheCourse(vaccine=vaccine.name, doses=vaccine.doses)
    if latest is None:
        return None
    if latest.vaccine != vaccine.code:
        return DoseOfAnotherVaccine(number=latest.number)
    earliest = latest.day + timedelta(days=vaccine.min_days or 0)
    return DoseTooEarly(days=vaccine.min_days or 0, earliest=earliest.isoformat()) if day < earliest else None
