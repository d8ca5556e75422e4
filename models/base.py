"""What every table has in common."""

from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, CheckConstraint, DateTime, LargeBinary, MetaData, Text
from sqlalchemy import Enum as EnumType
from sqlalchemy.orm import DeclarativeBase

# Words as text with a check, not as a PostgreSQL type: a new word is then one plain migration.
WORDS = EnumType(
    Enum,
    native_enum=False,
    create_constraint=False,
    length=32,
    values_callable=lambda words: [word.value for word in words],
)


class Base(DeclarativeBase):
    """A table. The names of its constraints carry their limits, because migrations compare checks by name."""

    metadata = MetaData(
        naming_convention={
            "pk": "%(table_name)s_pkey",
            "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "ix": "%(table_name)s_%(column_0_N_name)s_idx",
            "ck": "%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger,
        str: Text,
        bytes: LargeBinary,
        datetime: DateTime(timezone=True),
        Enum: WORDS,
    }


def known(column: str, words: type[StrEnum]) -> CheckConstraint:
    """The check that a text column holds one of an enumeration's words."""
    return CheckConstraint(f'"{column}" IN ({listed(words)})', name=f"{column}_is_known")


def within(limit: timedelta, start: str, end: str) -> str:
    """The condition, in SQL, that no more than `limit` lies between two columns."""
    return f"{end} - {start} <= interval '{limit.total_seconds():.0f} seconds'"


def listed(words: type[StrEnum] | frozenset[Any]) -> str:
    """The words as SQL literals, in a fixed order."""
    return ", ".join(f"'{word}'" for word in sorted(words))
