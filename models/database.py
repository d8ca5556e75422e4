"""The API's way to PostgreSQL: one engine per process, sessions from it."""

from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

import models.tables  # noqa: F401 - a foreign key finds its table only if that table's module is loaded

LOCK_TIMEOUT = "2s"
STATEMENT_TIMEOUT = "5s"
IDLE_TIMEOUT = "10s"
"""A transaction that its process forgot holds locks; the server ends it after so long."""

POOL_SIZE = 10
POOL_OVERFLOW = 10
POOL_WAIT = 2.0
"""Seconds to wait for a free connection before the API says that it is busy."""

CONNECT_WITHIN = 2.0
COMMAND_WITHIN = 6.0
"""Seconds, as the client counts them: more than the server's own limits, for a server that is gone altogether."""


def engine(url: str) -> AsyncEngine:
    """An engine for the API's role at a plain `postgresql://` address, with or without `?sslmode=`.

    No value of a parameter gets into an error's text, and no lock, statement or forgotten transaction lasts long.
    """
    address = make_url(url).set(drivername="postgresql+asyncpg")
    return create_async_engine(
        address.difference_update_query(["sslmode"]),
        hide_parameters=True,
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=POOL_WAIT,
        pool_pre_ping=True,
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


def sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Makes sessions whose rows can still be read after the commit."""
    return async_sessionmaker(engine, expire_on_commit=False)
