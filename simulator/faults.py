"""Faults ordered in advance: the next calls fail the way networks and Telegram fail."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from itertools import count
from typing import Literal, TypeAlias, get_args

from simulator.wire import BotApiError, Json

Kind: TypeAlias = Literal["refuse", "slow", "cut_before", "cut_after", "hang_before", "hang_after", "lost"]

DESCRIPTIONS = {
    400: "Bad Request",
    403: "Forbidden: bot was blocked by the user",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}

_numbers = count(1)


@dataclass
class Fault:
    """One order: what goes wrong, in which method (`*` any, `sms` the gateway), how many times still.

    `refuse` answers `code`; `slow` waits `delay` seconds first; `cut_…` drops the connection before or after doing
    it; `hang_…` never answers; `lost` (SMS) accepts and delivers nothing.
    """

    kind: Kind
    method: str = "*"
    times: int = 1
    code: int = 500
    description: str = ""
    retry_after: int | None = None
    delay: float = 0
    chat_id: int | None = None
    id: int = field(default_factory=lambda: next(_numbers))

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"no such fault: {self.kind}")
        if self.times < 1:
            raise ValueError("a fault is ordered at least once")

    def fits(self, method: str, chat_id: int | None) -> bool:
        named = self.method.lower() == method.lower() or (self.method == "*" and method not in ("sms", "getUpdates"))
        return named and (self.chat_id is None or self.chat_id == chat_id)

    def as_error(self) -> BotApiError:
        if self.code == 429:
            wait = self.retry_after or 1
            return BotApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        return BotApiError(self.code, self.description or DESCRIPTIONS.get(self.code, "Error"))

    def as_json(self) -> Json:
        return asdict(self)


def fault_from(shape: Json) -> Fault:
    """A fault from JSON; ValueError names what does not fit."""
    known = {each.name for each in fields(Fault)} - {"id"}
    if unknown := set(shape) - known:
        raise ValueError(f"a fault has no {', '.join(sorted(unknown))}")
    try:
        return Fault(**shape)
    except TypeError as error:
        raise ValueError(f"a fault lacks something: {error}") from error


class Faults:
    """The orders still open, oldest first. Any-method orders spare getUpdates, which would eat them all."""

    def __init__(self, changed: Callable[[list[Fault]], object]) -> None:
        self.ordered: list[Fault] = []
        self._changed = changed

    def order(self, fault: Fault) -> None:
        self.ordered.append(fault)
        self._changed(self.ordered)

    def clear(self) -> None:
        self.ordered.clear()
        self._changed(self.ordered)

    def take(self, method: str, chat_id: int | None = None) -> Fault | None:
        """The first order that fits, one time fewer from now on."""
        for fault in self.ordered:
            if fault.fits(method, chat_id):
                fault.times -= 1
                if fault.times == 0:
                    self.ordered.remove(fault)
                self._changed(self.ordered)
                return fault
        return None
