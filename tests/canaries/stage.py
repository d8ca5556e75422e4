"""The whole product as processes, told canaries for secrets, and all that they leave behind."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import psycopg
from redis.asyncio import Redis

from models.roles import Role
from models.sealing import Keys
from models.seed import add_account, find_unit
from models.words import UnitKind
from simulator import app as simulator_app
from simulator import person
from simulator.town import Town
from tests.api.hands import BEGINNING, TU_HIEP, password_hash
from tests.bot.hands import everything_in, free_port
from tests.canaries.flock import Flock
from tests.canaries.leavings import files, process
from tests.canaries.search import Artefact
from trambot.servers import embedded_valkey
from trambot.servers.child import dying_with_parent
from trambot.servers.folder import write_private
from trambot.servers.valkey import Valkey

ROOT = Path(__file__).parents[2]
UP_WITHIN = 60.0  # seconds, on a busy machine
DOWN_WITHIN = 15.0


@dataclass
class Stage:
    """A running product, the people's side of Telegram, and notes of what it answered."""

    flock: Flock
    folder: Path
    owner: psycopg.Connection
    keys: Keys
    telegram: Town
    play: person.Town
    http: aiohttp.ClientSession
    valkey: Valkey
    api_url: str = ""
    webhook_url: str = ""
    running: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)
    answers: list[Artefact] = field(default_factory=list)

    def account(self, username: str, phone: str | None, *, may_call_api: bool = False) -> int:
        """An account by these names of canaries."""
        return add_account(
            self.owner,
            self.keys,
            username=self.flock[username],
            full_name=self.flock["full name"],
            phone=phone,
            role=Role.COMMUNE_ADMIN,
            unit_id=find_unit(self.owner, UnitKind.COMMUNE_HEALTH_STATION, TU_HIEP),
            password_hash=password_hash(self.flock["password"], is_cheap=True),
            must_change_password=False,
            api_permission=may_call_api,
            now=BEGINNING,
        )

    async def leavings(self) -> list[Artefact]:
        """What is left besides the database's own files, while the processes still run."""
        async with Redis.from_url(self.valkey.url()) as redis:
            kept = Artefact("valkey", "everything in it", await everything_in(redis))
        seen = [one for name, each in self.running.items() for one in process(f"{name} process", each.pid)]
        return [kept, *seen, *self.what_stays()]

    def what_stays(self) -> list[Artefact]:
        """What is left when nothing runs any more: files, and what Telegram, the phones and callers have got."""
        calls = [
            Artefact("telegram", f"call {entry.number}", json.dumps(entry.as_json(), ensure_ascii=False).encode())
            for entry in self.telegram.record.entries
            if entry.method.lower() != "setwebhook"  # whose purpose is to tell the secret
        ]
        sms = [Artefact("sms", "all", json.dumps(self.telegram.sms.as_json(), ensure_ascii=False).encode())]
        left = [one for place in ("logs", "temporary") for one in files(place, self.folder / place)]
        left += files("valkey", self.folder / "valkey" / "data")
        left.append(Artefact("logs", "valkey", (self.folder / "valkey" / "log").read_bytes()))
        return [*calls, *sms, *left, *self.answers]


@asynccontextmanager
async def stage(flock: Flock, folder: Path, owner_url: str, api_url: str, *, is_loud: bool) -> AsyncIterator[Stage]:
    """Start the product on an empty database; it has ended when the block has."""
    for name in ("logs", "temporary", "secrets"):
        (folder / name).mkdir()
    async with AsyncExitStack() as stack:
        valkey = stack.enter_context(embedded_valkey(folder / "valkey"))
        flock.add("redis password", valkey.password)
        flock.add("database password", urlsplit(api_url).password or "")
        town = Town(simulator_app.bot_of(flock["bot token"], "trambot_demo_bot", "TramBot"))
        app = simulator_app.make_app(token=flock["bot token"], sms_key=flock["sms key"], town=town)
        address = await stack.enter_async_context(simulator_app.running("127.0.0.1", 0, app))
        there = Stage(
            flock,
            folder,
            stack.enter_context(psycopg.connect(owner_url, autocommit=True)),
            Keys(1, {1: _bytes(flock, "sealing key")}, _bytes(flock, "digest key")),
            town,
            await stack.enter_async_context(person.Town(address.url)),
            await stack.enter_async_context(aiohttp.ClientSession()),
            valkey,
        )
        await _start(there, address.url, api_url, stack, is_loud=is_loud)
        yield there


