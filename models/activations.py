"""Activations: a code by SMS with which somebody gives their account its first password, or another one."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.accounts import Account
from models.base import Base, known, within
from models.rules import ACTIVATION_LIFETIME, MAX_ACTIVATION_FAILURES
from models.words import SmsOutcome


class Activation(Base):
    """One code for one account, and the SMS that carried it. The code is kept as a keyed hash that the API cannot read.

    Judging a code and using it are functions of the tables' owner (`walls/activation.sql`): the API's role can neither
    read a code's hash nor open or use an activation in another way.
    """

    __tablename__ = "activation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    code_key: Mapped[bytes] = mapped_column()
    phone_key: Mapped[bytes] = mapped_column()
    made_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    outcome: Mapped[SmsOutcome] = mapped_column(default=SmsOutcome.CLAIMED)
    failures: Mapped[int] = mapped_column(default=0)
    token_digest: Mapped[bytes | None] = mapped_column()
    """Of whoever gave the right code last, and may choose the password."""
    voided_at: Mapped[datetime | None] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (
        known("outcome", SmsOutcome),
        CheckConstraint(
            f"failures BETWEEN 0 AND {MAX_ACTIVATION_FAILURES}", name=f"at_most_{MAX_ACTIVATION_FAILURES}_failures"
        ),
        CheckConstraint(
            within(ACTIVATION_LIFETIME, "made_at", "expires_at"),
            name=f"at_most_{ACTIVATION_LIFETIME // timedelta(hours=1)}_hours",
        ),
        CheckConstraint("used_at IS NULL OR voided_at IS NULL", name="used_or_voided"),
        CheckConstraint("used_at < expires_at", name="used_in_its_life"),
        CheckConstraint("used_at IS NULL OR token_digest IS NOT NULL", name="used_by_whoever_had_the_code"),
        Index(
            "activation_one_open_per_account",
            "account_id",
            unique=True,
            postgresql_where="used_at IS NULL AND voided_at IS NULL",
        ),
        Index(None, "account_id", "made_at"),
        Index(None, "made_at"),
        Index(None, "token_digest"),
    )
