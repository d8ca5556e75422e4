"""A process that spends from the budget as fast as it can, and tells when: `python -m tests.bot.spender URL COUNT`."""

import asyncio
import sys
import time
from itertools import count

from bot.budget import Budget
from bot.journal import valkey

LATENCY = 0.02
"""Seconds until an answer comes."""


async def spend(url: str, times: int) -> list[float]:
    """Spend so often, each time for another chat; when each message was sent."""
    sent: list[float] = []
    async with valkey(url) as redis:
        budget, chats = Budget(redis), count(id(redis))

        async def one() -> None:
            async with budget.bulk(next(chats)):
                sent.append(time.monotonic())
                await asyncio.sleep(LATENCY)

        await asyncio.gather(*(one() for _ in range(times)))
    return sent


if __name__ == "__main__":
    print(*asyncio.run(spend(sys.argv[1], int(sys.argv[2]))))  # noqa: T201 - it is what the test reads
