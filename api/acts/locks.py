"""Locks on what has no row of its own; each ends with its transaction."""

from hashlib import blake2b

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

CAPTCHAS = "captchas"  # of one source
SYSTEM_ADMINS = "system admins"  # of all
HAND_OVERS = "hand-overs"  # of all: two that hold each other's accounts would wait for ever
CARDS = "cards"  # of one unit's requests; the last one that is taken
SMS = "sms"  # of all: it is what the limits are counted under


async def hold(db: AsyncSession, what: str, whose: str = "") -> None:
    """Wait until nobody else holds it. Two different ones may rarely be one (64 bits), which only costs a wait."""
    await db.execute(select(func.pg_advisory_xact_lock(number_of(what, whose))))


def number_of(what: str, whose: str = "") -> int:
    """What PostgreSQL knows the lock by."""
    return int.from_bytes(blake2b(f"{what} {whose}".encode(), digest_size=8).digest(), signed=True)
