"""A connection to PostgreSQL with the driver that the API uses, and why there is none, in words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from trambot.doctor.finding import Trouble
from trambot.doctor.given import named

Link = Any
"""asyncpg's Connection, which has no types; each statement stands by itself unless a transaction is begun."""

FAULTS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
"""What a database that does not work raises."""

CONNECTED_WITHIN = 4.0
ANSWERED_WITHIN = 4.0
SETTINGS = {"application_name": "trambot-doctor", "statement_timeout": "3s", "lock_timeout": "1s"}

TROUBLES = {
    "28P01": (
        "PostgreSQL refuses the password in {setting}.",
        "Correct it; `trambot migrate` gives the API's role its.",
    ),
    "28000": ("PostgreSQL does not let this role in from here.", "Add a line for it to pg_hba.conf and reload."),
    "3D000": ("The database that {setting} names does not exist.", "Create it, or correct the address."),
    "42501": ("The role of {setting} may not connect to that database.", "Run `trambot migrate`."),
    "53300": ("PostgreSQL has no connection left.", "End what holds them, or raise max_connections."),
    "57P03": ("PostgreSQL is starting or stopping.", "Wait, and ask again; its log says what keeps it."),
}
"""By SQLSTATE: what it means, and what to do."""


@asynccontextmanager
async def connected(url: SecretStr, setting: str) -> AsyncIterator[Link]:
    """A connection for the block.

    Raises:
        Trouble: there is none.
    """
    link = await _connect(_parts(url, named(setting)), named(setting))
    try:
        yield link
    finally:
        link.terminate()  # at once: a polite end waits for a server that may be gone


def host_of(url: SecretStr) -> str | None:
    """The host that the address names; None is a socket file on this machine."""
    parts = _parts(url, "")
    return parts.get("host")


def state_of(fault: BaseException) -> str:
    """The fault's SQLSTATE, «none» if it did not come from the server."""
    return getattr(fault, "sqlstate", None) or "none"


def _parts(url: SecretStr, setting: str) -> dict[str, Any]:
    """As SQLAlchemy reads an address, so that what is unquoted in it means the same here and there."""
    try:
        address = make_url(url.get_secret_value())
    except (ArgumentError, ValueError):
        raise _no_address(setting) from None
    if address.drivername not in {"postgresql", "postgres"}:
        raise _no_address(setting)
    query = dict(address.query)
    return {"ssl": query.pop("sslmode", None), **address.translate_connect_args(username="user"), **query}


def _no_address(setting: str) -> Trouble:
    text = f"{setting} is no address like postgresql://user:password@host:5432/database."
    return Trouble(text, "Correct it; special characters in the password must be percent-encoded.")


async def _connect(parts: dict[str, Any], setting: str) -> Link:
    limits = {"timeout": CONNECTED_WITHIN, "command_timeout": ANSWERED_WITHIN}
    try:
        return await asyncpg.connect(**parts, **limits, server_settings=SETTINGS)
    except asyncpg.PostgresError as fault:
        state = state_of(fault)
        says, do = TROUBLES.get(state, ("PostgreSQL refuses the connection (SQLSTATE {state}).", "Look into its log."))
        raise Trouble(says.format(setting=setting, state=state), do) from None
    except TimeoutError:
        raise Trouble("PostgreSQL does not answer in time.", "Look at the network and the firewall between.") from None
    except (OSError, asyncpg.InterfaceError, TypeError) as fault:  # TypeError: the address has a setting unknown to it
        if parts["ssl"] and "SSL" in str(fault):  # asyncpg has no type of its own for it
            raise Trouble("PostgreSQL speaks no TLS, which sslmode demands.", "Switch `ssl` on there.") from None
        do = "Start PostgreSQL, or correct host and port."
        raise Trouble(f"Nobody answers where {setting} points.", do) from None
