"""A Telegram that refuses, fails, keeps silent or is cut off, while people sign in (T37)."""

import random
from typing import Any

import pytest

from tests.faults.crowd import Crowd, together, told
from tests.faults.proxy import Trap
from tests.faults.stage import Stage
from tests.fire.series import Fire

PATIENCE = 8.0
"""Seconds; whoever hears nothing then asks again. Longer than the bot waits for Telegram."""
FAULTS: dict[str, dict[str, Any]] = {
    "429, 1 s": {"kind": "refuse", "code": 429, "retry_after": 1},
    "429, 4 s": {"kind": "refuse", "code": 429, "retry_after": 4},
    "500": {"kind": "refuse", "code": 500},
    "502": {"kind": "refuse", "code": 502},
    "400": {"kind": "refuse", "code": 400, "description": "Bad Request: can't parse entities"},
    "403": {"kind": "refuse", "code": 403},
    "slow": {"kind": "slow", "delay": 2},
    "said, then silence": {"kind": "hang_after"},
    "said, then cut": {"kind": "cut_after"},
    "silence": {"kind": "hang_before"},
    "cut": {"kind": "cut_before"},
}
CUTS = {f"cut after {after} bytes": after for after in (0, 9, 40, 120, 190, 400)}
"""In the middle of its first line, its head, its body; and when nearly everything has come."""
MAY_BE_UNHEARD = ("403", "silence", "cut")
"""Of these the bot cannot know that nothing arrived, or must not repeat it."""
METHODS = ("sendMessage", "*")
SEND = b"/sendMessage"

pytestmark = pytest.mark.fire("faults")


async def test_T37_whatever_telegram_does_no_work_is_lost_and_nothing_said_twice(stage: Stage, fire: Fire) -> None:
    pieces = [*FAULTS, *CUTS] * fire.size(1, 2)
    if not fire.is_long:
        pieces = fire.dice().sample(pieces, 1)
    for piece in (series := fire.series("troubles with Telegram", list(enumerate(pieces)))):
        dice = fire.dice(piece)
        crowd = await Crowd.sets_out(stage, fire.size(1, 3), dice, PATIENCE)
        what = await something_happens(stage, piece[1], crowd, dice)
        result = await crowd.gets_through(may_miss_answers=what in MAY_BE_UNHEARD)
        await stage.heal()
        assert result["twice"] == 0, what
        series.keep(result)
    tell(fire, series.results)


async def something_happens(stage: Stage, what: str, crowd: Crowd, dice: random.Random) -> str:
    """To one of the next calls of each."""
    if what in FAULTS:
        method, times = dice.choice(METHODS), dice.randint(1, 2)
        for visitor in crowd.visitors:
            await stage.telegram.play.fault(method=method, times=times, chat_id=visitor.person.id, **FAULTS[what])
    else:
        stage.to_telegram.trap = Trap("cut_answer", dice.randint(1, 5), SEND, after=CUTS[what])
    return what


def tell(fire: Fire, results: list[dict[str, Any]]) -> None:
    """Keep the figures."""
    people, unheard = (sum(result[what] for result in results) for what in ("people", "unheard"))
    troubles = f"{len(results)} troubles"
    fire.figure("T37", "work lost, messages shown twice", f"0, 0 of {people} people in {troubles}")
    fire.figure("T37", "answers that never came, and may not be said again", f"{unheard} in {troubles}")
    fire.figure("T37", "served again after a trouble", told(together(results, "served")))
