"""The role that owns the tables, who is no superuser, and the databases that belong to it."""

from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

OWNER = "trambot_owner"
API = "trambot_api"


def own_database(superuser_url: str, database: str, password: str, *, owner: str = OWNER) -> str:
    """Make sure that the owner's role and database exist; the owner's address of that database.

    The owner may log in and make roles (the migrations make the API's), and that is all: what a
    superuser owns walks past row policies, so a superuser owns nothing.
    """
    with psycopg.connect(superuser_url, autocommit=True) as link:
        make_owner(link, owner, password)
        if not link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            link.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), sql.Identifier(owner)))
    return as_role(superuser_url, owner, password, database)


def make_owner(link: psycopg.Connection, owner: str, password: str) -> None:
    """Make the owner's role, or give it this password; the server sees only the scram verifier."""
    known = link.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [owner]).fetchone()
    verifier = link.pgconn.encrypt_password(password.encode(), owner.encode(), b"scram-sha-256").decode()
    link.execute(
        sql.SQL("{} ROLE {} LOGIN CREATEROLE PASSWORD {}").format(
            sql.SQL("ALTER" if known else "CREATE"), sql.Identifier(owner), sql.Literal(verifier)
        )
    )


def as_role(url: str, role: str, password: str, database: str | None = None) -> str:
    """The same server's address for another role, and another database if given."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    path = parts.path if database is None else f"/{quote(database)}"
    return urlunsplit(parts._replace(netloc=f"{quote(role)}:{quote(password, safe='')}@{host}", path=path))
