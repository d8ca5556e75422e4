"""A lane: a whole product of its own, on which one story after the other is told while its processes die."""

import asyncio
import base64
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import randint
from typing import Any, LiteralString, NamedTuple
from urllib.parse import urlsplit

import aiohttp
import psycopg
from redis import Redis

from api.acts.deliveries import LEASE
from api.client import Api
from api.settings import ApiSettings
from bot.settings import BotSettings
from models.clock import TurnableClock
from simulator import app as simulator_app
from simulator import person
from simulator.sms import SmsGateway
from simulator.town import Town
from tests.api.hands import SERVICE_KEY, SMS_KEY, Registry
from tests.bot.hands import TOKEN
from tests.crashes.dying import the_api, the_bot
from tests.crashes.mortal import Mortal
from tests.shared_database import Cleaning, Cluster

READY_WITHIN = 60.0  # seconds, on a busy machine
SETTLED_WITHIN = 30.0
GLANCE = 0.05
OF_NOBODYS_CONNECTIONS = (20_000, 30_000)
A_WHILE = 1.0
"""Seconds without the courier bringing what it should: it has died with it, so its lease must end."""
JOURNAL_KEY = base64.b64encode(b"a journal key of 32 bytes, made.").decode()


class Death(NamedTuple):
    """A process, by its name, and the point at which it dies, counted from the story's beginning or the last death."""

    of: str
    at: int


class Dead(NamedTuple):
    """Who died, and the points they had passed since they were told at which to die; that one is the last."""

    of: str
    passed: list[str]

    def __str__(self) -> str:
        return f"{self.of} {self.passed[-1] if self.passed else 'by itself'}"

    @property
    def was_speaking(self) -> bool:
        """Whether the bot may have said something that it has not yet noted."""
        noted = max((place for place, point in enumerate(self.passed) if point.startswith("after Valkey")), default=-1)
        return any(point.startswith("before POST send") for point in self.passed[noted + 1 :])


@dataclass
class Lane:
    """Its bot, its API, their Telegram, Valkey and database, and the clock of both."""

    town: Town
    play: person.Town
    registry: Registry
    redis: Redis
    clock: TurnableClock
    api: Api
    cleaning: Cleaning
    processes: dict[str, Mortal]
    to_die: list[Death] = field(default_factory=list)
    """Whose turn it is when the one that is armed has died."""
    dead: list[Dead] = field(default_factory=list)
    """Who has died in this story."""

    def begin_anew(self) -> None:
        """Forget every account and what came of it; the next ones have the same numbers."""
        self.cleaning.clean()
        self.registry.owner.execute("ALTER TABLE account ALTER COLUMN id RESTART")
        self.town.updates.drop()
        self.town.sms = SmsGateway()
        self.dead.clear()

    def doom(self, deaths: list[Death]) -> None:
        """Let the first die, when it has the next one, and so on."""
        self.to_die = list(deaths)
        self._doom_next()

    async def mourned(self) -> None:
        """Wait until whoever was to die has died."""
        await until(lambda: bool(self.dead), SETTLED_WITHIN)

    def listen(self) -> None:
        """Let everybody live and tell of their points."""
        for process in self.processes.values():
            process.arm()

    async def has_its_answers(self) -> None:
        """Wait until nothing is under way from one process to another, if they were listened to."""
        await until(lambda: all(one.has_its_answers() for one in self.processes.values()), SETTLED_WITHIN)

    def spare(self) -> None:
        """Let everybody live."""
        self.to_die.clear()
        for process in self.processes.values():
            process.disarm()

    async def keep_alive(self, process: Mortal) -> None:
        """Start the process again whenever it has died, as whoever runs the product does."""
        while True:
            await process.death()
            self.dead.append(Dead(process.name, process.disarm()))
            self._doom_next()
            self.let_leases_end()
            process.start()

    def let_leases_end(self) -> None:
        """As if as much time had gone by: what the dead had taken for themselves may be had by others."""
        self.turn(LEASE)
        self.redis.delete("poller")
        for chat in self.redis.scan_iter("*:chat"):
            self.redis.hset(chat, "until", "0")

    def turn(self, forward: timedelta) -> None:
        """Let time go by, on the clock of both processes."""
        self.clock.turn(forward)

    async def is_ready(self) -> None:
        """Wait until the API serves and the bot has answered somebody."""
        await self.api_serves()
        await (await self.play.newcomer("Demo")).say("/start")
        await until(lambda: not self.town.updates.pending, READY_WITHIN)

    async def api_serves(self) -> None:
        """Wait until the API serves."""
        async with asyncio.timeout(READY_WITHIN):
            while not await self._api_is_healthy():  # noqa: ASYNC110 - as `until`
                await asyncio.sleep(GLANCE)

    async def _api_is_healthy(self) -> bool:
        try:
            async with self.api.http.get(f"{self.api.url}/v1/health") as answer:
                return answer.ok
        except aiohttp.ClientError:
            return False

    async def settled(self) -> None:
        """Wait until everything that was to be brought to somebody is brought."""
        async with asyncio.timeout(SETTLED_WITHIN):
            while not await self._is_brought():
                self.turn(LEASE)

    async def _is_brought(self) -> bool:
        query: LiteralString = "SELECT count(*) FROM delivery WHERE state = 'waiting'"
        with suppress(TimeoutError):
            await until(lambda: not self.registry.one(query), A_WHILE)
        return not self.registry.one(query)

    def _doom_next(self) -> None:
        if self.to_die:
            death = self.to_die.pop(0)
            self.processes[death.of].arm(death.at)


