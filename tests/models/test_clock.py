"""The one clock, and the one that can be turned."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from threading import Event

import pytest
import time_machine

from models.clock import SystemClock, TurnableClock

THEN = datetime(2021, 10, 15, 1, tzinfo=UTC)


def test_T44_the_system_clock_has_a_time_zone() -> None:
    with time_machine.travel(THEN, tick=False):
        assert SystemClock().now() == THEN


def test_T44_turning_moves_every_process_that_reads_the_file(tmp_path: Path) -> None:
    mine, theirs = TurnableClock(tmp_path / "clock"), TurnableClock(tmp_path / "clock")
    with time_machine.travel(THEN, tick=False):
        assert mine.now() == THEN
        mine.turn(timedelta(minutes=5))
        theirs.turn(timedelta(seconds=0.5))
        assert mine.now() == theirs.now() == THEN + timedelta(minutes=5, seconds=0.5)


def test_T44_no_process_sees_the_time_go_back_while_it_is_turned(tmp_path: Path) -> None:
    clock, is_over = TurnableClock(tmp_path / "clock"), Event()
    with ThreadPoolExecutor(1) as another:
        seen = another.submit(lambda: list(takewhile(lambda _: not is_over.is_set(), iter(clock.now, None))))
        for _ in range(100):
            clock.turn(timedelta(minutes=1))
        is_over.set()
    assert seen.result() == sorted(seen.result())


def test_T44_an_empty_file_is_no_offset(tmp_path: Path) -> None:
    (tmp_path / "clock").touch()
    with time_machine.travel(THEN, tick=False):
        assert TurnableClock(tmp_path / "clock").now() == THEN


def test_T44_garbage_in_the_file_is_told_not_taken_for_now(tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("five minutes")
    with pytest.raises(ValueError, match="five"):
        TurnableClock(tmp_path / "clock").now()
