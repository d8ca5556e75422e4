"""B11: an OTP guess judged, beside one committed UPDATE."""

from benches.figure import Figure, Spread, ratios
from benches.program import Program
from benches.rounds import Tick, interleaved
from benches.sizes import Sizes
from benches.stage import Stage

STEPS = 1
GOAL = 2
WAYS = {
    "layer": "in the API layer",
    "unkeyed": "in the API layer, without a key",
    "inside": "through the application",
    "http": "over HTTP",
}


def measure(stage: Stage, sizes: Sizes, tick: Tick) -> list[Figure]:
    """The figures; the goal is the layer's, the others stand beside it."""
    arguments = (stage.owner_url, stage.api, sizes.people)
    program = Program("guess_ours", arguments, stage.environment)
    results = interleaved({"guesses": program.ran}, sizes.rounds, tick)
    update = results.of("guesses", "update")
    figures = []
    for guess in ("wrong", "right"):
        times = {how: results.of("guesses", f"{way} {guess}") for way, how in WAYS.items()}
        parts = {f"{how}, p50 ms": Spread.of(of_way) for how, of_way in times.items()}
        parts |= {f"{how} ÷ UPDATE": ratios(of_way, update) for how, of_way in list(times.items())[1:]}
        parts["UPDATE, p50 ms"] = Spread.of(update)
        what = f"{guess} guess judged, p50 ÷ one committed UPDATE"
        figures.append(Figure("B11", what, ratios(times[WAYS["layer"]], update), GOAL, "lower", parts, sizes.rounds))
    return figures
