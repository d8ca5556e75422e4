"""A figure: a ratio of two costs measured in the same run, its goal, and what it was made of."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Literal

DIGITS = 4


@dataclass(frozen=True)
class Spread:
    """The median of several measurements, the least and the most."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, measured: Sequence[float]) -> "Spread":
        return cls(median(measured), min(measured), max(measured))

    def as_json(self) -> dict[str, float]:
        return {"median": _short(self.median), "min": _short(self.least), "max": _short(self.most)}

    def __str__(self) -> str:
        return f"{_told(self.median)} ({_told(self.least)}–{_told(self.most)})"


@dataclass(frozen=True)
class Figure:
    """A ratio with its goal. `parts` are what it was made of and what stands beside it, by name with its unit."""

    bench: str
    what: str
    ratios: Spread
    goal: float
    better: Literal["higher", "lower"]
    parts: dict[str, Spread] = field(default_factory=dict)
    rounds: int = 0

    @property
    def is_met(self) -> bool:
        """Whether the median is as good as the goal."""
        return self.ratios.median >= self.goal if self.better == "higher" else self.ratios.median <= self.goal

    def line(self) -> str:
        """One line of JSON."""
        details: dict[str, Any] = {"what": self.what, "rounds": self.rounds, "ratios": self.ratios.as_json()}
        details |= {name: part.as_json() for name, part in self.parts.items()}
        ratio = _short(self.ratios.median)
        told = {"bench": self.bench, "ratio": ratio, "goal": self.goal, "better": self.better, "details": details}
        return json.dumps(told, ensure_ascii=False)


def ratios(of: Sequence[float], to: Sequence[float]) -> Spread:
    """Round by round, so that a machine that grows slower from one round to the next does not count."""
    return Spread.of([one / other for one, other in zip(of, to, strict=True)])


def _short(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")


def _told(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"
