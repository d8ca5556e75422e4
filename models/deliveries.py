"""Messages to chats that did not just write: written with what caused them, brought by the courier."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.accounts import Account
from models.base import Base, known
from models.words import DeliveryState, Notice


class Delivery(Base):
    """One message for one chat of one account; a cause brings each chat at most one."""

    __tablename__ = "delivery"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    cause: Mapped[str] = mapped_column()
    card: Mapped[str | None] = mapped_column()
    """What the message is about, if it can change: a later delivery of the same card takes the earlier one's place."""
    is_new: Mapped[bool] = mapped_column(default=False)
    """Whether it begins a message of its own all the same: who is to notice it does not look for one far above."""
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    chat: Mapped[int] = mapped_column()
    notice: Mapped[Notice] = mapped_column()
    facts_sealed: Mapped[bytes] = mapped_column()
    """JSON, for the text's placeholders; sealed for `seals.delivery_row`."""
    due_at: Mapped[datetime] = mapped_column()
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.WAITING)
    leased_until: Mapped[datetime | None] = mapped_column()
    attempts: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[int | None] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (
        UniqueConstraint("cause", "account_id", "chat"),
        known("notice", Notice),
        known("state", DeliveryState),
        CheckConstraint("attempts >= 0", name="attempts_from_0"),
        CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="ends_when_it_waits_no_more"),
        Index("delivery_waiting", "due_at", "id", postgresql_where="state = 'waiting'"),
        Index("delivery_of_a_card", "card", "account_id", "chat", postgresql_where="card IS NOT NULL"),
        Index(None, "ended_at", "state"),
        Index("delivery_blocked", "chat", "ended_at", postgresql_where="state = 'blocked'"),
    )
