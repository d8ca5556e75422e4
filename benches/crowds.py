"""B12: what a password's hash costs, and what others wait for while a crowd signs in."""

from benches.figure import Figure, Spread, ratios
from benches.program import Program
from benches.rounds import Contender, Results, Tick, interleaved
from benches.sizes import Sizes
from benches.stage import Stage

STEPS = 2


def measure(stage: Stage, sizes: Sizes, tick: Tick) -> list[Figure]:
    """The figures."""
    crowd = (stage.owner_url, stage.api, stage.telegram, sizes.signing_in, sizes.reads)
    contenders: dict[str, Contender] = {
        "hashes": Program("hash_ours", (sizes.hashes,)).ran,
        "crowd": Program("crowd_ours", crowd, stage.environment).ran,
    }
    results = interleaved(contenders, sizes.rounds, tick)
    return [_hash(results, sizes), _others(results, sizes)]


def _hash(results: Results, sizes: Sizes) -> Figure:
    ours, default = results.of("hashes", "ours"), results.of("hashes", "default")
    parts = {"ours, CPU ms": Spread.of(ours), "argon2-cffi's default, CPU ms": Spread.of(default)}
    return Figure("B12", "hash CPU ÷ argon2 default", ratios(ours, default), 0.12, "lower", parts, sizes.rounds)


def _others(results: Results, sizes: Sizes) -> Figure:
    alone, beside = results.of("crowd", "alone"), results.of("crowd", "beside")
    parts = {
        "nobody signs in, p50 ms": Spread.of(alone),
        f"{sizes.signing_in} sign in, p50 ms": Spread.of(beside),
        "sign-ins/s meanwhile": Spread.of(results.of("crowd", "sign_ins")),
    }
    what = f"others' requests, p50 with {sizes.signing_in} sign-ins in flight ÷ without"
    return Figure("B12", what, ratios(beside, alone), 1.5, "lower", parts, sizes.rounds)
