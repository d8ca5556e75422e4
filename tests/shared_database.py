"""A database of its own for every worker, copied from one template that was migrated once."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import LiteralString
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.shared_servers import SharedServers
from trambot.servers.folder import write_private
from trambot.servers.roles import as_role, own_database


class Cluster:
    """The run's databases and roles; all are named after the run, because the server may be somebody's own."""

    def __init__(self, servers: SharedServers) -> None:
        self._servers = servers
        self.run = servers.folder.name.replace("-", "_")
        self._owner = f"{self.run}_owner"
        self._api = f"{self.run}_api"

    def superuser_url(self, database: str) -> str:
        """Where a superuser reaches the database."""
        return urlsplit(self._servers.postgres_url())._replace(path=f"/{database}").geturl()

    def owner_url(self, database: str) -> str:
        """Where the tables' owner reaches the database."""
        return as_role(self._servers.postgres_url(), self._owner, self._servers.password(self._owner), database)

    def api_url(self, database: str) -> str:
        """Where the API's role reaches the database."""
        return as_role(self._servers.postgres_url(), self._api, self._servers.password(self._api), database)

    @contextmanager
    def new_database(self, name: str, template: str = "template0") -> Iterator[str]:
        """The name of a new database of the owner's, a copy of the template; dropped at the end."""
        database, parts = f"{self.run}_{name}", map(sql.Identifier, (f"{self.run}_{name}", self._owner, template))
        create = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy").format(*parts)
        self._make_owner()
        with psycopg.connect(self._servers.postgres_url(), autocommit=True) as link:
            link.execute(create)
            yield database
            _drop(link, "DATABASE {} WITH (FORCE)", database)

    @cached_property
    def template(self) -> str:
        """The name of the run's template, made by the first worker that asks."""
        self._make_owner()
        owner_url, api_url = self.owner_url(self.run), self.api_url(self.run)
        made = self._servers.folder / "template"
        with self._servers.alone():
            if not made.exists():
                _fill(owner_url, api_url)
                write_private(made, self.run)
        return self.run

    def drop(self) -> None:
        """Remove the template and the roles, if the run made them."""
        if not (self._servers.folder / "owner").exists():
            return
        with psycopg.connect(self._servers.postgres_url(), autocommit=True) as link:
            _drop(link, "DATABASE IF EXISTS {} WITH (FORCE)", self.run)
            _drop(link, "ROLE IF EXISTS {}", self._api)
            _drop(link, "ROLE IF EXISTS {}", self._owner)

    def _make_owner(self) -> None:
        superuser_url, password = self._servers.postgres_url(), self._servers.password(self._owner)
        note = self._servers.folder / "owner"
        with self._servers.alone():
            if not note.exists():
                write_private(note, self._owner)
                own_database(superuser_url, self.run, password, owner=self._owner)


def _drop(link: psycopg.Connection, what: LiteralString, name: str) -> None:
    link.execute(sql.SQL("DROP " + what).format(sql.Identifier(name)))


def _fill(owner_url: str, api_url: str) -> None:
    # Here, so that tests which need no tables run while these modules are being changed.
    from models.migrations.run import upgrade
    from models.seed import load_areas, load_units

    upgrade(owner_url, api_url)
    load_areas(owner_url, _quietly)
    load_units(owner_url, _quietly)
    with psycopg.connect(owner_url, autocommit=True) as link:
        link.execute("ANALYZE")


def _quietly(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


class Cleaning:
    """Brings a worker's database back to what the template held; milliseconds, where TRUNCATE takes 80.

    Tables that the template left empty are emptied. In the others (areas, units) the rows that changed
    since are found by their transaction, and the template's rows put back from a temporary copy.
    """

    def __init__(self, superuser_url: str) -> None:
        self._link = psycopg.connect(superuser_url, autocommit=True)
        # Neither triggers that forbid deleting history nor the order of foreign keys stand in the way.
        self._link.execute("SET session_replication_role = replica")
        self._link.execute("SET lock_timeout = '5s'")  # a test left a transaction open: say so, do not hang
        tables = self._tables()
        counts = [(table, self._count(table)) for table in tables]
        self._emptied = [table for table, count in counts if not count]
        self._seeded = [(table, count) for table, count in counts if count]
        for number, (table, _) in enumerate(self._seeded):
            self._do("CREATE TEMP TABLE {} AS TABLE {}", _kept(number), table)
        self._mark = self._now()

    def clean(self) -> None:
        """Do it."""
        self._link.execute(sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(t) for t in self._emptied))
        restored = [self._restore(number, table, count) for number, (table, count) in enumerate(self._seeded)]
        if any(restored):
            self._mark = self._now()

    def close(self) -> None:
        """Let the database go."""
        self._link.close()

    def _restore(self, number: int, table: sql.Identifier, count: int) -> bool:
        """Whether anything had to be put right."""
        changed = sql.SQL("age(xmin) <= age({}::xid)").format(sql.Literal(self._mark))
        counts = sql.SQL("SELECT count(*), count(*) FILTER (WHERE {}) FROM {}").format(changed, table)
        if self._link.execute(counts).fetchone() == (count, 0):
            return False
        self._do("DELETE FROM {} WHERE {}", table, changed)
        columns = self._columns(table)
        insert = "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {} ON CONFLICT DO NOTHING"
        self._do(insert, table, columns, columns, _kept(number))
        return True

    def _tables(self) -> list[sql.Identifier]:
        found = self._link.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND NOT starts_with(schemaname, 'pg_temp_')"
            " ORDER BY 1, 2"
        )
        return [sql.Identifier(*row) for row in found]

    def _columns(self, table: sql.Identifier) -> sql.Composed:
        found = self._link.execute(
            "SELECT attname FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
            [table.as_string(self._link)],
        )
        return sql.SQL(", ").join(sql.Identifier(name) for (name,) in found)

    def _count(self, table: sql.Identifier) -> int:
        row = self._link.execute(sql.SQL("SELECT count(*) FROM {}").format(table)).fetchone()
        return int(row[0]) if row else 0

    def _now(self) -> str:
        row = self._link.execute("SELECT pg_current_xact_id()::xid::text").fetchone()
        return str(row[0]) if row else ""

    def _do(self, statement: str, *parts: sql.Composable) -> None:
        self._link.execute(sql.SQL(statement).format(*parts))


def _kept(number: int) -> sql.Identifier:
    return sql.Identifier("pg_temp", f"kept_{number}")
