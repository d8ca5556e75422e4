"""What the API's role may not do, whatever its statements."""

from collections.abc import Callable
from typing import LiteralString
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from models.migrations.grants import GRANTS
from models.migrations.run import upgrade
from models.tables import METADATA
from tests.models.by_hand import forbidden

MAY_DELETE = {"password_wait", "effect", "request_list", "listed_person"}
MAY_INSERT = {
    "plan",
    "account_request",
    "request_list",
    "listed_person",
    "sign_in",
    "captcha",
    "password_wait",
    "otp_challenge",
    "otp_sms",
    "notice_sms",
    "session",
    "login_history",
    "effect",
    "delivery",
    "account",
    "unit",
    "contact",
    "admin_act",
    "prepared_password",
    "activation",
}
FIXED = {
    "contact": {"unit_id", "kind", "unit_kind"},
    "account": {"username", "id", "created_at"},
    "prepared_password": {"hash", "by_account_id", "expires_at"},
    "admin_act": {"act", "by_account_id", "facts_sealed", "written_in"},
    "session": {"expires_at", "account_id", "challenge_id", "token_digest", "channel", "source", "opened_at"},
    "otp_challenge": {"secret_sealed", "phone_key", "phone_sealed", "account_id", "purpose", "object", "used_in"},
    "otp_sms": {"claimed_at", "account_id", "phone_key", "challenge_id", "counter"},
    "notice_sms": {"claimed_at", "account_id", "phone_key", "id"},
    "otp_guard": {"account_id"},
    "sign_in": {"account_id", "source", "channel", "expires_at", "token_digest"},
    "captcha": {"answer_sealed", "expires_at", "source"},
    "effect": {"key", "caller"},
    "activation": {"code_key", "token_digest", "failures", "used_at", "expires_at", "account_id"},
    "request_list": {"id", "by_account_id"},
    "listed_person": {"by_account_id", "state", "unit_id"},
    "delivery": {"account_id", "chat", "cause", "facts_sealed", "notice"},
}


@pytest.fixture
def bare(empty_database: Callable[[], str], api_url: str) -> tuple[str, str]:
    """The owner's and the API's address of a database that was migrated and not copied."""
    owner_url = empty_database()
    moved = urlsplit(api_url)._replace(path=urlsplit(owner_url).path).geturl()
    upgrade(owner_url, moved)
    return owner_url, moved


def test_every_table_is_thought_of() -> None:
    assert set(GRANTS) == set(METADATA.tables)


@pytest.mark.parametrize("table", sorted(GRANTS))
def test_R02_the_api_adds_and_removes_only_where_it_must(api: psycopg.Connection, table: str) -> None:
    assert may(api, table, "INSERT") == (table in MAY_INSERT)
    assert may(api, table, "DELETE") == (table in MAY_DELETE)
    assert not may(api, table, "TRUNCATE")
    assert not may(api, table, "REFERENCES")
    assert not may(api, table, "TRIGGER")


def may(link: psycopg.Connection, table: str, right: str) -> bool:
    """Whether the link's role has the right on the table, or on any of its columns where there are such rights."""
    kind = "any_column" if right in {"INSERT", "REFERENCES"} else "table"
    query = sql.SQL("SELECT {}(%s, %s)").format(sql.Identifier(f"has_{kind}_privilege"))
    return (link.execute(query, [table, right]).fetchone() or ())[0] is True


@pytest.mark.parametrize(("table", "column"), [(t, c) for t, columns in FIXED.items() for c in sorted(columns)])
def test_T10_the_api_cannot_change_what_stands_fast(api: psycopg.Connection, table: str, column: str) -> None:
    with forbidden():
        api.execute(sql.SQL("UPDATE {0} SET {1} = {1}").format(sql.Identifier(table), sql.Identifier(column)))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO account DEFAULT VALUES",
        "DELETE FROM account",
        "UPDATE area SET name = name",
        "INSERT INTO unit (name, kind, scheme, area, level) VALUES ('?', 'hospital', 2021, '99999', 'commune')",
        "SELECT * FROM alembic_version",
        "SELECT nextval('account_id_seq')",
        "CREATE TABLE mine (n int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql RETURN 1",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "ALTER TABLE otp_guard DISABLE TRIGGER ALL",
        "ALTER TABLE otp_guard DROP CONSTRAINT otp_guard_at_most_5_failures",
        "DROP TRIGGER login_history_is_never_changed ON login_history",
        "DROP TABLE login_history",
        "SET session_replication_role = replica",
        "COPY account TO PROGRAM 'cat'",
        "COPY account TO '/dev/null'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT * FROM pg_authid",
        "SELECT lo_import('/etc/passwd')",
    ],
)
def test_the_api_walks_around_no_wall(api: psycopg.Connection, statement: LiteralString) -> None:
    with forbidden():
        api.execute(statement)


def test_the_api_becomes_nobody_else(api: psycopg.Connection, owner: psycopg.Connection) -> None:
    with forbidden():
        api.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(owner.info.user)))
    with forbidden():
        api.execute(sql.SQL("ALTER ROLE {} SUPERUSER").format(sql.Identifier(api.info.user)))


def test_the_api_makes_no_temporary_tables_that_could_pass_for_others(bare: tuple[str, str]) -> None:
    with psycopg.connect(bare[1]) as link, forbidden():
        link.execute("CREATE TEMP TABLE login_history (n int)")


@pytest.mark.parametrize("right", ["CONNECT", "TEMPORARY", "CREATE"])
def test_strangers_have_no_right_on_the_database(bare: tuple[str, str], right: str) -> None:
    with psycopg.connect(bare[0]) as link:
        found = link.execute("SELECT has_database_privilege('public', current_database(), %s)", [right])
        assert found.fetchone() == (False,)


def test_strangers_have_no_right_on_anything_in_it(owner: psycopg.Connection) -> None:
    found = owner.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'v')"
        " AND EXISTS (SELECT FROM aclexplode(relacl) WHERE grantee = 0)"
        " UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0))"
        " UNION ALL SELECT nspname FROM pg_namespace, aclexplode(nspacl) WHERE nspname = 'public' AND grantee = 0"
    )
    assert found.fetchall() == []


def test_nothing_belongs_to_a_superuser(owner: psycopg.Connection) -> None:
    found = owner.execute(
        "SELECT name FROM (SELECT relname, relowner FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " UNION ALL SELECT proname, proowner FROM pg_proc WHERE pronamespace = 'public'::regnamespace)"
        " AS o(name, owner) JOIN pg_roles ON pg_roles.oid = o.owner WHERE rolsuper OR rolname <> current_user"
    )
    assert found.fetchall() == []


def test_every_function_of_the_walls_looks_in_one_place_only(owner: psycopg.Connection) -> None:
    found = owner.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND proconfig IS DISTINCT FROM ARRAY['search_path=pg_catalog, public, pg_temp']"
    )
    assert found.fetchall() == []
