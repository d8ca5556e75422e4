"""The login history: every attempt, written once and never changed (R2)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.accounts import Account
from models.base import Base, known
from models.words import Attempt, Channel


class LoginHistory(Base):
    """One attempt. Of an unknown name, what was typed is kept sealed: people type passwords into the wrong box."""

    __tablename__ = "login_history"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column()
    account_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    typed_name_sealed: Mapped[bytes | None] = mapped_column()
    channel: Mapped[Channel] = mapped_column()
    source: Mapped[str] = mapped_column()
    attempt: Mapped[Attempt] = mapped_column()
    written_in: Mapped[int | None] = mapped_column()
    """The transaction that wrote it, noted by a trigger: what an attempt changes is refused without its row (R2)."""

    __table_args__ = (
        known("channel", Channel),
        known("attempt", Attempt),
        CheckConstraint("(account_id IS NULL) = (typed_name_sealed IS NOT NULL)", name="account_or_typed_name"),
        Index(None, "account_id", "at"),
        Index(None, "at", "id"),
        Index(None, "written_in"),
    )
