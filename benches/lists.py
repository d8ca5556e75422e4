"""B15: a filtered page of the list of users among many, beside one `SELECT 1`."""

from benches.figure import Figure, Spread, ratios
from benches.program import Program
from benches.rounds import Results, Tick, interleaved
from benches.sizes import Sizes
from benches.stage import Stage

STEPS = 1
GOAL = 6


def measure(stage: Stage, sizes: Sizes, tick: Tick) -> list[Figure]:
    """The figure; beside it the act alone, and the filters that take longest."""
    Program("accounts_ours", (stage.owner_url, sizes.accounts), stage.environment).ran()
    program = Program("list_ours", (stage.owner_url, sizes.pages), stage.environment)
    results = interleaved({"list": program.ran}, sizes.rounds, tick)
    page, select = results.of("list", "page"), results.of("list", "select")
    name, worst = slowest(results)
    parts = {
        "page, p50 ms": Spread.of(page),
        "SELECT 1, p50 ms": Spread.of(select),
        "the act alone ÷ SELECT 1": ratios(results.of("list", "act"), select),
        f"slowest filters ({name}) ÷ SELECT 1": ratios(worst, select),
    }
    what = f"filtered page of {sizes.accounts:,} users, p50 ÷ SELECT 1"
    return [Figure("B15", what, ratios(page, select), GOAL, "lower", parts, sizes.rounds)]


def slowest(results: Results) -> tuple[str, list[float]]:
    """The filters that take longest in the median of the rounds, and their p50 of each."""
    filters = [what for what in results.measures("list") if what not in {"page", "act", "select"}]
    times = {name: results.of("list", name) for name in filters}
    name = max(times, key=lambda name: Spread.of(times[name]).median)
    return name, times[name]
