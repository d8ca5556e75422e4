"""B5: the two hundredth turn of a talk beside its second, live and begun anew before every turn."""

from functools import partial

from benches.figure import Figure, Spread, ratios
from benches.program import Program
from benches.rounds import Contender, Sample, Tick, interleaved
from benches.sizes import Sizes
from benches.stage import Stage

GOALS = {"live": 1.1, "replayed": 1.5}
STEPS = len(GOALS)


def measure(stage: Stage, sizes: Sizes, tick: Tick) -> list[Figure]:
    """The figures."""
    contenders: dict[str, Contender] = {how: partial(_talked, stage, sizes, how) for how in GOALS}
    results = interleaved(contenders, sizes.rounds, tick)
    figures = []
    for how, goal in GOALS.items():
        early, late = results.of(how, "early"), results.of(how, "late")
        parts = {"turn 2, CPU ms": Spread.of(early), "turn 200, CPU ms": Spread.of(late)}
        what = f"CPU of turn 200 ÷ turn 2, {how}"
        figures.append(Figure("B5", what, ratios(late, early), goal, "lower", parts, sizes.rounds))
    return figures


def _talked(stage: Stage, sizes: Sizes, how: str) -> Sample:
    return Program("talk_ours", (stage.redis(), how, sizes.talks)).ran()
