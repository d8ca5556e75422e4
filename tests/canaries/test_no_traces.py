"""No canary is in any log, error, page, dump, file, call or SMS where it is not meant to be (T24)."""

import base64
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from random import Random
from urllib.parse import quote

import pytest
from redis.asyncio import Redis

from models.migrations.run import upgrade
from models.seed import load_areas, load_units
from tests.canaries.flock import ALLOWED, Flock
from tests.canaries.leavings import Database, OwnServer, SharedServer
from tests.canaries.ruin import ruin
from tests.canaries.search import Artefact, Search, search
from tests.canaries.stage import Stage, stage
from tests.canaries.story import play
from tests.fire.series import Fire
from tests.shared_database import Cluster
from tests.shared_servers import SharedServers
from trambot.servers import embedded_postgres
from trambot.servers.roles import API, as_role, own_database

LEAST = 40  # canaries
LETTERS = "bcdghklmnpqrstvx"  # no digit: a mark that looks like a phone number would be taken for one
ROUTES = {"/v1/sign-ins", "/v1/sign-ins/{sign_in_id}/otp", "/v1/sign-ins/{sign_in_id}/phone", "/v1/me/password"}


@pytest.fixture
def folder(servers: SharedServers) -> Iterator[Path]:
    """A new folder that the servers' user can pass through."""
    folder = Path(tempfile.mkdtemp(prefix="canaries-", dir=servers.folder))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def shared_server(cluster: Cluster, worker_name: str) -> Iterator[Database]:
    """A database that no other test writes to, in the run's server."""
    with cluster.new_database(f"{worker_name}_canaries", cluster.template) as name:
        urls = cluster.owner_url(name), cluster.api_url(name), cluster.superuser_url(name)
        with closing(SharedServer(*urls)) as database:
            yield database


@contextmanager
def own_server(folder: Path) -> Iterator[Database]:
    """A server of its own, as safe as a real one's: all of its files are looked through."""
    with embedded_postgres(folder / "postgres") as server:
        superuser_url = server.superuser_url("trambot")
        owner_url = own_database(server.superuser_url(), "trambot", "the-owners-password-of-the-canaries")
        api_url = as_role(owner_url, API, "the-apis-password-of-the-canaries")
        upgrade(owner_url, api_url)
        load_areas(owner_url, lambda _done, _total: None)
        load_units(owner_url, lambda _done, _total: None)
        yield OwnServer(owner_url, api_url, superuser_url, server.folder / "data")


def flock_of(dice: Random) -> Flock:
    return Flock("zq" + "".join(dice.choices(LETTERS, k=10)))


@asynccontextmanager
async def played(dice: Random, folder: Path, database: Database, *, is_loud: bool) -> AsyncIterator[Stage]:
    """The product, after the story."""
    async with stage(flock_of(dice), folder, database.owner_url, database.api_url, is_loud=is_loud) as there:
        await play(there, dice)
        yield there


async def test_T24_no_canary_is_found_where_it_is_not_meant_to_be(
    fire: Fire, folder: Path, shared_server: Database
) -> None:
    async with played(fire.dice(), folder, shared_server, is_loud=True) as there:
        left = [*await there.leavings(), *shared_server.artefacts()]
        found = search(left, there.flock)
        assert not found.leaks, "\n".join(found.leaks)
        see_that_all_was_played(left, there.flock)
        await see_that_it_would_be_found(there, shared_server)
    tell(fire, "canaries, both processes at DEBUG", [[len(there.flock), found.artefacts, found.size]])


