"""Anything that fits the description of the service, and much that does not: no answer is a fault of ours (T30)."""

import asyncio
from collections import Counter
from contextlib import closing

import pytest

from tests.api.by_description import Depth, run
from tests.api.hands import Town
from tests.api.visitors import VISITORS
from tests.fire.series import Fire
from tests.shared_database import Cleaning

SHORT = Depth(("examples", "fuzzing"), cases=4)
LONG = Depth(("examples", "coverage", "fuzzing"), cases=25, chains=25)
OPERATIONS = 18


@pytest.mark.fire("fuzz")
async def test_T30_no_request_whatever_breaks_the_service(
    fire: Fire, town: Town, superuser_url: str, cleaning: Cleaning
) -> None:
    depth, visits = (LONG, [*VISITORS]) if fire.is_long else (SHORT, ["staff", "typist"])
    for who in (series := fire.series("visits", visits)):
        cleaning.clean()
        visitor = await VISITORS[who](town)
        with closing(Cleaning(superuser_url)) as as_it_was:
            seed = fire.dice(who).getrandbits(32)
            tally = await asyncio.to_thread(run, town.url, visitor, depth, seed, as_it_was.clean)
        assert not tally.wrong, "\n".join(tally.wrong[:20])
        assert len(tally.cases) >= OPERATIONS
        assert len(tally.statuses) >= 5
        cleaning.clean()
        await town.sign_in(town.registry.account(), 4000)
        series.keep([tally.cases, tally.statuses])
    cases: Counter[str] = sum((Counter(cases) for cases, _ in series.results), Counter())
    for operation, number in sorted(cases.items()):
        print(f"{number:6} {operation}")  # noqa: T201 - the figure
    fire.figure(
        "T30",
        f"requests to {len(cases)} operations by its own OpenAPI document; server errors, answers other than it says",
        f"{cases.total()} by {len(visits)} visitors; 0, 0",
    )
