"""Rounds: each contender once, then each again, so that an hour that is slow is slow for all."""

from collections.abc import Callable, Mapping

Sample = dict[str, float]
Contender = Callable[[], Sample]
"""Measures once, in a fresh process."""
Tick = Callable[[str], None]
"""Told the name of the contender that is about to be measured."""


class Results:
    """What each contender measured, round by round."""

    def __init__(self) -> None:
        self._samples: dict[str, list[Sample]] = {}

    def add(self, contender: str, sample: Sample) -> None:
        self._samples.setdefault(contender, []).append(sample)

    def measures(self, contender: str) -> list[str]:
        """What it measured."""
        return list(self._samples[contender][0])

    def of(self, contender: str, what: str) -> list[float]:
        """One of its measures, in the order of the rounds."""
        return [sample[what] for sample in self._samples[contender]]


def interleaved(contenders: Mapping[str, Contender], rounds: int, tick: Tick) -> Results:
    """A B A B …"""
    results = Results()
    for _ in range(rounds):
        for name, measure in contenders.items():
            tick(name)
            results.add(name, measure())
    return results
