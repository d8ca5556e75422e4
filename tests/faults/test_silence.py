"""Connections to PostgreSQL that fall silent, and what that costs others (T35)."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from models import database
from models.database import Database, driver_of
from tests.faults.proxy import Proxy

LINKS = 5
LOCK = "SELECT pg_advisory_xact_lock(35)"


@pytest.fixture
async def way(api_url: str) -> AsyncIterator[Proxy]:
    """The way to PostgreSQL."""
    async with Proxy.before(api_url) as way:
        yield way


async def test_T35_a_transaction_forgotten_between_two_messages_holds_its_locks_no_longer_than_others(
    way: Proxy, api_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement is prepared, and the client is never heard of again: no other limit of the server's counts there."""
    monkeypatch.setattr(database, "TRANSACTION_TIMEOUT", "300ms")
    async with AsyncExitStack() as stack:
        through = await stack.enter_async_context(Database.opened(way.instead_of(api_url)))
        straight = await stack.enter_async_context(Database.opened(api_url))
        driver = await driver_of(await stack.enter_async_context(through.reading()))
        await driver.execute(f"BEGIN; {LOCK}")
        await driver.prepare("SELECT 1")
        await way.break_down("forgotten")
        async with straight.changing() as other:
            await (await driver_of(other)).execute(LOCK)
        driver.terminate()


async def test_T35_one_silent_connection_tells_of_the_others(
    way: Proxy, api_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The firewall on the way has forgotten them all: one request finds out, and the next is served."""
    monkeypatch.setattr(database, "COMMAND_WITHIN", 0.2)
    async with Database.opened(way.instead_of(api_url)) as through:
        await many_at_once(through)
        async with way.down("forgotten"):
            pass
        with pytest.raises(TimeoutError):
            await one(through)
        began = time.monotonic()
        await one(through)
        assert time.monotonic() - began < 1


async def one(through: Database) -> None:
    async with through.changing() as db:
        await (await driver_of(db)).execute("SELECT 1")


async def many_at_once(through: Database) -> None:
    """So that as many connections lie in the pool."""
    async with AsyncExitStack() as stack:
        for _ in range(LINKS):
            await driver_of(await stack.enter_async_context(through.changing()))
