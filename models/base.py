"""What every table has in common."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, DateTime, LargeBinary, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, MappedColumn

NAMING = {
    "pk": "%(table_name)s_pkey",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "ck": "%(table_name)s_%(constraint_name)s",
}


class Base(DeclarativeBase):
    """A table. Constraint names carry their limit, because migrations compare checks by name."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger,
        str: Text,
        bytes: LargeBinary,
        datetime: DateTime(timezone=True),
    }


def one_of(column: "MappedColumn[Any] | InstrumentedAttribute[Any]", words: type[StrEnum]) -> CheckConstraint:
    """The check that a text column holds one of an enumeration's words; readable in SQL, and a new word is one migration."""
    name = column.column.name if isinstance(column, MappedColumn) else column.key
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{name} IN ({listed})", name=f"{name}_is_known")
