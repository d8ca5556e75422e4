"""People at work in a time of trouble: when it began and was over, and what it was to them."""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from statistics import quantiles
from typing import Any, Self

from tests.faults.outcome import nothing_is_lost, shown_twice
from tests.faults.stage import Stage
from tests.faults.visitor import PATIENCE, Visitor

A_TURN = 3.0  # seconds
RECOVERED_WITHIN = 10.0
"""Seconds, in 99 of 100 cases."""
A_BUSY_MACHINE = 5.0
"""Seconds more, where everything runs in one process among the other tests."""
SOMEWHERE = 2.0
"""Seconds in which a visit passes through most of its steps."""


@dataclass
class Crowd:
    """Visitors that are on their way."""

    stage: Stage
    visitors: list[Visitor]
    going: list[asyncio.Task[Visitor]]
    began: float = 0.0
    healed: float = 0.0

    @classmethod
    async def sets_out(cls, stage: Stage, people: int, dice: random.Random, patience: float = PATIENCE) -> Self:
        """They are anywhere on their way when this returns."""
        visitors = [await Visitor.arrives(stage, patience=patience) for _ in range(people)]
        crowd = cls(stage, visitors, [asyncio.create_task(visitor.go()) for visitor in visitors])
        await asyncio.sleep(dice.uniform(0.1, SOMEWHERE))
        crowd.began = time.monotonic()
        return crowd

    async def gets_through(self, *, may_start_over: bool = False, may_miss_answers: bool = False) -> dict[str, Any]:
        """The trouble is over; they all come to their end. What it was to them, as JSON can say it."""
        self.healed = time.monotonic()
        await asyncio.gather(*self.going)
        twice = 0
        for visitor in self.visitors:
            await nothing_is_lost(self.stage, visitor, may_start_over=may_start_over)
            assert may_miss_answers or not visitor.begun_again, await visitor.person.transcript()
            twice += await shown_twice(visitor)
        return {
            "people": len(self.visitors),
            "served": self._served_again(),
            "wait": self._longest_wait(),
            "unheard": sum(visitor.begun_again for visitor in self.visitors),
            "twice": twice,
        }

    def _served_again(self) -> list[float]:
        """Seconds until each was, of those who were not through yet and waited for it."""
        found = (visitor.served_after(self.healed) for visitor in self.visitors if not visitor.begun_again)
        return [seconds for seconds in found if seconds is not None]

    def _longest_wait(self) -> float:
        """Seconds that anybody waited for an answer that came while it lasted."""
        answers = chain.from_iterable(visitor.answers for visitor in self.visitors)
        return max((answer.seconds for answer in answers if self.began < answer.at < self.healed), default=0.0)


def together(results: Sequence[dict[str, Any]], what: str) -> list[float]:
    """All seconds of that kind."""
    return [seconds for result in results for seconds in result[what]]


def told(seconds: Sequence[float]) -> str:
    """«p50 0.1, p99 0.9, longest 1.2 s of 40»."""
    if len(seconds) < 2:
        return f"{seconds[0]:.1f} s, once" if seconds else "nobody was waiting"
    p50, p99 = (quantile(seconds, percent) for percent in (50, 99))
    return f"p50 {p50:.1f}, p99 {p99:.1f}, longest {max(seconds):.1f} s of {len(seconds)}"


def quantile(seconds: Sequence[float], percent: int) -> float:
    return quantiles([*seconds, *seconds], n=100, method="inclusive")[percent - 1]


def must_recover_soon(seconds: Sequence[float]) -> None:
    """In 99 of 100 cases."""
    if seconds:
        assert quantile(seconds, 99) < RECOVERED_WITHIN + A_BUSY_MACHINE, told(seconds)
