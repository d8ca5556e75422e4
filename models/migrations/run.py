"""Brings a database to the newest tables, and its roles to their rights."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.pool import NullPool

from models.migrations.api_role import let_in, make_role
from models.migrations.grants import grant

LOCK = int.from_bytes(b"trambot", "big")
"""The advisory lock that one migrating process holds in its database."""


def upgrade(owner_url: str, api_url: str) -> None:
    """Migrate as the owner, then give the role named in `api_url` its password and exactly its rights.

    Both are plain `postgresql://user:password@host:port/database`. May be repeated, and run by several at once.

    Raises:
        RoleMayTooMuch: the API's role exists and could walk around the walls.
        psycopg.Error, sqlalchemy.exc.DBAPIError: the database says no; nothing was changed in it.
    """
    api = make_url(api_url)
    make_role(owner_url, api)
    with migrating(owner_url) as connection:
        command.upgrade(alembic(connection), "head")
        grant(connection, str(api.username))
    let_in(owner_url, api)


@contextmanager
def migrating(owner_url: str) -> Iterator[Connection]:
    """A connection in one transaction that no other migration shares the database with."""
    engine = create_engine(
        make_url(owner_url).set(drivername="postgresql+psycopg"), poolclass=NullPool, hide_parameters=True
    )
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        yield connection


def alembic(connection: Connection) -> Config:
    """Alembic's settings, for that connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
