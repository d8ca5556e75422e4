"""How hard a test tries: a little in the suite, much under fire, where it goes on after a break."""

import json
import os
import random
import re
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.tables import figures

FOLDER = Path(__file__).parent.parent.parent / ".fire"
LONG, SEED = "TRAMBOT_FIRE", "TRAMBOT_SEED"
"""The environment of a run: whether it is a long one, and the seed of its dice."""
SHOWN_EVERY = 1.0  # seconds


class Series:
    """Pieces of one kind, tried one after the other. What a piece gave is kept before the next one begins.

    In a long run it is kept in a file too: a run that was killed goes on with the pieces that are missing.
    """

    def __init__(self, what: str, pieces: Iterable[object], file: Path | None) -> None:
        self.what = what
        self._pieces = list(pieces)
        self._file = file
        self._kept: dict[str, Any] = _read(file)
        self._at: object = None
        self._is_open = False
        self._began = self._shown = time.monotonic()
        self._before = len(self._kept)

    def __iter__(self) -> Iterator[Any]:
        for piece in self._pieces:
            if str(piece) in self._kept:
                continue
            self._at, self._is_open = piece, True
            yield piece
            if self._is_open:
                self.keep(None)
        self._show(at_last=True)

    def keep(self, result: Any) -> None:
        """Keep what this piece gave, as JSON can say it; the piece is done."""
        self._is_open = False
        self._kept[str(self._at)] = result
        if self._file is not None:
            with self._file.open("a") as file:
                file.write(json.dumps([str(self._at), result]) + "\n")
        self._show()

    @property
    def results(self) -> list[Any]:
        """What each piece gave, those of earlier runs included, in the order of the pieces."""
        return [self._kept[str(piece)] for piece in self._pieces if str(piece) in self._kept]

    def _show(self, *, at_last: bool = False) -> None:
        """Tell the person at the terminal how far it is."""
        now = time.monotonic()
        if self._file is None or (now - self._shown < SHOWN_EVERY and not at_last):
            return
        self._shown = now
        done, all_ = len(self._kept), len(self._pieces)
        left = (now - self._began) / max(done - self._before, 1) * (all_ - done)
        sys.stderr.write(
            f"\r  {self.what}: {done} of {all_}, about {left / 60:.0f} min left \n"[: None if at_last else -1]
        )
        sys.stderr.flush()


class Fire:
    """What a test asks that tries a little or much."""

    def __init__(self, test: str) -> None:
        self.is_long = os.environ.get(LONG) == "1"
        self.seed = int(os.environ[SEED])
        """Of all dice of the run; TRAMBOT_SEED sets it."""
        self._test = test

    def size(self, short: int, long: int) -> int:
        """How many: `short` in the suite, `long` under fire."""
        return long if self.is_long else short

    def dice(self, piece: object = "") -> random.Random:
        """Dice that fall the same way for this test, piece and seed."""
        return random.Random(f"{self.seed} {self._test} {piece}")

    def series(self, what: str, pieces: Iterable[object]) -> Series:
        """The pieces, to be tried one after the other; `what` they are, in the plural."""
        return Series(what, pieces, self._file(what) if self.is_long else None)

    def figure(self, row: str, what: str, figure: str) -> None:
        """Keep a figure of a row of the threats; under fire it goes into docs/figures.md."""
        figures.keep(row, what, figure)
        if self.is_long:
            folder = _made(FOLDER / "figures" / _plain(self._test))
            (folder / f"{_plain(f'{row} {what}')}.json").write_text(json.dumps([row, what, figure]))

    def _file(self, what: str) -> Path:
        return _made(FOLDER / "series") / f"{_plain(self._test)}-{_plain(what)}-{self.seed}.jsonl"


def figures_of(test: str) -> list[tuple[str, str, str]]:
    """The figures that a long run of that test kept."""
    folder = FOLDER / "figures" / _plain(test)
    return [(row, what, told) for row, what, told in map(_json, sorted(folder.glob("*.json")))]


def forget(test: str) -> None:
    """Forget the figures of that test, and which pieces it has done."""
    for file in (FOLDER / "series").glob(f"{_plain(test)}-*.jsonl"):
        file.unlink()
    for file in (FOLDER / "figures" / _plain(test)).glob("*.json"):
        file.unlink()


def _read(file: Path | None) -> dict[str, Any]:
    if file is None or not file.exists():
        return {}
    whole = [line for line in file.read_text().splitlines(keepends=True) if line.endswith("\n")]
    file.write_text("".join(whole))  # a line that was cut off by the end of its run counts for nothing
    return dict(json.loads(line) for line in whole)


def _json(file: Path) -> Any:
    return json.loads(file.read_text())


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _plain(name: str) -> str:
    return re.sub(r"\W+", "-", name)[-150:]
