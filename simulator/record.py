"""The record of every Bot API call, for tests and for the test bench on the page."""

from collections import deque
from dataclasses import asdict, dataclass

from simulator.wire import Json

KEPT = 10_000


@dataclass
class Entry:
    """One call: its method, its parameters (of files the name and size), when it came, what became of it."""

    number: int
    method: str
    parameters: Json
    at: float
    chat_id: int | None = None
    status: int | None = None  # None while it runs, or when it was cut
    description: str = ""
    fault: str = ""
    took: float | None = None  # seconds

    def as_json(self) -> Json:
        return asdict(self)


class Record:
    """The last calls, oldest first."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=KEPT)
        self._count = 0

    def open(self, method: str, parameters: Json, chat_id: int | None, at: float) -> Entry:
        self._count += 1
        entry = Entry(self._count, method, parameters, at, chat_id)
        self.entries.append(entry)
        return entry

    def of(self, method: str | None = None, after: int = 0) -> list[Entry]:
        return [
            entry
            for entry in self.entries
            if entry.number > after and (method is None or entry.method.lower() == method.lower())
        ]

    def clear(self) -> None:
        self.entries.clear()