@pytest.mark.fire("canaries")
async def test_T24_no_canary_is_found_though_everything_breaks_down(fire: Fire, folder: Path) -> None:
    rounds = [f"{level} {number}" for number in range(2) for level in ("at DEBUG", "at the usual level")]
    for level in (series := fire.series("rounds", rounds[: fire.size(0, 99)])):
        place = folder / str(level).replace(" ", "-")
        place.mkdir(mode=0o711)
        with own_server(place) as database:
            async with played(fire.dice(level), place, database, is_loud="DEBUG" in level) as there:
                left = await there.leavings()
                await ruin(there, database.superuser_url)
            left += there.what_stays()
            left += database.artefacts()
        found = search(left, there.flock)
        assert not found.leaks, "\n".join(found.leaks)
        assert "undecided" in {line["event"] for line in _log(left, "api.log")}
        assert {"turn_failed", "unsaid", "alarm"} <= {line["event"] for line in _log(left, "bot.log")}
        series.keep([len(there.flock), found.artefacts, found.size])
    if series.results:
        tell(
            fire,
            "canaries, everything broken down one after the other, all files of PostgreSQL and Valkey",
            series.results,
        )


def tell(fire: Fire, what: str, results: list[list[int]]) -> None:
    """Keep the figure."""
    flocks, artefacts, size = zip(*results, strict=True)
    assert min(flocks) >= LEAST
    figure = f"found 0 of {min(flocks)} canaries in {sum(artefacts)} artefacts, {sum(size) / 2**20:.0f} MiB"
    fire.figure("T24", what, figure)


def see_that_all_was_played(left: list[Artefact], flock: Flock) -> None:
    """Nothing is found where nothing was written: the logs tell of every step, and what may be found is found."""
    api, bot = (_log(left, name) for name in ("api.log", "bot.log"))
    assert {"request", "fault", "library"} <= {line["event"] for line in api}
    assert {line.get("route") for line in api} >= ROUTES
    assert {"ready", "alarm", "library"} <= {line["event"] for line in bot}
    for name, kinds in ALLOWED.items():
        values = [canary.value.encode() for canary in flock if canary.name == name]
        for kind in kinds:
            assert any(value in one.body for one in left if one.kind == kind for value in values), (name, kind)


def _log(left: list[Artefact], name: str) -> list[dict[str, object]]:
    *_, log = [artefact for artefact in left if (artefact.kind, artefact.name) == ("logs", name)]
    return [json.loads(line) for line in log.body.decode().splitlines() if line.startswith("{")]


async def see_that_it_would_be_found(there: Stage, database: Database) -> None:
    """One canary in the clear in each place, and the same search finds each."""
    secret = there.flock["password"]
    async with Redis.from_url(there.valkey.url()) as redis:
        await redis.set("planted", secret)
    there.owner.execute(f"CREATE TABLE planted AS SELECT '{secret}'::text")
    (there.folder / "temporary" / "planted").write_text(secret)
    with (there.folder / "logs" / "api.log").open("a") as log:
        log.write(secret)
    await there.play.newcomer("Demo", id=42)
    there.telegram.record.open("sendMessage", {"text": secret}, 42, 0.0)
    found = search([*await there.leavings(), *database.artefacts()], Flock(there.flock.mark))
    places = {leak.partition(" in ")[2].partition(":")[0] for leak in found.leaks}
    assert places == {"valkey", "postgres", "wal", "temporary", "logs", "telegram"}


def test_T24_the_search_finds_every_canary_in_every_spelling() -> None:
    dice = Random(24)
    flock = flock_of(dice)
    flock.add("code", "914372")
    flock.phone("phone", "987654321")
    for canary in flock:
        for spelt in hidden(canary.value, dice):
            found = search(
                [Artefact("anything", "x", dice.randbytes(99) + b" " + spelt + b" " + dice.randbytes(99))], flock
            )
            assert [leak for leak in found.leaks if leak.startswith(f"{canary.name} (")], (canary, spelt)
    assert search([Artefact("anything", "x", dice.randbytes(2**20))], flock) == Search(1, 2**20, [])


def hidden(value: str, dice: Random) -> Iterator[bytes]:
    """The value as programs write it."""
    raw = value.encode()
    yield from (raw, json.dumps(value).encode(), quote(value).encode(), quote(value, safe="").encode())
    yield from (raw.hex().encode(), raw.hex().upper().encode(), value.encode("utf-16"), value.encode("utf-16-be"))
    for before in range(3):
        around = dice.randbytes(before) + raw + dice.randbytes(dice.randrange(4))
        yield from (base64.b64encode(around), base64.urlsafe_b64encode(around))
