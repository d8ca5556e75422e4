"""What the API's role may do in the database: what `models.migrations.grants` says, and nothing else."""

import re
from functools import cache

from models.migrations.api_role import ATTRIBUTES
from models.migrations.grants import FUNCTIONS, GRANTS
from trambot.doctor.connection import Link
from trambot.doctor.finding import Finding, good, listed, wrong

MIGRATE = "Run `trambot migrate`, which takes every right from the role and gives it its own."
RIGHT = re.compile(r"(\w+)(?: \(([^)]*)\))?")
"""«SELECT», or «UPDATE (failures, streak)»."""
AROUND_A_NAME = ' "'


async def not_mighty(link: Link) -> Finding:
    """The role is no superuser, bypasses nothing, belongs to nobody and owns nothing."""
    row = await link.fetchrow(MIGHT)
    mighty = [WORDS.get(name, name) for name, has in row.items() if has]
    if mighty:
        return wrong("role", f"The API's role could walk around the walls: it {', '.join(mighty)}.", ANOTHER_ROLE)
    return good("role", "The API's role has no special right, belongs to no other role and owns nothing.")


ANOTHER_ROLE = "Name a role of its own in TRAMBOT_DATABASE_URL, not the tables' owner, and run `trambot migrate`."
WORDS = {
    "rolsuper": "is a superuser",
    "rolcreaterole": "may make roles",
    "rolcreatedb": "may make databases",
    "rolreplication": "may replicate everything",
    "rolbypassrls": "bypasses row policies",
    "belongs": "belongs to other roles",
    "owns": "owns things",
}
MIGHT = f"""
    SELECT {", ".join(ATTRIBUTES)},
           EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid) AS belongs,
           EXISTS (SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = r.oid
                   AND deptype = 'o') AS owns
    FROM pg_roles r WHERE rolname = current_user
"""  # noqa: S608 - made of constants


async def exactly(link: Link) -> Finding:
    """Every right that is granted to the role or to everybody, against what is written down."""
    has = {str(row[0]) for row in await link.fetch(GRANTED)}
    too_many, too_few = sorted(has - promised()), sorted(promised() - has)
    said = [f"lacks {listed(too_few)}"] * bool(too_few) + [f"may also {listed(too_many)}"] * bool(too_many)
    if said:
        return wrong("grants", f"The API's role {' and '.join(said)}.", MIGRATE)
    return good("grants", f"The API's role has exactly its {len(has)} rights.")


GRANTED = """
    WITH me AS (SELECT oid FROM pg_roles WHERE rolname = current_user),
    granted(what, acl) AS (
        SELECT 'database', coalesce(datacl, acldefault('d', datdba)) FROM pg_database WHERE datname = current_database()
        UNION ALL SELECT 'schema', coalesce(nspacl, acldefault('n', nspowner))
            FROM pg_namespace WHERE nspname = 'public'
        UNION ALL SELECT relname, relacl FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT relname || '.' || attname, attacl
            FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT 'function ' || proname, coalesce(proacl, acldefault('f', proowner))
            FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    )
    SELECT DISTINCT each.privilege_type || ' ' || what FROM granted, aclexplode(acl) each, me
    WHERE each.grantee IN (0, me.oid)
"""


@cache
def promised() -> frozenset[str]:
    """«CONNECT database», «SELECT account», «UPDATE account.language» …"""
    rights = {f"{right} {place}" for table, granted in GRANTS.items() for right, place in _rights(table, granted)}
    functions = {f"EXECUTE function {function.partition('(')[0]}" for function in FUNCTIONS}
    return frozenset(rights | functions | {"CONNECT database", "USAGE schema"})


def _rights(table: str, granted: str) -> list[tuple[str, str]]:
    found = []
    for right, columns in RIGHT.findall(granted):
        places = [f"{table}.{column.strip(AROUND_A_NAME)}" for column in columns.split(",")] if columns else [table]
        found += [(right, place) for place in places]
    return found
