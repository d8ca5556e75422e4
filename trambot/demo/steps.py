"""What a person sees while the demo starts: moving bars on a terminal, plain lines anywhere else."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


@dataclass
class Step:
    """One step that is being done."""

    note: str = ""
    bar: tuple[Progress, TaskID] | None = None

    def at(self, done: int, total: int) -> None:
        """Show how far it is."""
        if self.bar is not None:
            progress, task = self.bar
            progress.update(task, completed=done, total=total)


class Steps:
    """The steps of a start, in order."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Show the step while the block runs; its `note` stands behind the finished line."""
        began = time.monotonic()
        with self._shown(name) as step:
            yield step
        seconds = time.monotonic() - began
        self._console.print(f"  {name:<24}[dim]{seconds:5.1f} s  {step.note}[/dim]", highlight=False, soft_wrap=True)

    @contextmanager
    def _shown(self, name: str) -> Iterator[Step]:
        if not self._console.is_terminal or self._console.is_dumb_terminal:
            yield Step()
            return
        columns = SpinnerColumn("line"), TextColumn("{task.description:<22}"), BarColumn(30), TimeElapsedColumn()
        with Progress(*columns, console=self._console, transient=True) as progress:
            yield Step(bar=(progress, progress.add_task(name, total=None)))
