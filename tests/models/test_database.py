"""The API's way to PostgreSQL keeps values out of errors and lets nothing hang."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import nullcontext

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from models.accounts import Account
from models.database import Database, driver_of
from models.words import Language
from tests.models.by_hand import ByHand


@pytest.fixture
async def way(api_url: str) -> AsyncIterator[AsyncEngine]:
    async with Database.opened(api_url) as database:
        yield database.engine


async def test_rows_can_be_read_after_the_commit(way: AsyncEngine, by_hand: ByHand) -> None:
    account_id = by_hand.account()
    by_hand.signed_in(account_id)
    async with Database(way).changing(by_hand.token) as db:
        account = await db.get_one(Account, account_id)
    assert account.username == "demo.001"


async def test_what_is_written_through_the_session_and_beside_it_is_committed_or_undone_together(
    way: AsyncEngine, by_hand: ByHand
) -> None:
    account_id = by_hand.account()
    by_hand.signed_in(account_id)
    beside = "UPDATE account SET must_change_password = false WHERE id = $1"

    def kept() -> object:
        return by_hand.owner.execute("SELECT language, must_change_password FROM account").fetchone()

    async def change(*, fails: bool) -> None:
        async with Database(way).changing(by_hand.token) as db:
            account = await db.get_one(Account, account_id)
            account.language = Language.ENGLISH
            await (await driver_of(db)).execute(beside, account_id)
            assert not fails, "undone"

    with pytest.raises(AssertionError, match="undone"):
        await change(fails=True)
    assert kept() == ("vi", True)
    await change(fails=False)
    assert kept() == ("en", False)


async def test_R12_a_connection_forgets_whose_transaction_it_was(way: AsyncEngine, by_hand: ByHand) -> None:
    account_id = by_hand.account()
    by_hand.signed_in(account_id)
    async with Database(way).changing(by_hand.token) as db:
        assert await db.get(Account, account_id) is not None
        one = await driver_of(db)
    async with Database(way).changing() as db:
        assert await driver_of(db) is one
        assert await db.get(Account, account_id) is None


@pytest.mark.parametrize("token", ["", "'; DELETE FROM effect; --" + "x" * 20, "á" * 40])
async def test_what_is_no_token_is_shown_as_none(way: AsyncEngine, token: str) -> None:
    async with Database(way).changing(token) as db:
        assert await db.scalar(text("SELECT current_setting('trambot.token')")) == ""


async def test_T35_a_connection_left_in_a_transaction_is_not_given_out(way: AsyncEngine) -> None:
    async with Database(way).reading() as db:
        left = await driver_of(db)
        await left.execute("BEGIN")
    async with Database(way).reading() as db:
        assert await driver_of(db) is not left


@pytest.mark.parametrize(("mode", "fails"), [("disable", False), ("prefer", False), ("require", True)])
async def test_the_addresss_sslmode_is_followed(api_url: str, mode: str, fails: bool) -> None:
    """The tests' server speaks no TLS, so whoever insists on it gets no connection."""
    async with Database.opened(f"{api_url}?sslmode={mode}") as database:
        with pytest.raises(ConnectionError) if fails else nullcontext():
            async with database.reading() as db:
                await db.execute(text("SELECT 1"))


async def test_T24_a_failed_statement_does_not_tell_its_values(way: AsyncEngine) -> None:
    async with way.connect() as link:
        with pytest.raises(DBAPIError) as failure:
            await link.execute(text("SELECT 1 / (length(:secret) - 6)"), {"secret": "canary"})
    assert "canary" not in str(failure.value)


async def test_T39_a_lock_that_somebody_holds_does_not_hang_the_api(way: AsyncEngine, by_hand: ByHand) -> None:
    account_id = by_hand.account()
    with by_hand.owner.transaction():
        by_hand.owner.execute("SELECT FROM otp_guard WHERE account_id = %s FOR UPDATE", [account_id])
        async with way.connect() as link:
            await link.execute(text("SET lock_timeout = '50ms'"))
            with pytest.raises(DBAPIError, match="lock timeout"):
                await link.execute(text("SELECT FROM otp_guard FOR UPDATE"))


@pytest.mark.parametrize("limit", ["lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"])
async def test_T39_the_server_ends_what_takes_too_long(way: AsyncEngine, limit: str) -> None:
    async with way.connect() as link:
        found = (
            await link.execute(text("SELECT setting::int FROM pg_settings WHERE name = :name"), {"name": limit})
        ).scalar_one()
    assert 0 < found <= 10_000


async def test_T35_a_connection_that_died_is_not_given_out(way: AsyncEngine, superuser_url: str) -> None:
    async with Database(way).reading() as db:
        died = await driver_of(db)
        pid = (await db.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    with psycopg.connect(superuser_url, autocommit=True) as superuser:
        superuser.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    async with asyncio.timeout(5):
        while not died.is_closed():  # noqa: ASYNC110 - the news is in the socket; the loop reads it between any two requests
            await asyncio.sleep(0)
    async with Database(way).reading() as db:
        assert (await db.execute(text("SELECT 1"))).scalar_one() == 1
