"""The one clock, passed in from the edge; nothing else asks what time it is (T44)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells the time, always with a time zone."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class TurnableClock:
    """The machine's time, moved forward by the seconds written in a file: several processes turn together.

    Only the demo and the story use it; a missing or empty file is an offset of nothing.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset()

    def turn(self, forward: timedelta) -> None:
        """Move everybody's time forward by so much more."""
        turned = self._file.with_name(f"{self._file.name}.turned")
        turned.write_text(str((self._offset() + forward).total_seconds()))
        turned.replace(self._file)  # at once: a file that is being written is empty for a moment, which is no offset

    def _offset(self) -> timedelta:
        try:
            return timedelta(seconds=float(self._file.read_text() or 0))
        except FileNotFoundError:
            return timedelta()