@asynccontextmanager
async def lane(cluster: Cluster, name: str, redis_url: str, folder: Path) -> AsyncIterator[Lane]:
    """A lane that is ready; the folder takes its clock and its logs."""
    async with AsyncExitStack() as stack:
        database = stack.enter_context(cluster.new_database(name, cluster.template))
        town = Town(simulator_app.bot_of(TOKEN, "trambot_demo_bot", "TramBot"))
        app = simulator_app.make_app(token=TOKEN, sms_key=SMS_KEY, town=town)
        address = await stack.enter_async_context(simulator_app.running("127.0.0.1", 0, app))
        play = await stack.enter_async_context(person.Town(address.url))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        owner = stack.enter_context(psycopg.connect(cluster.owner_url(database), autocommit=True))
        redis = stack.enter_context(Redis.from_url(redis_url))
        redis.flushdb()
        clock = folder / f"{name}-clock"
        api = _api_settings(cluster.api_url(database), address.url, clock)
        bot = _bot_settings(address.url, api.port, redis_url, clock)
        processes = {
            "api": Mortal("api", the_api, api, folder / f"{name}-api.log"),
            "bot": Mortal("bot", the_bot, bot, folder / f"{name}-bot.log"),
        }
        cleaning = stack.enter_context(closing(Cleaning(cluster.superuser_url(database))))
        client = Api(http, f"http://127.0.0.1:{api.port}", service_key=SERVICE_KEY, patience=READY_WITHIN)
        made = Lane(town, play, Registry(owner, api.keys), redis, TurnableClock(clock), client, cleaning, processes)
        await stack.enter_async_context(_alive(made))
        yield made


@asynccontextmanager
async def _alive(lane: Lane) -> AsyncIterator[None]:
    """Its processes, kept alive."""
    keeping = []
    for process in lane.processes.values():
        process.start()
        keeping.append(asyncio.create_task(lane.keep_alive(process)))
    try:
        await lane.is_ready()
        yield
    finally:
        for task in keeping:
            task.cancel()
        await asyncio.gather(*keeping, return_exceptions=True)
        for process in lane.processes.values():
            process.end()


async def until(is_so: Callable[[], bool], within: float) -> None:
    """Wait until it is so.

    Raises:
        TimeoutError: it is not, so many seconds later.
    """
    async with asyncio.timeout(within):
        while not is_so():  # noqa: ASYNC110 - it becomes so in other processes
            await asyncio.sleep(GLANCE)


def nth_database(redis_url: str, number: int) -> str:
    """The Valkey database so many after that one."""
    url = urlsplit(redis_url)
    return url._replace(path=f"/{int(url.path.strip('/') or 0) + number}").geturl()


def steady_port() -> int:
    """A port that nobody is given for a connection of their own while the process that listens on it is dead."""
    while True:
        with socket.socket() as door, suppress(OSError):
            door.bind(("127.0.0.1", randint(*OF_NOBODYS_CONNECTIONS)))
            return int(door.getsockname()[1])


def _api_settings(database_url: str, telegram_url: str, clock: Path) -> ApiSettings:
    given: dict[str, Any] = {
        "database_url": database_url,
        "port": steady_port(),
        "service_key": SERVICE_KEY,
        "sealing_keys": {1: base64.b64encode(bytes(range(32))).decode()},
        "digest_key": base64.b64encode(bytes(range(32, 64))).decode(),
        "sms_url": f"{telegram_url}/sms",
        "sms_key": SMS_KEY,
        "demo": True,
        "clock_file": clock,
    }
    return ApiSettings(**given)


def _bot_settings(telegram_url: str, api_port: int, redis_url: str, clock: Path) -> BotSettings:
    given: dict[str, Any] = {
        "bot_token": TOKEN,
        "telegram_url": telegram_url,
        "api_url": f"http://127.0.0.1:{api_port}",
        "service_key": SERVICE_KEY,
        "redis_url": redis_url,
        "allow_forgetful_redis": True,
        "journal_key": JOURNAL_KEY,
        "port": steady_port(),
        "demo": True,
        "clock_file": clock,
    }
    return BotSettings(**given)