async def _start(there: Stage, telegram_url: str, database_url: str, stack: AsyncExitStack, *, is_loud: bool) -> None:
    flock, api_port, bot_port = there.flock, free_port(), free_port()
    there.api_url = f"http://127.0.0.1:{api_port}"
    there.webhook_url = f"http://127.0.0.1:{bot_port}/webhook"
    api = {
        "TRAMBOT_DATABASE_URL": database_url,
        "TRAMBOT_SERVICE_KEY": flock["service key"],
        "TRAMBOT_SEALING_KEYS": json.dumps({1: flock.key("sealing key")}),
        "TRAMBOT_DIGEST_KEY": flock.key("digest key"),
        "TRAMBOT_SMS_KEY": flock["sms key"],
    }
    bot = {
        "TRAMBOT_BOT_TOKEN": flock["bot token"],
        "TRAMBOT_SERVICE_KEY": flock["service key"],
        "TRAMBOT_REDIS_URL": there.valkey.url(),
        "TRAMBOT_JOURNAL_KEY": flock.key("journal key"),
        "TRAMBOT_WEBHOOK_SECRET": flock["webhook secret"],
    }
    api_told = {"TRAMBOT_PORT": str(api_port), "TRAMBOT_SMS_URL": f"{telegram_url}/sms"}
    bot_told = {
        "TRAMBOT_PORT": str(bot_port),
        "TRAMBOT_API_URL": there.api_url,
        "TRAMBOT_TELEGRAM_URL": telegram_url,
        "TRAMBOT_UPDATES": "webhook",
        "TRAMBOT_WEBHOOK_URL": there.webhook_url,
    }
    for name, secret, told in (("api", api, api_told), ("bot", bot, bot_told)):
        await stack.enter_async_context(_process(there, name, secret, told, is_loud=is_loud))
    for url in (f"{there.api_url}/v1/health", f"http://127.0.0.1:{bot_port}/health"):
        await _up(there, url)
    async with asyncio.timeout(UP_WITHIN):
        while not (await there.play.updates())["webhook"]["url"]:
            pass


@asynccontextmanager
async def _process(
    there: Stage, name: str, secret: dict[str, str], told: dict[str, str], *, is_loud: bool
) -> AsyncIterator[None]:
    """A process as an installation has it: secrets by file, its log in a file of its own."""
    secrets = there.folder / "secrets" / name
    secrets.mkdir(mode=0o700)
    for setting, value in secret.items():
        write_private(secrets / setting, value)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(there.folder / "temporary"),
        "HOME": str(there.folder / "temporary"),
        "TRAMBOT_SECRETS_DIR": str(secrets),
    }
    module = "tests.canaries.loud" if is_loud else "trambot"
    with (there.folder / "logs" / f"{name}.log").open("ab") as log:
        there.running[name] = running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, name),
            env=environment | told,
            cwd=there.folder / "temporary",
            stdout=log,
            stderr=log,
            preexec_fn=dying_with_parent(signal.SIGTERM),
        )
    try:
        yield
    finally:
        await _end(running)


async def _end(running: asyncio.subprocess.Process) -> None:
    if running.returncode is None:
        running.terminate()
        try:
            await asyncio.wait_for(running.wait(), DOWN_WITHIN)
        except TimeoutError:
            running.kill()
            await running.wait()


async def _up(there: Stage, url: str) -> None:
    """Wait until it answers."""
    async with asyncio.timeout(UP_WITHIN):
        while True:
            with contextlib.suppress(aiohttp.ClientConnectorError):
                async with there.http.get(url) as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.05)


def _bytes(flock: Flock, name: str) -> bytes:
    return flock[name].encode().ljust(32, b"=")
