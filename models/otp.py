"""One-time codes: who was sent which, what was guessed, and the guard that counts (R4, R5)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.accounts import Account
from models.base import Base, known
from models.rules import MAX_OTP_FAILURES, MAX_OTP_STREAK
from models.words import OtpPurpose, SmsOutcome


class OtpGuard(Base):
    """How many wrong OTPs an account has behind it, whatever they were for, and until when it is locked (R5)."""

    __tablename__ = "otp_guard"

    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id), primary_key=True, autoincrement=False)
    failures: Mapped[int] = mapped_column(default=0)
    streak: Mapped[int] = mapped_column(default=0)
    """Wrong ones since the last right one; locks do not clear it. At its limit OTP is disabled."""
    locked_until: Mapped[datetime | None] = mapped_column()

    __table_args__ = (
        CheckConstraint(f"failures BETWEEN 0 AND {MAX_OTP_FAILURES}", name=f"at_most_{MAX_OTP_FAILURES}_failures"),
        CheckConstraint(f"streak BETWEEN failures AND {MAX_OTP_STREAK}", name=f"at_most_{MAX_OTP_STREAK}_in_a_row"),
        CheckConstraint(
            f"failures < {MAX_OTP_FAILURES} OR locked_until IS NOT NULL",
            name=f"failure_{MAX_OTP_FAILURES}_locks",
        ),
    )


class OtpChallenge(Base):
    """A code sent, or about to be: HOTP over its own secret; a resend moves the counter, so the old one is void."""

    __tablename__ = "otp_challenge"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    purpose: Mapped[OtpPurpose] = mapped_column()
    object: Mapped[str] = mapped_column()
    """What it confirms: the sign-in's id."""
    phone_sealed: Mapped[bytes] = mapped_column()
    phone_key: Mapped[bytes] = mapped_column()
    secret_sealed: Mapped[bytes] = mapped_column()
    counter: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()
    voided_at: Mapped[datetime | None] = mapped_column()
    is_used: Mapped[bool] = mapped_column(Computed("used_at IS NOT NULL", persisted=True))
    used_in: Mapped[int | None] = mapped_column()
    """The transaction that used it, noted by a trigger: what an OTP allows is allowed only there (R4)."""

    __table_args__ = (
        UniqueConstraint("id", "account_id", "phone_key"),
        UniqueConstraint("id", "account_id", "is_used"),
        UniqueConstraint("id", "account_id", "phone_key", "is_used"),
        Index(
            "otp_challenge_one_open_per_object",
            "object",
            unique=True,
            postgresql_where="used_at IS NULL AND voided_at IS NULL",
        ),
        Index(None, "account_id", "used_in"),
        known("purpose", OtpPurpose),
        CheckConstraint("used_at IS NULL OR voided_at IS NULL", name="used_or_voided"),
        CheckConstraint("counter >= 0", name="counter_from_0"),
        CheckConstraint("used_at < expires_at", name="used_in_its_life"),
    )


class OtpSms(Base):
    """An SMS with a code: one per challenge and counter, so at most one per press (T36). The limits count these."""

    __tablename__ = "otp_sms"

    challenge_id: Mapped[UUID] = mapped_column(primary_key=True)
    counter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    phone_key: Mapped[bytes] = mapped_column()
    source: Mapped[str] = mapped_column()
    claimed_at: Mapped[datetime] = mapped_column()
    outcome: Mapped[SmsOutcome] = mapped_column(default=SmsOutcome.CLAIMED)

    __table_args__ = (
        ForeignKeyConstraint(
            ["challenge_id", "account_id", "phone_key"],
            ["otp_challenge.id", "otp_challenge.account_id", "otp_challenge.phone_key"],
            name="otp_sms_goes_where_its_challenge_does",
        ),
        known("outcome", SmsOutcome),
        Index(None, "account_id", "claimed_at"),
        Index(None, "phone_key", "claimed_at"),
        Index(None, "source", "claimed_at"),
        Index(None, "claimed_at"),
    )
