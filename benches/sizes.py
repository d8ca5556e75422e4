"""How much is measured: enough for figures, or as little as a look whether all of it runs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """The sizes of all benches; the defaults are those of the goals."""

    rounds: int = 5
    warm_burst: int = 300
    burst: int = 1500
    warm_turns: int = 150
    turns: int = 500
    """Of one chat."""
    crowd_of_chats: int = 256
    turns_of_crowd: int = 8
    """Of each chat of the crowd; of the peer's, who takes long, a quarter."""
    talks: int = 6
    people: int = 30
    """Who guess: each twice wrong and once right, in each of four ways."""
    hashes: int = 8
    signing_in: int = 20
    reads: int = 400
    accounts: int = 200_000
    pages: int = 8
    """Of each combination of filters."""
    subjects: int = 100_000
    look_ups: int = 1000


SMALL = Sizes(1, 20, 40, 4, 20, 16, 4, 1, 2, 1, 3, 20, 20_000, 1, 2_000, 20)
"""All of it runs, and no figure means anything."""
