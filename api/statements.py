"""Statements compiled once and run on the driver's own connection, for the paths every request takes."""

from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.compiler import SQLCompiler

from models.database import driver_of


class Compiled:
    """A Core statement as SQL text. The ORM and its compilation cost several times what PostgreSQL needs for a key."""

    def __init__(self, statement: Executable) -> None:
        compiled = statement.compile(dialect=asyncpg.dialect())  # type: ignore[attr-defined,no-untyped-call]
        assert isinstance(compiled, SQLCompiler)  # noqa: S101 - for the type checker
        self._sql = str(compiled)
        self._defaults = dict(compiled.params)
        self._order = tuple(compiled.positiontup or ())

    async def row(self, db: AsyncSession, **values: Any) -> Any:
        """The first row, on the session's connection and in its transaction; None if there is none.

        Raises:
            asyncpg.PostgresError: the driver's own errors, not SQLAlchemy's.
        """
        return await (await driver_of(db)).fetchrow(self._sql, *self._in_order(values))

    async def rows(self, db: AsyncSession, **values: Any) -> list[Any]:
        """All rows; for the rest as `row`."""
        found: list[Any] = await (await driver_of(db)).fetch(self._sql, *self._in_order(values))
        return found

    def _in_order(self, values: dict[str, Any]) -> list[Any]:
        given = {**self._defaults, **values}
        return [given[name] for name in self._order]
