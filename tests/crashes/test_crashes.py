"""kill -9 of the bot and the API at every point of every story: nothing is lost or doubled, the chat goes on (T17)."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from random import Random

import pytest

from simulator.wire import Impossible
from tests.api.hands import Staff
from tests.crashes.beginnings import DEPARTMENT
from tests.crashes.lanes import Death, Lane, lane, nth_database
from tests.crashes.outcomes import Outcome, outcome_of, shown_twice
from tests.crashes.people import Somebody, Story
from tests.crashes.stories import BY_NOUN
from tests.fire.series import Fire
from tests.shared_database import Cluster

PHONE = "+84912345678"
SIDE_BY_SIDE = 3
"""Stories told at once in a long run, on two cores."""
BATCH = 12
"""Stories between two notes of how far a long run is."""
ALIKE = 2
"""Tellings in a row that must be the same."""
SOON_AGAIN = 20
"""Points within which the second of two deaths comes."""

STORIES = [
    pytest.param(story, id=story.name, marks=pytest.mark.fire(f"crashes-{noun}"))
    for noun, stories in BY_NOUN.items()
    for story in stories
]
"""Under fire, those of each noun are a part of their own: all of them would take hours."""

Fate = tuple[Death, ...]
"""Who dies in a story, one after the other."""


@pytest.fixture(scope="module")
async def lanes(
    cluster: Cluster, worker_name: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[list[Lane]]:
    """Where stories are told: one lane in the suite, more in a long run."""
    folder, how_many = tmp_path_factory.mktemp("lanes"), Fire("lanes").size(short=1, long=SIDE_BY_SIDE)
    async with AsyncExitStack() as stack:
        opened = [lane(cluster, f"{worker_name}_lane_{n}", nth_database(redis_url, n), folder) for n in range(how_many)]
        yield [await stack.enter_async_context(one) for one in opened]


@pytest.mark.parametrize("story", STORIES)
async def test_T17_killed_at_any_point_nothing_is_lost_and_nothing_doubled(
    story: Story, lanes: list[Lane], fire: Fire
) -> None:
    whole, points = await told_whole(lanes[0], story)
    deaths = [Death(name, at + 1) for name, count in points.items() for at in range(count)]
    tried = deaths if fire.is_long else [fire.dice().choice(deaths)]
    twice = await tell_all(lanes, story, [(death,) for death in tried], whole, fire, "points")
    again = [two_deaths(points, fire.dice(n)) for n in range(fire.size(short=1, long=60))]
    twice_again = await tell_all(lanes, story, again, whole, fire, "double crashes")
    counts = [f"{sum(d.of == name for d in tried)} of {count} points of the {name}" for name, count in points.items()]
    fire.figure("T17", story.name, f"{', '.join(counts)}: lost 0, doubled 0, shown twice {twice}")
    fire.figure("T17", f"{story.name} double crashes", f"{len(again)}: lost 0, doubled 0, shown twice {twice_again}")


async def tell_all(
    lanes: list[Lane], story: Story, fates: Sequence[Fate], whole: Outcome, fire: Fire, what: str
) -> int:
    """Tell the story once with each fate, side by side; how many messages were shown twice."""
    batches = {str(first): fates[first : first + BATCH] for first in range(0, len(fates), BATCH)}
    for number in (series := fire.series(f"batches of {what} of {story.name}", batches)):
        twice: list[int] = []
        left = iter(batches[number])
        async with asyncio.TaskGroup() as group:
            for one in lanes:
                group.create_task(tell_on(one, story, left, whole, twice))
        series.keep(sum(twice))
    return sum(series.results)


async def tell_on(lane: Lane, story: Story, fates: Iterator[Fate], whole: Outcome, twice: list[int]) -> None:
    """Tell the story on a lane with one fate after the other."""
    for fate in fates:
        one = await beginning(lane, story)
        try:
            twice.append(await told(one, story, fate, whole))
        except (AssertionError, TimeoutError, Impossible) as failure:
            raise AssertionError(where(one, story, fate)) from failure


async def told(one: Somebody, story: Story, fate: Fate, whole: Outcome) -> int:
    """Tell the story with that fate; how many messages were shown twice."""
    lane = one.lane
    lane.doom(list(fate))
    await one.lives_through(story)
    await lane.settled()
    if len(fate) == 1:
        await lane.mourned()
    lane.spare()
    assert len(lane.dead) <= len(fate)
    assert one.tells_no_secret()
    outcome = outcome_of(one)
    return shown_twice(outcome, whole)


async def told_whole(lane: Lane, story: Story) -> tuple[Outcome, dict[str, int]]:
    """What comes of the story if nobody dies, and how many points each process has in it.

    It is told until it went the same twice in a row: a machine that stood still has points of its own, and nobody dies
    at them when it is told again.
    """
    told: list[tuple[Outcome, dict[str, int]]] = []
    while len(told) < ALIKE or any(one != told[-1] for one in told[-ALIKE:]):
        told.append(await told_once(lane, story))
    return told[-1]


async def told_once(lane: Lane, story: Story) -> tuple[Outcome, dict[str, int]]:
    """The same, told once."""
    one = await beginning(lane, story)
    lane.listen()
    await one.lives_through(story)
    await lane.settled()
    await lane.has_its_answers()
    return outcome_of(one), {name: len(process.disarm()) for name, process in lane.processes.items()}


async def beginning(lane: Lane, story: Story) -> Somebody:
    """Somebody new, when what comes before the story has happened."""
    await lane.api_serves()
    lane.begin_anew()
    nurse = await lane.play.newcomer("Demo", phone=PHONE)
    one = Somebody(lane, nurse, _account(lane, story))
    lane.listen()
    await story.before(one)
    await lane.settled()
    await lane.has_its_answers()
    lane.spare()
    return one


def _account(lane: Lane, story: Story) -> Staff:
    """The person's own."""
    where = DEPARTMENT if story.is_at_the_department else {}
    return lane.registry.account(PHONE if story.has_phone else None, username="demo.nurse", **where)


def two_deaths(points: dict[str, int], dice: Random) -> Fate:
    """Two deaths, the second while what the first has left is being recovered."""
    first, second = (dice.choice(list(points)) for _ in range(2))
    return Death(first, dice.randint(1, points[first])), Death(second, dice.randint(1, SOON_AGAIN))


def where(one: Somebody, story: Story, fate: Fate) -> str:
    """What is to be known of a failure."""
    logs = [f"the end of the log of the {name}:\n{p.last_words()}" for name, p in one.lane.processes.items()]
    return "\n\n".join([f"{story.name}, {fate}, dead: {', '.join(map(str, one.lane.dead))}", one.transcript(), *logs])
