"""People at work while a server is out of reach for a moment, in one way or another (T34–T37)."""

import asyncio
from itertools import product
from typing import Any

import pytest

from tests.faults.crowd import A_BUSY_MACHINE, A_TURN, Crowd, must_recover_soon, together, told
from tests.faults.proxy import Proxy
from tests.faults.stage import Stage
from tests.faults.visitor import PATIENCE
from tests.fire.series import Fire

ROWS = {"valkey": "T34", "postgres": "T35", "sms": "T36", "telegram": "T37"}
SPEAKING = ("T35", "T36")
"""In their outages the chat can say so."""
OUTAGES = ("gone", "reset", "silent", "forgotten", "slow", "crowded")
SLOW = 0.15  # seconds each way
LASTING = 5.0  # seconds, under fire
LONG_LASTING = 20.0
PATIENCE_WITH_TELEGRAM = 8.0
"""Seconds after it is back: what may have come is not said again, so whoever hears nothing has to ask again."""

pytestmark = pytest.mark.fire("faults")


async def test_T34_T35_T36_T37_an_outage_loses_nothing_and_people_are_served_soon_after(
    stage: Stage, fire: Fire
) -> None:
    pieces = list(product(range(1), ROWS, OUTAGES))
    if not fire.is_long:
        pieces = fire.dice().sample(pieces, 1)
    for piece in (series := fire.series("outages", pieces)):
        series.keep(await outage(stage, fire, *piece))
    for row in ROWS.values():
        if of_row := [result for result in series.results if result["row"] == row]:
            tell(fire, row, of_row)


async def outage(stage: Stage, fire: Fire, number: int, server: str, kind: str) -> dict[str, Any]:
    """People at work through it."""
    dice = fire.dice(f"{number} {server} {kind}")
    is_telegram = server == "telegram"
    lasting = (LONG_LASTING if is_telegram and kind == "gone" else LASTING) if fire.is_long else 1.0
    patience = lasting + PATIENCE_WITH_TELEGRAM if is_telegram else PATIENCE
    crowd = await Crowd.sets_out(stage, fire.size(3, 6), dice, patience)
    way: Proxy = getattr(stage, f"to_{server}")
    await break_down(way, kind)
    await asyncio.sleep(lasting)
    await way.heal()
    return {"row": ROWS[server]} | await crowd.gets_through(may_miss_answers=is_telegram)


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


def tell(fire: Fire, row: str, results: list[dict[str, Any]]) -> None:
    """Keep the figures of a row."""
    people, outages = sum(result["people"] for result in results), f"{len(results)} outages"
    fire.figure(row, "lost or doubled by an outage", f"0 of {people} people's work in {outages}")
    served = together(results, "served")
    fire.figure(row, "served again after an outage", told(served))
    must_recover_soon(served)
    assert sum(result["twice"] for result in results) == 0
    if row in SPEAKING:
        longest = max(result["wait"] for result in results)
        fire.figure(row, "longest wait for an answer in an outage", f"{longest:.1f} s")
        assert longest < A_TURN + A_BUSY_MACHINE
    if row == "T37":
        unheard = sum(result["unheard"] for result in results)
        fire.figure(row, "answers that may have come, and are not said again", f"{unheard} in {outages}")
