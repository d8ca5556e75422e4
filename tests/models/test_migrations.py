"""The migrations make what the models say, take it away again, and may be run by anybody at any time."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from psycopg import sql
from sqlalchemy import CheckConstraint

from models.migrations.api_role import RoleMayTooMuch
from models.migrations.run import alembic, migrating, upgrade
from models.rules import MAX_OTP_FAILURES, MAX_OTP_STREAK
from models.tables import METADATA
from models.walls import WALLS, functions, wall
from trambot.servers.roles import as_role

MIGRATE = "import sys; from models.migrations.run import upgrade; upgrade(*sys.stdin.read().split())"

SHAPE = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT proname, '', pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT table_name, column_name, data_type || is_nullable FROM information_schema.columns
    WHERE table_schema = 'public'
    ORDER BY 1, 2, 3
"""


def shape(owner_url: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(owner_url) as link:
        return link.execute(SHAPE).fetchall()


def moved(url: str, to_the_database_of: str) -> str:
    return urlsplit(url)._replace(path=urlsplit(to_the_database_of).path).geturl()


def test_up_down_and_up_again_is_the_same_as_up(empty_database: Callable[[], str], api_url: str) -> None:
    owner_url = empty_database()
    upgrade(owner_url, moved(api_url, owner_url))
    first = shape(owner_url)
    with migrating(owner_url) as connection:
        command.downgrade(alembic(connection), "base")
    left = {row[0] for row in shape(owner_url)}
    upgrade(owner_url, moved(api_url, owner_url))
    assert left <= {"alembic_version"}
    assert shape(owner_url) == first
    assert len(first) > 200


def test_the_migrated_database_is_what_the_models_say(owner_url: str) -> None:
    options = {
        "compare_server_default": True,
        "autogenerate_plugins": ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"],
    }
    with migrating(owner_url) as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA) == []


def test_checks_are_what_the_models_say_not_only_by_name(owner: psycopg.Connection) -> None:
    """Names carry the limits; this holds the conditions themselves, as PostgreSQL understands them."""
    for table in METADATA.sorted_tables:
        for check in table.constraints:
            if isinstance(check, CheckConstraint):
                assert understood(owner, table.name, str(check.sqltext)) == kept(owner, str(check.name)), check.name


def understood(owner: psycopg.Connection, table: str, condition: str) -> Any:
    """The condition as PostgreSQL would keep it."""
    with owner.transaction(force_rollback=True):
        add = sql.SQL("ALTER TABLE {} ADD CONSTRAINT tried CHECK ({})")
        owner.execute(add.format(sql.Identifier(table), sql.SQL(condition)))
        return kept(owner, "tried")


def kept(owner: psycopg.Connection, name: str) -> Any:
    return owner.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]).fetchone()


@pytest.mark.parametrize(
    "name", [f"otp_guard_at_most_{MAX_OTP_FAILURES}_failures", f"otp_guard_at_most_{MAX_OTP_STREAK}_in_a_row"]
)
def test_R06_a_limit_is_part_of_its_constraints_name(owner: psycopg.Connection, name: str) -> None:
    assert kept(owner, name) is not None


@pytest.mark.parametrize("table", WALLS)
def test_R06_the_walls_stand_as_they_are_written_today(owner: psycopg.Connection, table: str) -> None:
    """A limit that changes needs a migration that builds its walls anew."""
    for function in functions(table):
        ((body,),) = owner.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [function]).fetchall()
        assert body in wall(table)
        assert "{" not in body


def test_migrating_again_changes_nothing(owner_url: str, api_url: str) -> None:
    before = shape(owner_url)
    upgrade(owner_url, api_url)
    assert shape(owner_url) == before


def test_several_may_migrate_at_once(empty_database: Callable[[], str], api_url: str) -> None:
    """Two processes for one new database, and two for another of the same cluster, with one role for all."""
    urls = [url for url in (empty_database(), empty_database()) for _ in range(2)]
    running = [subprocess.Popen([sys.executable, "-c", MIGRATE], stdin=subprocess.PIPE, text=True) for _ in urls]
    for process, url in zip(running, urls, strict=True):
        assert process.stdin
        process.stdin.write(f"{url} {moved(api_url, url)}")
        process.stdin.close()
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0, 0]
    assert shape(urls[0]) == shape(urls[-1])


def test_the_apis_role_gets_the_password_it_is_to_have(
    empty_database: Callable[[], str], superuser_url: str, worker_name: str
) -> None:
    owner_url, role = empty_database(), f"trambot_test_{worker_name}"
    database = urlsplit(owner_url).path.removeprefix("/")
    with psycopg.connect(moved(superuser_url, owner_url), autocommit=True) as superuser:
        try:
            for password in ("first %@:/ one", "second"):
                api_url = as_role(owner_url, role, password, database)
                upgrade(owner_url, api_url)
                psycopg.connect(api_url).close()
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(as_role(owner_url, role, "first %@:/ one", database))
        finally:
            superuser.execute(sql.SQL("DROP OWNED BY {0}").format(sql.Identifier(role)))
            superuser.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


@pytest.mark.parametrize("might", ["SUPERUSER", "BYPASSRLS", "CREATEROLE", "CREATEDB", "IN ROLE pg_read_all_data"])
def test_a_mighty_role_is_not_taken_for_the_apis(
    owner_url: str, superuser_url: str, worker_name: str, might: str
) -> None:
    role = sql.Identifier(f"trambot_mighty_{worker_name}")
    with psycopg.connect(superuser_url, autocommit=True) as superuser:
        superuser.execute(sql.SQL("CREATE ROLE {} LOGIN {}").format(role, sql.SQL(might)))
        try:
            with pytest.raises(RoleMayTooMuch):
                upgrade(owner_url, as_role(owner_url, f"trambot_mighty_{worker_name}", "x"))
        finally:
            superuser.execute(sql.SQL("DROP ROLE {}").format(role))


def test_the_owner_is_not_taken_for_the_api(owner_url: str) -> None:
    with pytest.raises(RoleMayTooMuch):
        upgrade(owner_url, owner_url)
