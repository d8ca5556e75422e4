"""What admins did, and the passwords they prepared for others."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.accounts import Account
from models.base import Base, known, within
from models.places import Unit
from models.requests import AccountRequest
from models.rules import PREPARED_PASSWORD_LIFETIME
from models.sessions import Session
from models.words import Act


class AdminAct(Base):
    """One act of an admin, written with what it changed and never changed itself (T25)."""

    __tablename__ = "admin_act"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column()
    act: Mapped[Act] = mapped_column()
    by_account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    session_id: Mapped[UUID] = mapped_column(ForeignKey(Session.id))
    account_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey(Unit.id))
    request_id: Mapped[UUID | None] = mapped_column(ForeignKey(AccountRequest.id))
    facts_sealed: Mapped[bytes] = mapped_column()
    """JSON: what it was before, and what it is after; sealed for `seals.ACT_FACTS`."""
    written_in: Mapped[int | None] = mapped_column()
    """The transaction that wrote it, noted by a trigger: what an admin changes is refused without its row."""

    __table_args__ = (
        known("act", Act),
        CheckConstraint("by_account_id <> account_id", name="nobody_acts_on_themselves"),
        Index(None, "account_id", "at"),
        Index(None, "unit_id", "at"),
        Index(None, "request_id"),
        Index(None, "by_account_id", "at"),
    )


class PreparedPassword(Base):
    """A password that an admin chose for somebody, hashed at once; one account gets it, soon, or nobody."""

    __tablename__ = "prepared_password"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    by_account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    hash: Mapped[str] = mapped_column()
    made_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (
        CheckConstraint(
            within(PREPARED_PASSWORD_LIFETIME, "made_at", "expires_at"),
            name=f"at_most_{PREPARED_PASSWORD_LIFETIME // timedelta(minutes=1)}_minutes",
        ),
        CheckConstraint("used_at <= expires_at", name="used_in_its_life"),
    )
