"""SMS that tell a number what became of its account; no code is in them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.accounts import Account
from models.acts import AdminAct
from models.base import Base, known
from models.words import SmsOutcome


class NoticeSms(Base):
    """One SMS about an act, so at most one per act (T36). The limits count these with those that carry codes."""

    __tablename__ = "notice_sms"

    id: Mapped[UUID] = mapped_column(ForeignKey(AdminAct.id), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    phone_key: Mapped[bytes] = mapped_column()
    source: Mapped[str] = mapped_column()
    claimed_at: Mapped[datetime] = mapped_column()
    outcome: Mapped[SmsOutcome] = mapped_column(default=SmsOutcome.CLAIMED)

    __table_args__ = (
        known("outcome", SmsOutcome),
        Index(None, "account_id", "claimed_at"),
        Index(None, "phone_key", "claimed_at"),
        Index(None, "source", "claimed_at"),
        Index(None, "claimed_at"),
    )
