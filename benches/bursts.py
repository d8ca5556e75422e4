"""B1, B2: a burst of updates, echoed; our transport and inbox beside python-telegram-bot's and aiogram's own."""

from functools import partial

from benches.figure import Figure, Spread, ratios
from benches.program import Program
from benches.rounds import Contender, Sample, Tick, interleaved
from benches.sizes import Sizes
from benches.stage import Stage

STEPS = 4


def measure(stage: Stage, sizes: Sizes, tick: Tick) -> list[Figure]:
    """The figures. python-telegram-bot runs as it is installed, and once more with what it misses (see there)."""
    contenders: dict[str, Contender] = {
        "ours": lambda: _echoed(stage, sizes, "echo_ours", stage.telegram, stage.redis()),
        "python-telegram-bot": partial(_echoed, stage, sizes, "echo_stock", stage.telegram),
        "python-telegram-bot + sniffio": partial(_echoed, stage, sizes, "echo_stock", stage.telegram, "helped"),
        "aiogram": partial(_echoed, stage, sizes, "echo_aiogram", stage.telegram),
    }
    results = interleaved(contenders, sizes.rounds, tick)
    rates = {name: results.of(name, "rate") for name in contenders}
    parts = {f"{name}, updates/s": Spread.of(rates[name]) for name in contenders}
    parts |= {f"{name}, CPU ms/update": Spread.of(results.of(name, "cpu")) for name in contenders}
    ours, stock, aiogram = rates["ours"], rates["python-telegram-bot"], rates["aiogram"]
    helped = {"÷ python-telegram-bot + sniffio": ratios(ours, rates["python-telegram-bot + sniffio"])}
    burst = f"burst of {sizes.burst:,} echoed"
    return [
        Figure("B1", f"{burst} ÷ python-telegram-bot", ratios(ours, stock), 12, "higher", helped | parts, sizes.rounds),
        Figure("B2", f"{burst} ÷ aiogram", ratios(ours, aiogram), 2, "higher", parts, sizes.rounds),
    ]


def _echoed(stage: Stage, sizes: Sizes, module: str, *arguments: str) -> Sample:
    return Program(module, arguments).echoed(stage.telegram, sizes.warm_burst, sizes.burst)
