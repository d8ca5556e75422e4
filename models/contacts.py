"""Whom to turn to: the focal officer of each unit, and the support of those who support others (R15)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, known, listed
from models.places import Unit
from models.words import SUPPORTING, ContactKind, UnitKind


class Contact(Base):
    """Somebody to turn to, of one unit; name, position, phone and email are sealed together."""

    __tablename__ = "contact"

    unit_id: Mapped[int] = mapped_column(ForeignKey(Unit.id), primary_key=True, autoincrement=False)
    kind: Mapped[ContactKind] = mapped_column(primary_key=True)
    unit_kind: Mapped[UnitKind] = mapped_column()
    sealed: Mapped[bytes] = mapped_column()
    """JSON; sealed for `seals.contact_row`."""
    changed_at: Mapped[datetime] = mapped_column()

    __table_args__ = (
        ForeignKeyConstraint(["unit_id", "unit_kind"], ["unit.id", "unit.kind"], onupdate="CASCADE"),
        known("kind", ContactKind),
        CheckConstraint(
            f"kind <> '{ContactKind.SUPPORT}' OR unit_kind IN ({listed(SUPPORTING)})", name="support_is_of_few"
        ),
    )
