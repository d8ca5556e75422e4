"""B9, B10: subjects brought in from a file, beside ready rows that psycopg copies; and the room they take."""

from benches.figure import Figure, Spread, ratios
from benches.program import Program
from benches.rounds import Tick, interleaved
from benches.sizes import Sizes
from benches.stage import Stage

STEPS = 1


def measure(stage: Stage, sizes: Sizes, tick: Tick) -> list[Figure]:
    """The figures; both write into the same table, by turns, in as many rows a transaction."""
    program = Program("import_ours", (stage.owner_url, sizes.subjects), stage.environment)
    results = interleaved({"import": program.ran}, sizes.rounds, tick)
    ours, copied = results.of("import", "ours"), results.of("import", "copied")
    rows = f"of {sizes.subjects:,} subjects"
    parts = {
        "brought in, rows/s and core": Spread.of(ours),
        "ready rows by copy.write_row, rows/s and core": Spread.of(copied),
        "CPU of ours, µs a row": Spread.of(results.of("import", "cpu")),
    }
    room = results.of("import", "room")
    payload = results.of("import", "payload")
    taken = {"bytes a subject": Spread.of(room), "payload, bytes a subject": Spread.of(payload)}
    return [
        Figure("B9", f"import {rows} ÷ copy.write_row", ratios(ours, copied), 1.0, "higher", parts, sizes.rounds),
        Figure("B10", f"room {rows} ÷ payload", ratios(room, payload), 1.9, "lower", taken, sizes.rounds),
    ]
