"""Valkey: whether it can be had, forgets nothing, has room, and lets nobody else in."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pydantic import SecretStr
from redis.asyncio import Redis
from redis.asyncio.connection import parse_url
from redis.exceptions import AuthenticationError, BusyLoadingError, NoPermissionError, RedisError, ResponseError

from bot.journal import in_time, valkey
from trambot.doctor.finding import Finding, Findings, Trouble, good, unknown, wrong
from trambot.doctor.given import Given
from trambot.doctor.way import Reach, is_here, reach_of

SETTING = "TRAMBOT_REDIS_URL"
SLOW = 50.0
"""Milliseconds of a round trip; a turn makes at least two."""
TRIES = 5
FULL = 0.8
"""From this part of its memory on: what cannot be written is a talk that stands still."""
FAULTS = (RedisError, OSError)

Told = dict[str, Any]
"""What INFO tells."""


async def examine(given: Given) -> Findings:
    """Connect as the bot does, ask once what Valkey tells of itself, and try the door without a key."""
    if given.redis_url is None:
        yield unknown("reached", f"Not looked at: {SETTING} is not given here.")
        return
    try:
        async with connected(given.redis_url) as redis:
            told = await _info(redis)
            for check in (version, append_only, evicts_nothing, room, writes_succeed, primary):
                yield check(told)
            yield await round_trip(redis)
            yield await closed_to_others(redis, given.redis_url)
        yield await encrypted(given.redis_url)
    except Trouble as trouble:
        yield trouble.found("reached")


@asynccontextmanager
async def connected(url: SecretStr) -> AsyncIterator[Redis]:
    """A client that has just been answered.

    Raises:
        Trouble: it was not.
    """
    try:
        client = valkey(url.get_secret_value())
    except (ValueError, TypeError):
        raise Trouble(f"{SETTING} is no address like redis://:password@host:6379/0.", "Correct it.") from None
    async with client as redis:
        try:
            await in_time(redis.ping())
        except FAULTS as fault:
            raise _trouble(fault) from None
        yield redis


def _trouble(fault: Exception) -> Trouble:
    match fault:
        case BusyLoadingError():
            return Trouble("Valkey is still reading its file.", "Wait, and ask again.")
        case AuthenticationError():
            return Trouble("Valkey refuses the password.", f"Correct {SETTING}.")
        case NoPermissionError():
            return Trouble("Valkey lets this user in, but not work.", "Give it +@all on ~* in Valkey's ACL.")
        case ResponseError():
            return Trouble("Valkey refuses this database or user.", f"Correct {SETTING}.")
        case _:
            return Trouble(f"Nobody answers where {SETTING} points.", "Start Valkey, or correct host and port.")


async def _info(redis: Redis) -> Told:
    """All the sections at once.

    Raises:
        Trouble: it may not be asked, or no answer came.
    """
    try:
        return dict(await in_time(redis.info()))
    except FAULTS as fault:
        raise _trouble(fault) from None


def version(told: Told) -> Finding:
    """Reached."""
    name, number = ("Valkey", told["valkey_version"]) if "valkey_version" in told else ("Redis", told["redis_version"])
    return good("version", f"{name} {number} answers.")


def append_only(told: Told) -> Finding:
    """Open talks outlive a restart only in the append-only file (T34)."""
    if not told.get("aof_enabled"):
        text = "A restart of Valkey loses every open talk and sign-in: it writes no append-only file."
        return wrong(
            "append_only", text, "Set `appendonly yes` in its configuration; the bot refuses to start without."
        )
    return good("append_only", "What Valkey holds outlives its restart (appendonly yes).")


def evicts_nothing(told: Told) -> Finding:
    """A full Valkey must refuse, not forget (T34)."""
    chosen = told.get("maxmemory_policy")
    if chosen != "noeviction":
        text = f"A full Valkey throws open talks away (maxmemory-policy {chosen})."
        return wrong("evicts_nothing", text, "Set `maxmemory-policy noeviction`; the bot refuses to start without.")
    return good("evicts_nothing", "A full Valkey throws nothing away (noeviction).")


def room(told: Told) -> Finding:
    """How much memory is left of what it may take, or of all there is."""
    used, limit = told["used_memory"], told.get("maxmemory") or 0
    most = limit or told.get("total_system_memory") or 0
    if not most:
        return unknown("room", f"Valkey uses {_megabytes(used)}; it does not say how much it may.")
    whose = "it may take" if limit else "the machine has, with no limit (maxmemory 0)"
    text = f"Valkey uses {_megabytes(used)} of the {_megabytes(most)} that {whose}."
    return (
        wrong("room", text, "Raise maxmemory, or give the machine more.") if used > FULL * most else good("room", text)
    )


def writes_succeed(told: Told) -> Finding:
    """What it last wrote to the disk."""
    states = {name: told.get(name) for name in ("aof_last_write_status", "aof_last_bgrewrite_status")}
    states["rdb_last_bgsave_status"] = told.get("rdb_last_bgsave_status")
    failed = [name for name, state in states.items() if state not in (None, "ok")]
    if failed:
        text = f"Valkey cannot write to its disk ({', '.join(failed)})."
        return wrong(
            "writes", text, "Look into its log, and whether the disk is full (`df`) or belongs to another user."
        )
    return good("writes", "Valkey's last writes to its disk went well.")


def primary(told: Told) -> Finding:
    """A copy takes no writes."""
    if told.get("role") != "master":
        return wrong("primary", "This Valkey is a copy of another, and takes no writes.", f"Point {SETTING} there.")
    return good("primary", "This Valkey takes writes.")


async def round_trip(redis: Redis) -> Finding:
    """The fastest of several: what the network takes, not what else goes on."""
    try:
        took = min([await _timed(redis) for _ in range(TRIES)])
    except FAULTS:
        return unknown("round_trip", "Valkey stopped answering.")
    if took > SLOW:
        return wrong("round_trip", f"A round trip takes {took:.0f} ms; {SLOW:.0f} are slow.", "Move the two closer.")
    return good("round_trip", f"A round trip takes {took:.1f} ms.")


async def _timed(redis: Redis) -> float:
    began = time.perf_counter()
    await in_time(redis.ping())
    return (time.perf_counter() - began) * 1000


async def closed_to_others(redis: Redis, url: SecretStr) -> Finding:
    """Whether somebody without a password is answered, and from where."""
    if not await _answers_anybody(url):
        return good("closed", "Valkey answers nobody without a password.")
    if await _is_this_machines(redis):
        return good("closed", "Valkey asks for no password, and answers this machine alone.")
    text = "Valkey answers whoever can reach it: it asks for no password."
    return wrong("closed", text, f"Set `requirepass` (or ACL users) there, and the password in {SETTING}.")


async def _answers_anybody(url: SecretStr) -> bool:
    anybody = valkey(url.get_secret_value())
    for name in KEYS:
        anybody.connection_pool.connection_kwargs.pop(name, None)
    async with anybody:
        try:
            await in_time(anybody.ping())
        except FAULTS:
            return False
    return True


KEYS = ("username", "password")


async def _is_this_machines(redis: Redis) -> bool:
    """Whether it listens here alone, or answers those without a password here alone; False if it does not say."""
    try:
        told = await in_time(redis.config_get("bind", "protected-mode"))
    except FAULTS:
        return False
    listens = [address.removeprefix("-") for address in str(told.get("bind", "")).split()]
    return told.get("protected-mode") == "yes" or (bool(listens) and all(map(is_here, listens)))


async def encrypted(url: SecretStr) -> Finding:
    """The journal is sealed, but whoever can write on the way can lock people out."""
    parts = parse_url(url.get_secret_value())
    if url.get_secret_value().startswith("rediss://"):
        return good("encrypted", "The connection uses TLS.")
    match await reach_of(parts.get("host") or parts.get("path")):
        case Reach.THIS_MACHINE:
            return good("encrypted", "No TLS, and none is needed: Valkey is on this machine.")
        case Reach.PRIVATE:
            return good("encrypted", "No TLS, inside a private network.")
        case _:
            text = "The connection crosses public networks without TLS."
            return wrong("encrypted", text, f"Switch TLS on in Valkey and write rediss:// into {SETTING}.")


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.0f} MB"
