"""Signing in, before there is a session: the right password, the captcha, and the waits after wrong passwords."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.accounts import Account
from models.base import Base, known, within
from models.rules import CAPTCHA_LIFETIME, SIGN_IN_LIFETIME
from models.words import Channel


class SignIn(Base):
    """Somebody has given a right password and not yet the OTP. `source` is the chat or address it is bound to (T05)."""

    __tablename__ = "sign_in"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_digest: Mapped[bytes] = mapped_column()
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    channel: Mapped[Channel] = mapped_column()
    source: Mapped[str] = mapped_column()
    needs_phone: Mapped[bool] = mapped_column()
    """The account had no phone when the password was given, so one is asked for (R3)."""
    started_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (
        known("channel", Channel),
        CheckConstraint(
            within(SIGN_IN_LIFETIME, "started_at", "expires_at"),
            name=f"at_most_{SIGN_IN_LIFETIME // timedelta(minutes=1)}_minutes",
        ),
        Index(None, "account_id", "started_at"),
        Index(None, "token_digest"),
    )


class Captcha(Base):
    """A picture to be read by a person: for one chat or address, once, for a short while (R3, T33)."""

    __tablename__ = "captcha"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column()
    answer_sealed: Mapped[bytes] = mapped_column()
    made_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    judged_at: Mapped[datetime | None] = mapped_column()
    """When somebody answered it, right or wrong: one answer each."""
    solved: Mapped[bool] = mapped_column(default=False)
    used_at: Mapped[datetime | None] = mapped_column()
    """When a solved one opened a door: one door each."""

    __table_args__ = (
        CheckConstraint("NOT solved OR judged_at IS NOT NULL", name="solved_by_an_answer"),
        CheckConstraint("used_at IS NULL OR solved", name="only_a_solved_one_is_used"),
        CheckConstraint("used_at <= expires_at", name="used_in_its_life"),
        CheckConstraint(
            within(CAPTCHA_LIFETIME, "made_at", "expires_at"),
            name=f"at_most_{CAPTCHA_LIFETIME // timedelta(minutes=1)}_minutes",
        ),
        Index(None, "source", "made_at"),
    )


class PasswordWait(Base):
    """Wrong passwords for one name, from one source or (source digest of nothing) from everywhere (T31).

    The key is a keyed digest of name and source, so the table tells nobody which names were tried.
    """

    __tablename__ = "password_wait"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    free_at: Mapped[datetime] = mapped_column()
    last_at: Mapped[datetime] = mapped_column()

    __table_args__ = (CheckConstraint("failures >= 0", name="failures_from_0"),)
