"""The time here against the time everywhere else: how long a code or a session lasts depends on it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.journal import in_time
from models.clock import Clock, SystemClock, TurnableClock
from trambot.doctor import valkey
from trambot.doctor.call import call
from trambot.doctor.connection import FAULTS, connected
from trambot.doctor.finding import Finding, Findings, Trouble, good, unknown, wrong
from trambot.doctor.given import Given

MOST = timedelta(seconds=2)
WHOLE_SECONDS = timedelta(seconds=2)
"""A Date header names whole seconds, and servers make it once a second."""
NO_TIME = timedelta()

Ask = Callable[[Given, Clock], Awaitable[timedelta | None]]
"""How far the clock there is from ours, at least; negative if it is behind. None: no address is given."""


async def examine(given: Given) -> Findings:
    """Ask all of them at once."""
    clock = TurnableClock(given.clock_file) if given.clock_file else SystemClock()
    for finding in await asyncio.gather(*(_compared(name, given, clock) for name in SOURCES)):
        yield finding


async def _compared(name: str, given: Given, clock: Clock) -> Finding:
    whose, ask = SOURCES[name]
    try:
        apart = await ask(given, clock)
    except Trouble as trouble:
        return trouble.not_told(name, f"{whose} could not be asked for the time.")
    if apart is None:
        return unknown(name, f"{whose} was not asked for the time: no address is given here.")
    if abs(apart) <= MOST:
        return good(name, f"{whose} and this machine agree about the time.")
    way = "ahead of" if apart > NO_TIME else "behind"
    text = f"{whose} is at least {_worded(abs(apart))} {way} this machine."
    return wrong(name, text, "Let both follow a time server: `timedatectl set-ntp true`, or chrony.")


async def _of_postgresql(given: Given, clock: Clock) -> timedelta | None:
    if given.database_url is None:
        return None
    async with connected(given.database_url, "database_url") as link:
        asked_at = clock.now()
        try:
            there = await link.fetchval("SELECT clock_timestamp()")
        except FAULTS:
            raise Trouble("PostgreSQL does not answer.", "") from None
        return apart(asked_at, clock.now(), there, there)


async def _of_valkey(given: Given, clock: Clock) -> timedelta | None:
    if given.redis_url is None:
        return None
    async with valkey.connected(given.redis_url) as redis:
        asked_at = clock.now()
        try:
            seconds, micro = await in_time(redis.time())
        except valkey.FAULTS:
            raise Trouble("Valkey does not answer.", "") from None
        there = datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=micro)
        return apart(asked_at, clock.now(), there, there)


async def _of_telegram(given: Given, clock: Clock) -> timedelta | None:
    return await _by_date(given.telegram_url, clock) if given.bot_token else None


async def _of_api(given: Given, clock: Clock) -> timedelta | None:
    return await _by_date(f"{given.api_url.rstrip('/')}/v1/health", clock) if given.api_url else None


async def _by_date(url: str, clock: Clock) -> timedelta:
    answer = await call(url)
    turned = clock.now() - datetime.now(UTC)
    try:
        there = parsedate_to_datetime(answer.date or "")
    except ValueError:
        raise Trouble("Its answer has no date.", "") from None
    return apart(answer.asked_at + turned, answer.answered_at + turned, there, there + WHOLE_SECONDS)


def apart(asked_at: datetime, answered_at: datetime, earliest: datetime, latest: datetime) -> timedelta:
    """How far at least two clocks are apart, when one was between two times while the other was between two others."""
    if earliest > answered_at:
        return earliest - answered_at
    if latest < asked_at:
        return latest - asked_at
    return NO_TIME


def _worded(span: timedelta) -> str:
    seconds = span.total_seconds()
    return f"{seconds:.0f} s" if seconds < A_WHILE else str(timedelta(seconds=round(seconds)))


A_WHILE = 120


SOURCES: dict[str, tuple[str, Ask]] = {
    "postgresql": ("PostgreSQL's clock", _of_postgresql),
    "valkey": ("Valkey's clock", _of_valkey),
    "telegram": ("Telegram's clock", _of_telegram),
    "api": ("The API's clock", _of_api),
}
