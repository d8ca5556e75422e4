"""What was brought into the registry from files, piece by piece, so that nothing is brought in twice (R19, T46)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class SubjectImport(Base):
    """A file of subjects; known again by how it begins, whatever its name is by then."""

    __tablename__ = "subject_import"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    beginning: Mapped[bytes] = mapped_column(unique=True)
    """A digest of its first rows."""
    piece_size: Mapped[int] = mapped_column(Integer)
    """In bytes; it is cut into the same pieces again."""
    started_at: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()

    __table_args__ = (CheckConstraint("piece_size > 0", name="piece_size_above_0"),)


class SubjectImportPiece(Base):
    """A piece whose subjects are there: written in one transaction with them, all or none."""

    __tablename__ = "subject_import_piece"

    import_id: Mapped[UUID] = mapped_column(ForeignKey(SubjectImport.id), primary_key=True)
    begin: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The byte of the file that it begins at."""
    digest: Mapped[bytes] = mapped_column()
    rows: Mapped[int] = mapped_column(Integer)
    """Of it that are subjects now."""
    refused: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        CheckConstraint("begin >= 0", name="begin_from_0"),
        CheckConstraint("rows >= 0 AND refused >= 0", name="counts_from_0"),
    )
