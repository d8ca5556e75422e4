"""The one clock, and the one that can be turned."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

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


def test_T44_an_empty_file_is_no_offset(tmp_path: Path) -> None:
    (tmp_path / "clock").touch()
    with time_machine.travel(THEN, tick=False):
        assert TurnableClock(tmp_path / "clock").now() == THEN


def test_T44_garbage_in_the_file_is_told_not_taken_for_now(tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("five minutes")
    with pytest.raises(ValueError, match="five"):
        TurnableClock(tmp_path / "clock").now()
