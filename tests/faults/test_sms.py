"""An SMS gateway that is down, slow, cut off or lying, while people sign in (T36)."""

from typing import Any

import pytest

from tests.faults.crowd import A_BUSY_MACHINE, A_TURN, told
from tests.faults.outcome import nothing_is_lost
from tests.faults.proxy import Trap
from tests.faults.stage import Stage
from tests.faults.visitor import Visitor
from tests.fire.series import Fire

SPOILT = 2
"""How many SMS in a row: the first, and the one that is asked for again."""

FAULTS: dict[str, dict[str, Any]] = {
    "says that it broke": {"kind": "refuse", "code": 500},
    "is behind a broken door": {"kind": "refuse", "code": 502},
    "is closed": {"kind": "refuse", "code": 503},
    "has too much to do": {"kind": "refuse", "code": 429},
    "does not take it": {"kind": "refuse", "code": 400},
    "hangs up": {"kind": "cut_before"},
    "takes it and hangs up": {"kind": "cut_after"},
    "keeps silent": {"kind": "hang_before"},
    "takes it and keeps silent": {"kind": "hang_after"},
    "takes 30 seconds": {"kind": "slow", "delay": 30},
    "says that it was sent, and loses it": {"kind": "lost"},
}
CUTS = {f"answers {after} bytes": after for after in (0, 9, 40, 150)}

pytestmark = pytest.mark.fire("faults")


async def test_T36_whatever_the_gateway_does_a_press_is_one_sms_at_most_and_people_get_in(
    stage: Stage, fire: Fire
) -> None:
    pieces = [*FAULTS, *CUTS]
    if not fire.is_long:
        pieces = fire.dice().sample(pieces, 1)
    for _, what in (series := fire.series("troubles with the gateway", list(enumerate(pieces)))):
        series.keep(await signed_in_though_it(stage, what))
    presses, sent = (sum(result[what] for result in series.results) for what in ("presses", "sent"))
    fire.figure("T36", "SMS handed over, presses that asked for one", f"{sent}, {presses} in {len(series.results)}")
    waits = [seconds for result in series.results for seconds in result["waits"]]
    fire.figure("T36", "answers while the gateway fails", told(waits))


async def signed_in_though_it(stage: Stage, what: str) -> dict[str, Any]:
    """Somebody signs in while their first SMS meet that."""
    handed_over = stage.to_sms.listen_in()
    if what in FAULTS:
        await stage.telegram.play.fault(method="sms", times=SPOILT, **FAULTS[what])
    else:
        stage.to_sms.trap = Trap("cut_answer", after=CUTS[what])
    visitor = await (await Visitor.arrives(stage)).go()
    await stage.heal()
    await nothing_is_lost(stage, visitor)
    assert visitor.begun_again == 0, await visitor.person.transcript()
    assert len(handed_over) <= visitor.asked_for_sms
    waits = [answer.seconds for answer in visitor.answers]
    assert max(waits) < A_TURN + A_BUSY_MACHINE, what
    return {"presses": visitor.asked_for_sms, "sent": len(handed_over), "waits": waits}
