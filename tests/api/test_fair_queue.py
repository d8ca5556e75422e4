"""The queue in which no source keeps the others waiting."""

import asyncio

import pytest

from api.fair_queue import FairQueue
from models.refusals import Busy


class Door:
    """Notes who is inside, and lets people out when told."""

    def __init__(self, queue: FairQueue) -> None:
        self.queue = queue
        self.entered: list[str] = []
        self.may_leave = asyncio.Semaphore(0)

    async def pass_through(self, source: str) -> None:
        async with self.queue.place(source):
            self.entered.append(source)
            await self.may_leave.acquire()

    async def all_who_can_are_inside(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)


@pytest.fixture
def door() -> Door:
    return Door(FairQueue(inside=1, waiting=6, waiting_of_one_source=4))


async def let_through(door: Door, *sources: str) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(door.pass_through(source)) for source in sources]
    await door.all_who_can_are_inside()
    return tasks


async def test_T31_sources_take_turns_however_many_requests_each_has(door: Door) -> None:
    tasks = await let_through(door, "attacker", "attacker", "attacker", "attacker", "owner")
    for _ in tasks:
        door.may_leave.release()
    await asyncio.gather(*tasks)
    assert door.entered == ["attacker", "attacker", "owner", "attacker", "attacker"]


async def test_T31_who_has_too_many_waiting_is_refused_and_the_others_are_not(door: Door) -> None:
    tasks = await let_through(door, *6 * ["attacker"], "owner")
    outcomes = [task.exception() for task in tasks if task.done()]
    assert len(outcomes) == 1
    assert isinstance(outcomes[0], Busy)
    more = await let_through(door, "other", "another")
    assert isinstance(more[1].exception(), Busy)
    for _ in range(7):
        door.may_leave.release()
    await asyncio.gather(*tasks, *more, return_exceptions=True)
    assert door.entered[:3] == ["attacker", "attacker", "owner"]


async def test_who_gives_up_waiting_keeps_nobodys_place(door: Door) -> None:
    first, second, third = await let_through(door, "a", "b", "c")
    second.cancel()
    await door.all_who_can_are_inside()
    door.may_leave.release()
    door.may_leave.release()
    await asyncio.gather(first, third)
    assert door.entered == ["a", "c"]
    assert not (await let_through(door, "d"))[0].done()
    assert door.entered[-1] == "d"
    door.may_leave.release()


async def test_who_gives_up_just_as_the_turn_comes_passes_it_on(door: Door) -> None:
    first, second, third = await let_through(door, "a", "b", "c")
    door.may_leave.release()
    await first
    second.cancel()
    door.may_leave.release()
    await third
    assert door.entered[-1] == "c"
