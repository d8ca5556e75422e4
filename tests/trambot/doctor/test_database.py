"""PostgreSQL as the doctor finds it: in order, and spoilt in one way after another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import LiteralString
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from models.migrations.grants import GRANTS, NOTHING
from tests.trambot.doctor.hands import House, found, given, wrongs
from trambot.doctor import database, rights
from trambot.doctor.connection import connected
from trambot.doctor.finding import Finding, Mark
from trambot.doctor.given import Given

FORGETFUL = {"durable"}
"""What is wrong with the PostgreSQL that the tests share: it is fast."""


@pytest.fixture
def well(house: House) -> Given:
    return given(database_url=house.api_url, database_owner_url=house.owner_url)


@contextmanager
def spoilt(house: House, spoil: LiteralString, mend: LiteralString) -> Iterator[None]:
    house.spoil(spoil)
    try:
        yield
    finally:
        house.spoil(mend)


async def looked_at(well: Given) -> dict[str, Finding]:
    return await found(database.examine(well))


async def test_a_migrated_database_is_in_order(well: Given) -> None:
    findings = await looked_at(well)
    assert wrongs(findings) == FORGETFUL
    assert [name for name, finding in findings.items() if finding.mark is Mark.UNKNOWN] == ["disk"]
    assert "fsync" in findings["durable"].says


async def test_trying_to_write_leaves_nothing_behind(well: Given, house: House) -> None:
    await looked_at(well)
    assert house.rows("SELECT count(*) FROM password_wait") == [(0,)]


SPOILT: dict[str, tuple[LiteralString, LiteralString]] = {
    "role": ("ALTER ROLE {role} CREATEDB", "ALTER ROLE {role} NOCREATEDB"),
    "grants": ("GRANT DELETE ON login_history TO {role}", "REVOKE DELETE ON login_history FROM {role}"),
    "tables": (
        "ALTER TABLE otp_guard RENAME CONSTRAINT otp_guard_at_most_5_failures TO otp_guard_at_most_6_failures",
        "ALTER TABLE otp_guard RENAME CONSTRAINT otp_guard_at_most_6_failures TO otp_guard_at_most_5_failures",
    ),
    "writable": (
        "ALTER ROLE {role} IN DATABASE {database} SET default_transaction_read_only = on",
        "ALTER ROLE {role} IN DATABASE {database} RESET default_transaction_read_only",
    ),
    "connections": ("ALTER ROLE {role} CONNECTION LIMIT 3", "ALTER ROLE {role} CONNECTION LIMIT -1"),
    "migrations": (
        "UPDATE alembic_version SET version_num = 'from the future'",
        "UPDATE alembic_version SET version_num = '0001'",
    ),
}


@pytest.mark.parametrize("check", SPOILT)
async def test_what_is_wrong_is_found_and_nothing_else(well: Given, house: House, check: str) -> None:
    with spoilt(house, *SPOILT[check]):
        findings = await looked_at(well)
    assert wrongs(findings) - FORGETFUL == {check}
    assert [name for name, finding in findings.items() if finding.mark is Mark.UNKNOWN] == ["disk"]


async def test_a_missing_right_is_named(well: Given, house: House) -> None:
    with spoilt(house, "REVOKE SELECT ON area FROM {role}", "GRANT SELECT ON area TO {role}"):
        findings = await looked_at(well)
    assert "lacks SELECT area" in findings["grants"].says


async def test_a_right_that_everybody_has_is_the_roles_too(well: Given, house: House) -> None:
    with spoilt(house, "GRANT TEMP ON DATABASE {database} TO PUBLIC", "REVOKE TEMP ON DATABASE {database} FROM PUBLIC"):
        findings = await looked_at(well)
    assert "TEMPORARY database" in findings["grants"].says


def test_every_right_is_read_from_where_it_is_written() -> None:
    assert "UPDATE session.end" in rights.promised()
    granted = {table for table, given_rights in GRANTS.items() if given_rights != NOTHING}
    assert {right.split()[1].split(".")[0] for right in rights.promised()} >= granted


async def test_the_owner_in_the_apis_place_is_found(house: House) -> None:
    findings = await looked_at(given(database_url=house.owner_url))
    assert {"role", "grants"} <= wrongs(findings)
    assert "owns things" in findings["role"].says


async def test_an_empty_database_wants_to_be_migrated(empty_database: Callable[[], str]) -> None:
    owner_url = empty_database()
    findings = await looked_at(given(database_url=owner_url, database_owner_url=owner_url))
    assert {"migrations", "tables", "writable"} <= wrongs(findings)
    assert "trambot migrate" in findings["tables"].do
    assert "never" in findings["migrations"].says


async def test_without_the_owner_the_tables_still_tell(house: House) -> None:
    findings = await looked_at(given(database_url=house.api_url))
    assert (findings["migrations"].mark, findings["tables"].mark) == (Mark.UNKNOWN, Mark.GOOD)


UNREACHABLE = {
    "a port that nobody listens on": ("netloc", "api:geheim-12@127.0.0.1:1", "Nobody answers"),
    "a wrong password": ("password", "geheim-12", "password"),
    "another database": ("path", "/geheim-12", "does not exist"),
    "TLS where there is none": ("query", "sslmode=require", "TLS"),
    "a port that is none": ("netloc", "api:geheim-12@127.0.0.1:geheim-12", "no address"),
    "another kind of address": ("scheme", "mysql", "no address"),
}


@pytest.mark.parametrize("case", UNREACHABLE)
async def test_T24_why_it_cannot_be_reached_is_told_without_secrets(house: House, case: str) -> None:
    part, value, word = UNREACHABLE[case]
    parts = urlsplit(house.api_url)
    password = parts.password or ""
    changed = parts._replace(netloc=parts.netloc.replace(password, value)) if part == "password" else None
    url = (changed or parts._replace(**{part: value})).geturl()
    findings = await looked_at(given(database_url=url))
    assert wrongs(findings) == {"reached"}
    assert word in findings["reached"].says
    assert not any(secret in f"{findings}" for secret in ("geheim-12", password))


async def test_a_way_over_public_networks_needs_tls(house: House) -> None:
    async with connected(SecretStr(house.api_url), "database_url") as link:
        far = await database.encrypted(link, SecretStr("postgresql://api:x@8.8.8.8/trambot"))
        near = await database.encrypted(link, SecretStr("postgresql://api:x@10.1.2.3/trambot"))
    assert (far.mark, near.mark) == (Mark.WRONG, Mark.GOOD)


async def test_a_check_that_the_database_refuses_hides_no_other(well: Given, house: House) -> None:
    with spoilt(
        house,
        "REVOKE EXECUTE ON FUNCTION pg_database_size(name) FROM PUBLIC",
        "GRANT EXECUTE ON FUNCTION pg_database_size(name) TO PUBLIC",
    ):
        findings = await looked_at(well)
    assert "42501" in findings["disk"].says
    assert len(findings) == len(await looked_at(well))
