"""A PostgreSQL that is restarted, killed, full, or lets nobody through, while people work (T35)."""

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
from psycopg import AsyncConnection, sql

from tests.faults.crowd import Crowd, must_recover_soon, together, told
from tests.faults.own_postgres import Places, own_postgres
from tests.faults.stage import Stage, staged
from tests.fire.series import Fire
from trambot.servers.postgres import Postgres

A_MOMENT = 1.0  # seconds
LONGER_THAN_A_LOCK_IS_WAITED_FOR = 2.5
OFTEN = 0.02  # seconds
TO_THE_API = sql.SQL(
    "SELECT {}(pid) FROM pg_stat_activity WHERE application_name = 'trambot-api' AND datname = current_database()"
)

pytestmark = pytest.mark.fire("faults")


@pytest.fixture
def places(request: pytest.FixtureRequest, fire: Fire) -> Iterator[Places]:
    """Under fire a server of one's own; in the suite the one that all share, which nobody kills."""
    if fire.is_long:
        with own_postgres() as places:
            yield places
    else:
        request.getfixturevalue("cleaning").clean()
        yield Places(*(request.getfixturevalue(f"{role}_url") for role in ("superuser", "owner", "api")))


@pytest.fixture
async def stage(places: Places, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """A stage on that database, with a bot."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # as the bot's process sets it
    async with staged(places.api_url, places.owner_url, redis_url) as stage, stage.with_bot():
        yield stage


async def restarted(places: Places, dice: random.Random) -> None:
    assert places.server
    await asyncio.to_thread(places.server.stop)
    await asyncio.sleep(dice.uniform(0, 3))
    await asyncio.to_thread(places.server.start)


async def killed(places: Places, _dice: random.Random) -> None:
    assert places.server
    os.kill(places.server.pid, signal.SIGKILL)
    await asyncio.to_thread(_start_again, places.server)


async def ended(places: Places, _dice: random.Random) -> None:
    """Every connection, again and again."""
    await _again_and_again(places, "pg_terminate_backend")


async def cancelled(places: Places, _dice: random.Random) -> None:
    """Every statement, as if it had taken too long."""
    await _again_and_again(places, "pg_cancel_backend")


async def full(places: Places, dice: random.Random) -> None:
    """No more connections are taken, and those there were are ended."""
    async with await AsyncConnection.connect(places.superuser_url, autocommit=True) as link:
        [name] = await (await link.execute("SELECT current_database()")).fetchone() or [""]
        limit = sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}")
        await link.execute(limit.format(sql.Identifier(name), 0))
        await ended(places, dice)
        await link.execute(limit.format(sql.Identifier(name), -1))


async def held(places: Places, _dice: random.Random) -> None:
    """Somebody holds every guard for longer than a lock is waited for."""
    async with await AsyncConnection.connect(places.superuser_url) as link:
        await link.execute("LOCK TABLE otp_guard IN ACCESS EXCLUSIVE MODE")
        await asyncio.sleep(LONGER_THAN_A_LOCK_IS_WAITED_FOR)


async def deadlocked(places: Places, _dice: random.Random) -> None:
    """Somebody takes what the service takes, the other way round, and lets the service be the one that gives up."""
    async with await AsyncConnection.connect(places.superuser_url) as link:
        await link.execute("SET LOCAL deadlock_timeout = '1min'")
        await link.execute("LOCK TABLE otp_guard IN ACCESS EXCLUSIVE MODE")
        await asyncio.sleep(A_MOMENT)
        await link.execute("LOCK TABLE password_wait IN ACCESS EXCLUSIVE MODE")


Mishap = Callable[[Places, random.Random], Awaitable[None]]
HARMLESS: dict[str, Mishap] = {each.__name__: each for each in (ended, cancelled, full, held, deadlocked)}
DEADLY: dict[str, Mishap] = {each.__name__: each for each in (restarted, killed)}


async def test_T35_whatever_becomes_of_postgresql_nothing_is_lost_or_doubled(
    stage: Stage, places: Places, fire: Fire
) -> None:
    kinds = (list(DEADLY) * 2 + list(HARMLESS)) * 2 if fire.is_long else fire.dice().sample(list(HARMLESS), 1)
    for number, kind in (series := fire.series("mishaps of PostgreSQL", list(enumerate(kinds)))):
        dice = fire.dice(number)
        crowd = await Crowd.sets_out(stage, fire.size(2, 6), dice)
        await (HARMLESS | DEADLY)[kind](places, dice)
        series.keep({"kind": kind} | await crowd.gets_through())
    for kind in HARMLESS | DEADLY:
        if results := [result for result in series.results if result["kind"] == kind]:
            people, served = sum(result["people"] for result in results), together(results, "served")
            what = f"PostgreSQL {kind} under load"
            fire.figure("T35", f"{what}: lost, doubled", f"0, 0 of {people} people in {len(results)} times")
            fire.figure("T35", f"{what}: served again after", told(served))
            must_recover_soon(served)


async def _again_and_again(places: Places, what: str) -> None:
    async with await AsyncConnection.connect(places.superuser_url, autocommit=True) as link:
        until = time.monotonic() + A_MOMENT
        while time.monotonic() < until:
            await link.execute(TO_THE_API.format(sql.Identifier(what)))
            await asyncio.sleep(OFTEN)


def _start_again(server: Postgres) -> None:
    """Once those are gone who died with it."""
    server.stop()
    server.start()
