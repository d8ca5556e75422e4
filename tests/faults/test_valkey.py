"""A Valkey of one's own: killed, emptied, filled, cut short, and lost in the middle of an answer (T34)."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.journal import Journal, JournalGone, LockHeld, LockLost
from bot.journal import valkey as client
from bot.settings import keys_of
from tests.faults.crowd import Crowd, must_recover_soon, together, told
from tests.faults.proxy import Deed, Proxy, Trap
from tests.faults.stage import Stage, staged
from tests.fire.series import Fire
from trambot.servers.valkey import Valkey, embedded_valkey

CHAT = 4711
A_MOMENT = 1.0  # seconds
CUT_SHORT = 5000  # bytes: some of the newest entries
DEEDS: tuple[Deed, ...] = ("cut_request", "cut_answer", "lose_answer")
CALLS_OF_A_VISIT = 30

pytestmark = pytest.mark.fire("faults")


@contextmanager
def _embedded() -> Iterator[Valkey]:
    with TemporaryDirectory(prefix="trambot-tests-") as folder:
        Path(folder).chmod(0o711)  # the server's user passes through
        with embedded_valkey(Path(folder) / "valkey") as server:
            yield server


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """A durable Valkey that is this test's alone."""
    with _embedded() as server:
        yield server


@pytest.fixture
async def stage(
    api_url: str, owner_url: str, valkey: Valkey, database: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """A stage on that Valkey, whose memory the bot insists on."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # as the bot's process sets it
    async with staged(api_url, owner_url, valkey.url(), allow_forgetful_redis=False) as stage, stage.with_bot():
        yield stage


async def killed(server: Valkey, _dice: random.Random) -> None:
    os.kill(server.pid, signal.SIGKILL)
    await asyncio.to_thread(_again, server)


async def cut_short(server: Valkey, dice: random.Random) -> None:
    """The end of what it had written is lost, as in a power cut."""
    os.kill(server.pid, signal.SIGKILL)
    await asyncio.to_thread(_again, server, dice.randint(1, CUT_SHORT))


async def emptied(server: Valkey, _dice: random.Random) -> None:
    async with Redis.from_url(server.url()) as redis:
        await redis.flushall()


async def full(server: Valkey, _dice: random.Random) -> None:
    async with Redis.from_url(server.url()) as redis:
        usual = await redis.config_get("maxmemory")
        await redis.config_set("maxmemory", 1)
        await asyncio.sleep(A_MOMENT)
        await redis.config_set("maxmemory", str(usual["maxmemory"]))


async def crowded(server: Valkey, _dice: random.Random) -> None:
    """All of its connections are ended, and it takes no new ones."""
    async with Redis.from_url(server.url()) as redis:
        usual = await redis.config_get("maxclients")
        await redis.config_set("maxclients", 1)
        await redis.client_kill_filter(skipme=True, _type="normal")
        await asyncio.sleep(A_MOMENT)
        await redis.config_set("maxclients", str(usual["maxclients"]))


Mishap = Callable[[Valkey, random.Random], Awaitable[None]]
MISHAPS: dict[str, Mishap] = {each.__name__: each for each in (killed, emptied, full, cut_short, crowded)}
FORGETFUL = ("emptied", "cut_short")
"""After these people may have to start over."""


async def test_T34_whatever_becomes_of_valkey_nothing_saved_is_lost_and_people_go_on(
    stage: Stage, valkey: Valkey, fire: Fire
) -> None:
    kinds = ["killed"] * fire.size(1, 50) + list(MISHAPS) * fire.size(0, 2)
    for number, kind in (series := fire.series("mishaps of Valkey", list(enumerate(kinds)))):
        dice = fire.dice(number)
        crowd = await Crowd.sets_out(stage, fire.size(2, 4), dice)
        await MISHAPS[kind](valkey, dice)
        series.keep({"kind": kind} | await crowd.gets_through(may_start_over=kind in FORGETFUL))
    for kind in MISHAPS:
        tell(fire, kind, [result for result in series.results if result["kind"] == kind])


async def test_T34_a_call_lost_at_any_byte_of_its_answer_changes_nothing_for_anybody(stage: Stage, fire: Fire) -> None:
    """The scripts that open a chat and write into it: done or not, the bot does not know."""
    for number in (series := fire.series("calls lost", range(fire.size(1, 40)))):
        dice = fire.dice(number)
        crowd = await Crowd.sets_out(stage, 1, dice)
        trap = Trap(dice.choice(DEEDS), dice.randint(1, CALLS_OF_A_VISIT), b"EVALSHA", after=dice.choice((0, 1, 3, 40)))
        stage.to_valkey.trap = trap
        series.keep(await crowd.gets_through())
    twice = sum(result["twice"] for result in series.results)
    fire.figure("T34", "lost by a call to Valkey cut in the middle", f"0 in {len(series.results)}; shown twice {twice}")


def tell(fire: Fire, kind: str, results: list[dict[str, Any]]) -> None:
    """Keep the figures of a mishap."""
    if not results:
        return
    people, served = sum(result["people"] for result in results), together(results, "served")
    what = f"Valkey {kind.replace('_', ' ')} under load"
    fire.figure("T34", f"{what}: saved work lost, unsafely allowed", f"0, 0 of {people} people in {len(results)} times")
    fire.figure("T34", f"{what}: served again after", told(served))
    must_recover_soon(served)


def _again(server: Valkey, lost: int = 0) -> None:
    """Start it again, without the last bytes that it had written."""
    server.stop()
    if lost:
        file = max(server.folder.glob("data/appendonlydir/*.incr.aof"), key=lambda file: file.stat().st_mtime)
        os.truncate(file, max(0, file.stat().st_size - lost))
    server.start()


async def test_T34_a_lock_whose_release_was_lost_is_free_to_the_worker_that_left_it_and_to_no_other(
    redis_url: str,
) -> None:
    keys = keys_of(bytes(32))
    async with Proxy.before(redis_url) as way, client(way.instead_of(redis_url)) as through, client(redis_url) as redis:
        journal, another = Journal(through, keys), Journal(redis, keys)
        page = await journal.open(CHAT, 1, at_hand="")
        with pytest.raises(LockHeld):  # it is at work
            await journal.open(CHAT, 2, at_hand="")
        way.trap = Trap("cut_request")
        with pytest.raises(JournalGone):
            await journal.write(page, [], lets_go=True)
        with pytest.raises(LockHeld):
            await another.open(CHAT, 2, at_hand="")
        way.trap = Trap("cut_answer")
        with pytest.raises(JournalGone):
            await journal.open(CHAT, 2, at_hand="")
        await journal.open(CHAT, 2, at_hand="")
        with pytest.raises(LockLost):
            await journal.write(page, [])
