"""`make bench`: all benches or some, with a progress bar; a line of JSON for each figure, then a table."""

import sys
import time
from dataclasses import replace
from types import ModuleType
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from benches import bursts, crowds, guesses, imports, lists, long_talks, look_ups, turns
from benches.figure import Figure
from benches.program import Broken
from benches.sizes import SMALL, Sizes
from benches.stage import stage
from benches.told import shown, write

GROUPS: dict[str, tuple[ModuleType, ...]] = {
    "turn": (bursts, turns, long_talks),
    "api": (guesses, crowds, lists),
    "lookup": (look_ups,),
    "import": (imports,),
}
"""What is measured together; `make bench-turn` and its like measure one of them."""


def main(
    wanted: Annotated[list[str] | None, typer.Argument(help="Only these: turn, api, lookup, import.")] = None,
    rounds: Annotated[int, typer.Option(help="How often each contender is measured.")] = Sizes.rounds,
    small: Annotated[bool, typer.Option("--small", help="See that all of it runs; no figure means anything.")] = False,
) -> None:
    """Measure. The exit code is the number of benches that broke; a goal that is missed is told, and no failure."""
    if unknown := set(wanted or []) - GROUPS.keys():
        raise typer.BadParameter(f"no such bench: {', '.join(unknown)}; there are {', '.join(GROUPS)}")
    sizes, screen = SMALL if small else replace(Sizes(), rounds=rounds), Console(stderr=True)
    figures, broken = list[Figure](), 0
    for group in wanted or GROUPS:
        found, lost = measured(group, sizes, screen)
        figures, broken = figures + found, broken + lost
    screen.print(shown(figures))
    raise typer.Exit(broken)


def measured(group: str, sizes: Sizes, screen: Console) -> tuple[list[Figure], int]:
    """The group's figures, each said as soon as it is known, and how many benches broke.

    Unless the figures are for a look only, or some are missing, the page has them.
    """
    began, figures, broken = time.monotonic(), list[Figure](), 0
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=screen, transient=True) as progress, stage() as servers:
        bar = progress.add_task("", total=sizes.rounds * sum(bench.STEPS for bench in GROUPS[group]))
        for bench in GROUPS[group]:

            def tick(contender: str, bench: ModuleType = bench) -> None:
                progress.update(bar, description=f"{bench.__name__.rpartition('.')[2]}: {contender}")
                progress.advance(bar)

            try:
                found = bench.measure(servers, sizes, tick)
            except Broken as loss:
                screen.print(str(loss), style="red", markup=False)
                broken += 1
                continue
            sys.stdout.writelines(f"{figure.line()}\n" for figure in found)
            sys.stdout.flush()
            figures += found
    if sizes != SMALL and not broken:
        write(group, figures, time.monotonic() - began)
    return figures, broken


if __name__ == "__main__":
    typer.run(main)
