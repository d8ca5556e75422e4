"""People at work while a server is out of reach for a moment, in one way or another (T34–T37)."""

import asyncio
import time
from collections.abc import AsyncIterator
from itertools import product
from typing import Any

import pytest

from tests.faults.outcome import (
    A_BUSY_MACHINE,
    A_TURN,
    longest_wait,
    nothing_is_lost,
    recoveries,
    shown_twice,
    told,
)
from tests.faults.proxy import Proxy
from tests.faults.stage import Stage, staged
from tests.faults.visitor import PATIENCE, Visitor
from tests.fire.series import Fire

ROWS = {"valkey": "T34", "postgres": "T35", "sms": "T36", "telegram": "T37"}
OUTAGES = ("gone", "reset", "silent", "forgotten", "slow", "crowded")
SLOW = 0.15  # seconds each way
LASTING = 5.0  # seconds, under fire
PATIENCE_WITH_TELEGRAM = 8.0
"""Seconds: what may have come is not said again, so whoever hears nothing has to ask again."""
RECOVERED_WITHIN = 10.0  # seconds, in 99 of 100 cases

pytestmark = pytest.mark.fire("faults")


@pytest.fixture
async def stage(
    api_url: str, owner_url: str, redis_url: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """A stage of its own, with a bot."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    async with staged(api_url, owner_url, redis_url) as stage, stage.with_bot():
        yield stage


async def test_T34_T35_T36_T37_an_outage_loses_nothing_and_people_are_served_soon_after(
    stage: Stage, fire: Fire
) -> None:
    pieces = list(product(range(3), ROWS, OUTAGES))
    if not fire.is_long:
        pieces = fire.dice().sample(pieces, 1)
    for piece in (series := fire.series("outages", pieces)):
        series.keep(await outage(stage, fire, *piece))
    for row in ROWS.values():
        of_row = [result for result in series.results if result["row"] == row]
        if of_row:
            tell(fire, row, of_row)


def tell(fire: Fire, row: str, results: list[dict[str, Any]]) -> None:
    """Keep the figures of a row."""
    served = [seconds for result in results for seconds in result["served"]]
    people = sum(result["people"] for result in results)
    fire.figure(row, "lost or doubled by an outage", f"0 of {people} people's work in {len(results)} outages")
    fire.figure(row, "served again after an outage", told(served))
    if row in ("T35", "T36"):
        longest = max(result["wait"] for result in results)
        fire.figure(row, "longest wait for an answer in an outage", f"{longest:.1f} s")
    if row == "T37":
        unheard = sum(result["unheard"] for result in results)
        fire.figure(row, "answers not said again, because they may have come", f"{unheard} in {len(results)} outages")
    assert sorted(served)[: len(served) * 99 // 100][-1:] < [RECOVERED_WITHIN + A_BUSY_MACHINE]


async def outage(stage: Stage, fire: Fire, number: int, server: str, kind: str) -> dict[str, Any]:
    """People at work through it, and in seconds how soon they were served again, and their longest wait in it."""
    dice = fire.dice(f"{number} {server} {kind}")
    patience = PATIENCE_WITH_TELEGRAM if server == "telegram" else PATIENCE
    visitors = [await Visitor.arrives(stage, patience=patience) for _ in range(fire.size(3, 6))]
    going = [asyncio.create_task(visitor.go()) for visitor in visitors]
    await asyncio.sleep(dice.uniform(0.1, 2.0))  # they may be anywhere in it
    way: Proxy = getattr(stage, f"to_{server}")
    began = time.monotonic()
    await break_down(way, kind)
    await asyncio.sleep(LASTING if fire.is_long else 1.0)
    await way.heal()
    healed = time.monotonic()
    await asyncio.gather(*going)
    where = f"{server} {kind} {number}"
    for visitor in visitors:
        await nothing_is_lost(stage, visitor)
        if server != "telegram":
            assert visitor.begun_again == 0, f"{where}\n{await visitor.person.transcript()}"
        assert await shown_twice(visitor) == 0, f"{where}\n{await visitor.person.transcript()}"
    wait = longest_wait(visitors, began, healed)
    if server in ("postgres", "sms"):
        assert wait < A_TURN + A_BUSY_MACHINE, where
    return {
        "row": ROWS[server],
        "people": len(visitors),
        "served": recoveries(visitors, healed),
        "wait": wait,
        "unheard": sum(visitor.begun_again for visitor in visitors),
    }


async def break_down(way: Proxy, kind: str) -> None:
    """Let it fail in that way."""
    match kind:
        case "slow":
            way.latency = SLOW
        case "crowded":
            way.room = 1
            way.cut_all()
        case "gone" | "reset" | "silent" | "forgotten":
            await way.break_down(kind)
