"""The API's role: may sign in, and owns, inherits and bypasses nothing."""

from typing import Any, LiteralString

import psycopg
from psycopg import sql
from sqlalchemy import URL

ATTRIBUTES = ("rolsuper", "rolcreaterole", "rolcreatedb", "rolreplication", "rolbypassrls")


class RoleMayTooMuch(Exception):
    """The role that the API is to use could walk around the walls; the migration must not go on."""


def make_role(owner_url: str, api: URL) -> None:
    """Make the role named in the API's address, unless the cluster has it: databases of one cluster share it.

    Raises:
        RoleMayTooMuch: it was there, with more rights than the API's role may have.
    """
    with psycopg.connect(owner_url, autocommit=True) as link:
        if link.execute("SELECT FROM pg_roles WHERE rolname = %s", [api.username]).fetchone() is None:
            _create(link, api)
        _refuse_the_mighty(link, str(api.username))


def let_in(owner_url: str, api: URL) -> None:
    """Give the role the password of the API's address, unless it has it."""
    try:
        psycopg.connect(**_parts(api)).close()
    except psycopg.OperationalError:
        with psycopg.connect(owner_url) as link:
            # Two processes that change one role at once fail; a comment locks the role, cluster-wide, until the end.
            _do(link, "COMMENT ON ROLE {} IS 'The API of TramBot.'", _role(api))
            _do(link, "ALTER ROLE {} LOGIN PASSWORD {}", _role(api), _verifier(link, api))


def _create(link: psycopg.Connection, api: URL) -> None:
    try:
        _do(link, "CREATE ROLE {} LOGIN PASSWORD {}", _role(api), _verifier(link, api))
    except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        """Another process was faster."""


def _refuse_the_mighty(link: psycopg.Connection, role: str) -> None:
    is_mighty = " OR ".join(ATTRIBUTES)
    mighty = link.execute(
        f"SELECT FROM pg_roles r WHERE rolname = %s AND ({is_mighty}"  # noqa: S608 - the constant above
        " OR EXISTS (SELECT FROM pg_auth_members WHERE member = r.oid) OR rolname = current_user)",
        [role],
    )
    if mighty.fetchone() is not None:
        raise RoleMayTooMuch(f"{role} is the tables' owner, has special rights or belongs to other roles")


def _verifier(link: psycopg.Connection, api: URL) -> sql.Literal:
    """The password as the server keeps it (SCRAM), so that it comes into no statement and no server log."""
    password, role = str(api.password).encode(), str(api.username).encode()
    return sql.Literal(link.pgconn.encrypt_password(password, role, b"scram-sha-256").decode())


def _role(api: URL) -> sql.Identifier:
    return sql.Identifier(str(api.username))


def _do(link: psycopg.Connection, statement: LiteralString, *parts: sql.Composable) -> None:
    link.execute(sql.SQL(statement).format(*parts))


def _parts(url: URL) -> dict[str, Any]:
    # Not as an address: PostgreSQL's own parser wants what SQLAlchemy leaves unquoted, such as a space, quoted.
    return {**url.query, **url.translate_connect_args(username="user", database="dbname")}
