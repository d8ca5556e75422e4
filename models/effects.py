"""What was done under which Idempotency-Key, so that asking again gives the answer and does nothing (T29)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Effect(Base):
    """A done effect with its sealed answer, or a voided key (no status), kept for a day.

    `caller` and `request` are keyed digests: a plain hash of a request with six digits in it would give them away.
    """

    __tablename__ = "effect"

    key: Mapped[str] = mapped_column(primary_key=True)
    caller: Mapped[bytes] = mapped_column()
    request: Mapped[bytes | None] = mapped_column()
    status: Mapped[int | None] = mapped_column()
    answer_sealed: Mapped[bytes | None] = mapped_column()
    at: Mapped[datetime] = mapped_column()
    is_void: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint("length(key) BETWEEN 16 AND 128", name="key_is_16_to_128_long"),
        CheckConstraint("NOT is_void OR status IS NULL", name="void_has_no_answer"),
        Index(None, "at"),
    )
