"""B7, B8: somebody looked up, in the API layer and over HTTP, beside what PostgreSQL and a bare service cost."""

from benches.figure import Figure, Spread, ratios
from benches.program import Program
from benches.rounds import Tick, interleaved
from benches.sizes import Sizes
from benches.stage import Stage

STEPS = 2


def measure(stage: Stage, sizes: Sizes, tick: Tick) -> list[Figure]:
    """The figures."""
    layer = Program("look_up_ours", (stage.owner_url, sizes.subjects, sizes.look_ups), stage.environment)
    service = Program("search_ours", (stage.owner_url, stage.api, stage.telegram, sizes.look_ups), stage.environment)
    results = interleaved({"layer": layer.ran, "service": service.ran}, sizes.rounds, tick)
    ours, bare = results.of("layer", "look_up"), results.of("layer", "bare")
    parts = {
        "look-up, p50 ms": Spread.of(ours),
        "SELECT 1 + one committed INSERT, p50 ms": Spread.of(bare),
        "its masked rows asked for, p50 ms": Spread.of(results.of("layer", "rows")),
    }
    what = f"look-up among {sizes.subjects:,}, p50 ÷ SELECT 1 + one committed INSERT"
    served, peer = results.of("service", "ours"), results.of("service", "bare")
    rates = {"ours, requests/s": Spread.of(served), "bare FastAPI + asyncpg, requests/s": Spread.of(peer)}
    over_http = "search over HTTP, requests/s ÷ bare service"
    return [
        Figure("B7", what, ratios(ours, bare), 1.5, "lower", parts, sizes.rounds),
        Figure("B8", over_http, ratios(served, peer), 0.8, "higher", rates, sizes.rounds),
    ]
