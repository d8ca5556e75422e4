"""Lists of account requests before they are sent: one for each asker, row by row, and what is still wrong (R13)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.accounts import Account
from models.base import Base, known
from models.listed_people import PersonDoubt, RowState
from models.places import Unit


class RequestList(Base):
    """The list that an account is putting together. It is nobody else's, and is forgotten when nobody touches it."""

    __tablename__ = "request_list"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    by_account_id: Mapped[int] = mapped_column(ForeignKey(Account.id), unique=True)
    touched_at: Mapped[datetime] = mapped_column()
    numbered: Mapped[int] = mapped_column(default=0)
    """The number of its last row; none is given twice."""
    file_key: Mapped[bytes | None] = mapped_column()
    """Of the file that came last."""
    reading: Mapped[UUID | None] = mapped_column()
    """Who reads that file; another who begins to takes the place of one that died."""
    rows_there: Mapped[int] = mapped_column(default=0)
    """In that file; of them were read:"""
    rows_read: Mapped[int] = mapped_column(default=0)
    repeated: Mapped[int] = mapped_column(default=0)
    """Rows, of what came last, that were on the list already."""
    waiting: Mapped[int] = mapped_column(default=0)
    """Rows, of what came last, of people whose request waits already."""

    __table_args__ = (
        UniqueConstraint("id", "by_account_id"),
        CheckConstraint("rows_read <= rows_there", name="reads_no_more_than_there_is"),
        Index(None, "touched_at"),
    )


class ListedPerson(Base):
    """A row of such a list; a person stands once on it, for a unit."""

    __tablename__ = "listed_person"

    list_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    by_account_id: Mapped[int] = mapped_column()
    cells_sealed: Mapped[bytes] = mapped_column()
    """JSON, what was typed; sealed for `seals.listed_row`."""
    row_key: Mapped[bytes] = mapped_column()
    """Who it is, or while that is not known, what was typed."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey(Unit.id))
    person_key: Mapped[bytes | None] = mapped_column()
    phone_key: Mapped[bytes | None] = mapped_column()
    flaws: Mapped[dict[str, str]] = mapped_column(JSONB)
    """By column, what is wrong; words alone."""
    doubt: Mapped[PersonDoubt | None] = mapped_column()
    is_confirmed: Mapped[bool] = mapped_column(default=False)
    """The doubt was looked at, and it is somebody else."""
    state: Mapped[RowState] = mapped_column()

    __table_args__ = (
        ForeignKeyConstraint(
            ["list_id", "by_account_id"], ["request_list.id", "request_list.by_account_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("list_id", "row_key"),
        Index(None, "list_id", "state", "number"),
        Index(None, "list_id", "phone_key"),
        known("doubt", PersonDoubt),
        known("state", RowState),
        CheckConstraint("(state = 'wrong') = (flaws <> '{}')", name="wrong_for_a_reason"),
        CheckConstraint(
            "state = 'wrong' OR unit_id IS NOT NULL AND person_key IS NOT NULL AND phone_key IS NOT NULL",
            name="names_somebody",
        ),
        CheckConstraint(
            "state = 'wrong' OR (state = 'doubtful') = (doubt IS NOT NULL AND NOT is_confirmed)",
            name="doubtful_for_a_reason",
        ),
    )
