"""How a contender tells what it has used: its own CPU time, asked for by whoever started it."""

import json
import sys
import time
from threading import Thread


def tell_cpu() -> None:
    """Answer every line that comes in with the seconds of CPU used so far, all threads together."""
    Thread(target=_answer, daemon=True).start()


def tell(**told: object) -> None:
    """Say it, as one line of JSON."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def _answer() -> None:
    for _ in sys.stdin:
        tell(cpu=time.process_time())
