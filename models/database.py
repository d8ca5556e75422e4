"""The API's way to PostgreSQL: one engine per process, and transactions from it, each in somebody's name."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Self

from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session

import models.tables  # noqa: F401 - a foreign key finds its table only if that table's module is loaded

LOCK_TIMEOUT = "2s"
STATEMENT_TIMEOUT = "5s"
IDLE_TIMEOUT = "10s"
"""A transaction that its process forgot holds locks; the server ends it after so long."""
TRANSACTION_TIMEOUT = "8s"
"""The same, whatever it waits for: between a statement's preparation and its execution no other limit counts."""

POOL_SIZE = 20
"""Connections of a process. None beyond: one made for a single request costs more than the request."""
POOL_WAIT = 2.0
"""Seconds to wait for a free connection before the API says that it is busy."""

CONNECT_WITHIN = 2.0
COMMAND_WITHIN = 6.0
"""Seconds, as the client counts them: more than the server's own limits, for a server that is gone altogether."""


TOKEN = re.compile(r"[A-Za-z0-9_-]{32,128}", re.ASCII)
"""What a bearer token looks like."""

DRIVER, LINK = "driver", "link"
"""Where a session keeps its driver's connection, and the pool's hold of it."""


class OnOneConnection(Session):
    """A session on the connection that its transaction was begun on.

    Nothing of SQLAlchemy's is made before the first use: around statements that the driver runs, a connection and a
    transaction of its own would cost as much as a round trip.
    """

    _connection: Connection | None = None

    def get_bind(self, *_: object, **__: object) -> Connection:
        """The connection, for whatever is asked."""
        if self._connection is None:
            engine, link = self.info[LINK]
            self._connection = Connection(engine, link)
        return self._connection


class Database:
    """The database for the API's role, at a plain `postgresql://` address, with or without `?sslmode=`.

    Transactions are the driver's own: SQLAlchemy is told to begin none. So what the ORM writes, and what is compiled
    once and run on the driver's connection, are in the same transaction; it costs two round trips and nothing else.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str) -> AsyncIterator[Self]:
        """The database, let go at the end of the block."""
        database = cls(_engine(url))
        try:
            yield database
        finally:
            await database.engine.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session whose every statement stands by itself, for what is nobody's: it sees no rows of people."""
        async with self._session() as db:
            with _hanging_up_on_silence(db.info[DRIVER]):
                yield db

    @asynccontextmanager
    async def changing(self, token: str = "") -> AsyncIterator[AsyncSession]:
        """A session in a transaction: committed at the end of the block, undone if that raises.

        Rows of people are there as far as whoever holds the token may see them; without one, none are.
        """
        async with self._session() as db:
            driver = db.info[DRIVER]
            with _hanging_up_on_silence(driver):  # at the beginning and at the end
                async with _transaction(driver, token):
                    with _hanging_up_on_silence(driver):  # in between; what is undone must not wait for it
                        yield db
                        if db.new or db.dirty or db.deleted:
                            await db.flush()

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[AsyncSession]:
        link = await self.engine.raw_connection()
        try:
            info = {DRIVER: link.driver_connection, LINK: (self.engine.sync_engine, link)}
            db = AsyncSession(sync_session_class=OnOneConnection, expire_on_commit=False, info=info)
            try:
                yield db
            finally:
                if db.sync_session.in_transaction():
                    await db.close()
        finally:
            link.close()


async def show_token(db: AsyncSession, token: str) -> None:
    """Let the rest of the transaction see what whoever holds the token may see."""
    await (await driver_of(db)).execute("SELECT set_config('trambot.token', $1, true)", token)


async def plan_for_values(db: AsyncSession) -> None:
    """Let the rest of the transaction's statements be planned for their values, not once for any.

    For any values PostgreSQL takes a range for a small part of the table; the beginning of a name may be half of it.
    """
    await (await driver_of(db)).execute("SET LOCAL plan_cache_mode = force_custom_plan")


@asynccontextmanager
async def _transaction(driver: Any, token: str) -> AsyncIterator[None]:
    """The driver's transaction, begun and given its token in one round trip; `driver.transaction()` needs two."""
    shown = token if TOKEN.fullmatch(token) else ""  # so it needs no quoting, and nobody has any other
    await driver.execute(f"BEGIN; SELECT set_config('trambot.token', '{shown}', true)")
    try:
        yield
    except BaseException:
        await driver.execute("ROLLBACK")
        raise
    await driver.execute("COMMIT")


async def driver_of(db: AsyncSession) -> Any:
    """The driver's own connection under a session (asyncpg.Connection)."""
    return db.info[DRIVER]


@contextmanager
def _hanging_up_on_silence(driver: Any) -> Iterator[None]:
    """Ask nothing more of a connection that did not answer in time: the driver would wait for that answer first."""
    try:
        yield
    except TimeoutError:
        driver.terminate()
        raise


def _engine(url: str) -> AsyncEngine:
    """No value of a parameter gets into an error's text, and no lock, statement or forgotten transaction lasts long."""
    address = make_url(url).set(drivername="postgresql+asyncpg")
    engine = create_async_engine(
        address.difference_update_query(["sslmode"]),
        isolation_level="AUTOCOMMIT",  # see Database
        hide_parameters=True,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=POOL_WAIT,
        pool_use_lifo=True,  # the one used last has the statements prepared
        connect_args={
            "ssl": address.query.get("sslmode"),  # libpq's name, which other tools use with the same address
            "timeout": CONNECT_WITHIN,
            "command_timeout": COMMAND_WITHIN,
            "server_settings": {
                "application_name": "trambot-api",
                "lock_timeout": LOCK_TIMEOUT,
                "statement_timeout": STATEMENT_TIMEOUT,
                "idle_in_transaction_session_timeout": IDLE_TIMEOUT,
            },
        },
    )
    event.listen(engine.sync_engine, "connect", _limit_transactions)
    event.listen(engine.sync_engine, "checkout", _must_be_fresh)
    event.listen(engine.sync_engine, "close", _hang_up)
    return engine


def _limit_transactions(link: Any, _record: object) -> None:
    """Set the limit of the whole transaction, where the server knows it (PostgreSQL 17)."""
    limit = "SELECT set_config(name, $1, false) FROM pg_settings WHERE name = 'transaction_timeout'"
    link.run_async(lambda driver: driver.execute(limit, TRANSACTION_TIMEOUT))


def _must_be_fresh(link: Any, _record: object, _proxy: object) -> None:
    """Have another connection made in place of one that died, or whose transaction could not be ended.

    The driver hears of its connection's end by itself, so this asks nobody; a ping costs four round trips each time.
    Those that were made before share its fate: where one was forgotten on the way, so were they, and would not say so.
    """
    if link.driver_connection.is_closed() or link.driver_connection.is_in_transaction():
        raise InvalidatePoolError


def _hang_up(link: Any, _record: object) -> None:
    """End a connection without a goodbye: SQLAlchemy would wait for a server that is gone."""
    link.driver_connection.terminate()
