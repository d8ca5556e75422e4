"""Sessions: who is signed in, where, and until when."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.accounts import Account
from models.base import Base, known, within
from models.rules import SESSION_LIFETIME
from models.words import Channel, SessionEnd


class Session(Base):
    """A signed-in account, bound to its chat or address; none without a confirmed OTP, and one per OTP (R1)."""

    __tablename__ = "session"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    challenge_id: Mapped[UUID] = mapped_column(unique=True)
    otp_confirmed: Mapped[bool] = mapped_column(default=True)
    channel: Mapped[Channel] = mapped_column()
    source: Mapped[str] = mapped_column()
    opened_at: Mapped[datetime] = mapped_column()
    seen_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    otp_proven_at: Mapped[datetime] = mapped_column()
    """When an OTP was last confirmed in it: what is sensitive wants a fresh one."""
    password_proven_at: Mapped[datetime | None] = mapped_column()
    """When the current password was last given in this session, so that a new one may follow."""
    ended_at: Mapped[datetime | None] = mapped_column()
    end: Mapped[SessionEnd | None] = mapped_column()

    __table_args__ = (
        ForeignKeyConstraint(
            ["challenge_id", "account_id", "otp_confirmed"],
            ["otp_challenge.id", "otp_challenge.account_id", "otp_challenge.is_used"],
            name="session_has_a_confirmed_otp",
        ),
        CheckConstraint("otp_confirmed", name="otp_is_confirmed"),
        CheckConstraint('(ended_at IS NULL) = ("end" IS NULL)', name="end_has_a_reason"),
        CheckConstraint(
            within(SESSION_LIFETIME, "opened_at", "expires_at"),
            name=f"at_most_{SESSION_LIFETIME // timedelta(hours=1)}_hours",
        ),
        known("channel", Channel),
        known("end", SessionEnd),
        Index("session_open_of_account", "account_id", postgresql_where="ended_at IS NULL"),
    )
