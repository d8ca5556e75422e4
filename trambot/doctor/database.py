"""PostgreSQL: whether it can be had, keeps what it is given, and is as this version of TramBot wants it."""

import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import SecretStr

from models.database import POOL_SIZE
from models.rules import EPOCH
from trambot.doctor import migrations, rights
from trambot.doctor.connection import FAULTS, Link, connected, host_of, state_of
from trambot.doctor.finding import Finding, Findings, Trouble, good, unknown, wrong
from trambot.doctor.given import Given
from trambot.doctor.way import Reach, reach_of

OLDEST = 15
"""The oldest major version that still gets mended: 14 came to its end in November 2026."""
SLOW = 50.0
"""Milliseconds of a round trip; a sign-in makes about ten, and a turn of the chat ends within three seconds."""
TRIES = 5

Check = Callable[[Link], Awaitable[Finding]]


async def examine(given: Given) -> Findings:
    """Connect as the API does, and look around; the version of the tables is the owner's to tell."""
    if given.database_url is None:
        yield unknown("reached", "Not looked at: TRAMBOT_DATABASE_URL is not given here.")
    else:
        try:
            async with connected(given.database_url, "database_url") as link:
                yield await asked("version", version, link)
                yield await encrypted(link, given.database_url)
                for name, check in CHECKS.items():
                    yield await asked(name, check, link)
        except Trouble as trouble:
            yield trouble.found("reached")
    yield await migrations.at_head(given.database_owner_url)


async def asked(name: str, check: Check, link: Link) -> Finding:
    """What the check finds; where the database fails under it, that."""
    try:
        return await check(link)
    except FAULTS as fault:
        return unknown(name, f"PostgreSQL gave no answer to this (SQLSTATE {state_of(fault)}).")


async def version(link: Link) -> Finding:
    """Reached, and young enough."""
    number = int(await link.fetchval("SHOW server_version_num"))
    major, minor = divmod(number, 10_000)
    if major < OLDEST:
        return wrong("version", f"PostgreSQL {major} gets no fixes any more.", f"Upgrade to {OLDEST} or newer.")
    return good("version", f"PostgreSQL {major}.{minor} answers.")


async def encrypted(link: Link, url: SecretStr) -> Finding:
    """What goes over a cable to somewhere else must be encrypted."""
    try:
        if await link.fetchval("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"):
            return good("encrypted", "The connection uses TLS.")
    except FAULTS as fault:
        return unknown("encrypted", f"PostgreSQL does not say whether it uses TLS (SQLSTATE {state_of(fault)}).")
    match await reach_of(host_of(url)):
        case Reach.THIS_MACHINE:
            return good("encrypted", "No TLS, and none is needed: PostgreSQL is on this machine.")
        case Reach.PRIVATE:
            return good("encrypted", "No TLS, inside a private network.")
        case _:
            return wrong("encrypted", "The connection crosses public networks without TLS.", ADD_TLS)


ADD_TLS = "Switch `ssl` on in PostgreSQL and add ?sslmode=require to TRAMBOT_DATABASE_URL."


async def round_trip(link: Link) -> Finding:
    """The fastest of several: what the network takes, not what else goes on."""
    took = min([await _timed(lambda: link.execute("SELECT")) for _ in range(TRIES)])
    if took > SLOW:
        return wrong("round_trip", f"A round trip takes {took:.0f} ms; {SLOW:.0f} are slow.", "Move the two closer.")
    return good("round_trip", f"A round trip takes {took:.1f} ms.")


async def _timed(question: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await question()
    return (time.perf_counter() - began) * 1000


async def writable(link: Link) -> Finding:
    """Write a row that nobody can mean, read it, and take it back."""
    try:
        found = await _written_and_read(link)
    except FAULTS as fault:
        state = state_of(fault)
        says, do = NOT_WRITTEN.get(state[:2], ("the database refuses", "Look into its log"))
        return wrong("writable", f"Nothing can be written: {says} (SQLSTATE {state}).", f"{do}.")
    if found != 0:
        return wrong("writable", "What was written could not be read back.", "Look into PostgreSQL's log.")
    return good("writable", "A row was written, read and taken back.")


async def _written_and_read(link: Link) -> Any:
    key, transaction = secrets.token_bytes(16), link.transaction()
    await transaction.start()
    try:
        await link.execute(WRITE, key, EPOCH)
        return await link.fetchval("SELECT failures FROM password_wait WHERE key = $1", key)
    finally:
        await transaction.rollback()


WRITE = "INSERT INTO password_wait (key, failures, free_at, last_at) VALUES ($1, 0, $2, $2)"
NOT_WRITTEN = {
    "25": ("this PostgreSQL is a read-only copy", "Point TRAMBOT_DATABASE_URL to the primary"),
    "42": ("the table is not there, or not the role's to write", "Run `trambot migrate`"),
    "53": ("the disk or the memory is full", "Make room"),
}
"""By class of SQLSTATE."""


async def connections(link: Link) -> Finding:
    """Whether one process of the API can have all the connections it may ask for; those it holds count as free."""
    free, most = await link.fetchrow(FREE)
    if free < POOL_SIZE:
        return wrong("connections", f"{free} of {most} connections are free; the API may ask for {POOL_SIZE}.", MORE)
    return good("connections", f"{free} of {most} connections are free; the API asks for {POOL_SIZE} at most.")


MORE = "End what holds them, or raise max_connections (and the role's or the database's own limit)."
FREE = """
    WITH used AS (
        SELECT (SELECT sum(numbackends) FROM pg_stat_database) AS by_all, count(*) AS by_role
        FROM pg_stat_activity WHERE usename = current_user
    ), room AS (
        SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
               - coalesce(current_setting('reserved_connections', true)::int, 0) AS of_server,
               (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user) AS of_role,
               (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database()) AS of_database
    )
    SELECT least(of_server - by_all + by_role, of_role, of_database) AS free,
           least(of_server, of_role, of_database) AS most
    FROM used, room
"""


MUST_BE_ON = ("fsync", "full_page_writes", "synchronous_commit")


async def durable(link: Link) -> Finding:
    """What was committed must outlive a power cut: an answer was given for it."""
    off = [name for name in MUST_BE_ON if await link.fetchval("SELECT current_setting($1)", name) == "off"]
    if off:
        return wrong("durable", f"A power cut loses what was saved: {', '.join(off)} off.", "Set to on and reload.")
    return good("durable", "What is committed is on the disk (fsync, full_page_writes, synchronous_commit).")


async def disk(link: Link) -> Finding:
    """Only the server's own machine knows."""
    size = await link.fetchval("SELECT pg_size_pretty(pg_database_size(current_database()))")
    return unknown("disk", f"The database takes {size}; how much room is left only PostgreSQL's machine knows (`df`).")


CHECKS: dict[str, Check] = {
    "tables": migrations.as_the_models_say,
    "role": rights.not_mighty,
    "grants": rights.exactly,
    "writable": writable,
    "round_trip": round_trip,
    "connections": connections,
    "durable": durable,
    "disk": disk,
}
