"""PostgreSQL and Valkey as docker-compose.yml sets them up: who may what, and what they keep."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.exceptions import AuthenticationError, NoPermissionError

from bot.journal import check_memory
from tests.deploy.__main__ import new_folder
from tests.deploy.compose import Service
from tests.deploy.containers import StandingIn
from tests.deploy.installation import Installation, installed


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with new_folder() as folder, installed(folder) as described:
        yield described


@pytest.fixture(scope="module")
def valkey(installation: Installation) -> StandingIn:
    return started(installation, installation.services["valkey"])


@pytest.fixture(scope="module")
def postgres(installation: Installation) -> StandingIn:
    return started(installation, installation.services["postgres"])


def started(installation: Installation, service: Service) -> StandingIn:
    installation.put_up(service)
    container = installation.containers[service.name]
    assert isinstance(container, StandingIn)
    container.await_well()
    return container


async def test_T34_valkey_keeps_what_the_bot_asks_it_to_keep(valkey: StandingIn, installation: Installation) -> None:
    async with AsyncRedis.from_url(installation.secret("redis_url")) as redis:
        await check_memory(redis)


def test_nobody_empties_valkey_or_sets_it_up_anew(valkey: StandingIn, installation: Installation) -> None:
    with closing(Redis.from_url(installation.secret("redis_url"))) as redis:
        redis.set("kept", "yes")
        for forbidden in (
            ["FLUSHALL"],
            ["CONFIG", "SET", "appendonly", "no"],
            ["KEYS", "*"],
            ["SHUTDOWN"],
            ["ACL", "LIST"],
        ):
            with pytest.raises(NoPermissionError):
                redis.execute_command(*forbidden)  # type: ignore[no-untyped-call]  # redis-py's own
        assert redis.eval("return redis.call('GET', KEYS[1])", 1, "kept") == b"yes"


def test_who_only_looks_after_valkey_reads_nothing(valkey: StandingIn, installation: Installation) -> None:
    address = installation.secret("redis_url").partition("@")[2]
    with closing(Redis.from_url(f"redis://health:any@{address}", driver_info=None)) as redis:
        assert redis.ping()
        with pytest.raises(NoPermissionError):
            redis.get("kept")
    with closing(Redis.from_url(f"redis://:wrong@{address}")) as redis, pytest.raises(AuthenticationError):
        redis.ping()


def test_the_tables_owner_is_no_superuser_and_makes_roles_only(
    postgres: StandingIn, installation: Installation
) -> None:
    with psycopg.connect(installation.secret("database_owner_url")) as link:
        rights = link.execute(
            "SELECT rolsuper, rolcreatedb, rolreplication, rolbypassrls, rolcreaterole FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone()
        owner = link.execute(
            "SELECT datdba = current_user::regrole FROM pg_database WHERE datname = 'trambot'"
        ).fetchone()
    assert rights == (False, False, False, False, True)
    assert owner == (True,)


def test_T24_no_row_and_no_statement_comes_into_postgresqls_log(
    postgres: StandingIn, installation: Installation
) -> None:
    with psycopg.connect(installation.database(), autocommit=True) as link:
        link.execute("CREATE TABLE seen (name text UNIQUE)")
        link.execute("INSERT INTO seen VALUES ('canary-in-a-row')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            link.execute("INSERT INTO seen VALUES ('canary-in-a-row')")
    log = postgres.log.read_text(errors="replace")
    assert "seen_name_key" in log
    assert "canary" not in log


def test_the_health_check_sees_that_valkey_is_gone(valkey: StandingIn) -> None:
    valkey.kill()
    assert not valkey.is_well()
    valkey.start()
    valkey.await_well()


def test_an_address_with_another_password_lets_nobody_in(postgres: StandingIn, installation: Installation) -> None:
    right = installation.secret("database_owner_url")
    wrong = right.replace(installation.secret("owner_password"), "another")
    assert wrong != right
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
