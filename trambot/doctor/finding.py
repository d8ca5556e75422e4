"""What the doctor finds: a plain sentence about one thing, and what to do where it is wrong."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """What is thought of a thing."""

    GOOD = "good"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One check's outcome. `check` names it within its subject and stays the same for whoever watches."""

    check: str
    mark: Mark
    says: str
    do: str = ""


Findings = AsyncGenerator[Finding, None]


def good(check: str, says: str) -> Finding:
    """It is as it should be."""
    return Finding(check, Mark.GOOD, says)


def wrong(check: str, says: str, do: str) -> Finding:
    """It is not, and this mends it."""
    return Finding(check, Mark.WRONG, says, do)


def unknown(check: str, says: str) -> Finding:
    """It cannot be told; `says` has the reason."""
    return Finding(check, Mark.UNKNOWN, says)


class Trouble(Exception):
    """Why a thing cannot be looked at, and what to do."""

    def __init__(self, says: str, do: str) -> None:
        super().__init__(says, do)
        self.says = says
        self.do = do

    def found(self, check: str) -> Finding:
        """As what one check has found."""
        return wrong(check, self.says, self.do)

    def not_told(self, check: str, what: str) -> Finding:
        """As why another check cannot tell; what is wrong is said where it belongs."""
        return unknown(check, f"{what} {self.says}")


def counted(number: int, one: str, many: str) -> str:
    """«1 table», «2 tables»."""
    return f"{number} {one if number == 1 else many}"


def listed(names: list[str], most: int = 6) -> str:
    """The names, not too many of them."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
