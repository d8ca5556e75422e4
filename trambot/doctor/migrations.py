"""Whether the tables in the database are those of this version."""

from functools import cache
from pathlib import Path

import asyncpg
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from pydantic import SecretStr
from sqlalchemy import CheckConstraint

import models.migrations
from models.tables import METADATA
from trambot.doctor.connection import FAULTS, Link, connected, state_of
from trambot.doctor.finding import Finding, Trouble, good, listed, unknown, wrong

MIGRATE = "Run `trambot migrate` of this version, then start the API again."


async def at_head(owner_url: SecretStr | None) -> Finding:
    """The number that the last migration left, which only the tables' owner may read."""
    if owner_url is None:
        return unknown("migrations", ONLY_THE_OWNER)
    try:
        async with connected(owner_url, "database_owner_url") as link:
            return compared(await _numbers(link))
    except Trouble as trouble:
        return trouble.found("migrations")
    except FAULTS as fault:
        return unknown("migrations", f"The migrations' number could not be read (SQLSTATE {state_of(fault)}).")


def compared(numbers: list[str]) -> Finding:
    """What the database has been migrated to, against what this version brings along."""
    here = _script()
    heads = sorted(here.get_heads())
    if numbers == heads:
        return good("migrations", f"The tables are migrated to {', '.join(heads)}, the newest of this version.")
    if not numbers:
        return wrong("migrations", "The database was never migrated.", MIGRATE)
    if all(_is_known(here, number) for number in numbers):
        return wrong("migrations", f"The tables are at {listed(numbers)}, this version wants {listed(heads)}.", MIGRATE)
    newer = f"The tables are at {listed(numbers)}, which this version does not know: they are newer."
    return wrong("migrations", newer, "Install the version of TramBot that migrated them.")


async def as_the_models_say(link: Link) -> Finding:
    """Tables, columns and limits, as far as any role may see them; a limit is part of its constraint's name (R6)."""
    there = {str(row[0]) for row in await link.fetch(THERE)}
    wanted = _wanted()
    lacking = sorted(wanted - there)
    if lacking:
        return wrong("tables", f"The database lacks {listed(lacking)}.", MIGRATE)
    # What else is in the way of today's limits, such as one of another version's.
    if strange := sorted(name for name in there - wanted if name.startswith("check ")):
        return wrong("tables", f"The database has limits of another version: {listed(strange)}.", MIGRATE)
    return good("tables", f"The {len(METADATA.tables)} tables, their columns and limits are this version's.")


THERE = """
    SELECT 'column ' || c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT 'check ' || conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype = 'c'
"""


ONLY_THE_OWNER = "The last migration's number only the owner may read: TRAMBOT_DATABASE_OWNER_URL is not given here."


@cache
def _wanted() -> frozenset[str]:
    columns = {f"column {table.name}.{column.name}" for table in METADATA.sorted_tables for column in table.columns}
    checks = {
        f"check {each.name}"
        for table in METADATA.sorted_tables
        for each in table.constraints
        if isinstance(each, CheckConstraint)
    }
    return frozenset(columns | checks)


async def _numbers(link: Link) -> list[str]:
    try:
        return sorted(str(row[0]) for row in await link.fetch("SELECT version_num FROM public.alembic_version"))
    except asyncpg.UndefinedTableError:
        return []


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(Path(str(models.migrations.__file__)).parent))


def _is_known(script: ScriptDirectory, number: str) -> bool:
    try:
        return script.get_revision(number) is not None
    except CommandError:
        return False
