"""A whole installation as docker-compose.yml describes it, on this machine's loopback, without Docker."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from graphlib import TopologicalSorter
from pathlib import Path

import psycopg

from api.settings import ApiSettings
from models.sealing import Keys
from tests.deploy.compose import PROJECT, Service, services
from tests.deploy.containers import (
    ComposedPostgres,
    ComposedValkey,
    Container,
    Program,
    StandingIn,
    answers,
    pongs,
    prepared,
    succeeds,
)
from tests.deploy.places import Places
from trambot.demo.home import Home
from trambot.demo.wiring import BOT_ID
from trambot.servers.folder import LOOPBACK, write_private
from trambot.servers.users import make_folder, servers_user
from trambot.settings import SECRETS
from trambot.story.stage import Stage

DOMAIN = "trambot.example.vn"
SIMULATOR = "simulator"
GIVEN = {"bot_token": f"{BOT_ID}:of-the-rehearsal", "sms_key": "the-sms-key-of-the-rehearsal"}
"""The secrets that an installer is given by others."""


class Installation:
    """Every service of the file, each with a stand-in."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.home = Home(folder / "home")
        self.secrets = folder / "secrets"
        self._stack = stack
        self._make_folders()
        self.places = Places({*services(_values({}, self.secrets)), SIMULATOR}, DOMAIN)
        self.services = services(_values(self._outside(), self.secrets))
        self.containers: dict[str, Container] = {SIMULATOR: self._simulator()}

    @property
    def page(self) -> str:
        """Where the local Telegram and the SMS gateway are."""
        return f"http://{LOOPBACK}:{self.places.port(SIMULATOR, 80)}"

    @property
    def door(self) -> str:
        """Where people outside reach the installation."""
        return f"http://{LOOPBACK}:{self.places.port('caddy', 8443)}"

    def secret(self, name: str) -> str:
        """What is in the installer's file, its addresses turned into those that stand for them."""
        return self.places.put_into((self.secrets / name).read_text())

    @property
    def door_is(self) -> str:
        """What stands at the door."""
        return "behind Caddy" if shutil.which("caddy") else "behind a stand-in for Caddy that reads its Caddyfile"

    def up(self, tell: Callable[[str], None]) -> None:
        """Start everything in the order of `depends_on`, as `docker compose up` does."""
        self._start(self.containers[SIMULATOR])
        self.containers[SIMULATOR].await_well()
        kept = {name: service for name, service in self.services.items() if not service.is_by_hand}
        for name in TopologicalSorter({name: service.conditions for name, service in kept.items()}).static_order():
            for wanted, condition in kept[name].conditions.items():
                if condition == "service_healthy":
                    self.containers[wanted].await_well()
            tell(name)
            self.put_up(kept[name])
        for name in kept:
            if name != "migrate":
                self.containers[name].await_well()

    def put_up(self, service: Service) -> None:
        """Start one service."""
        container = self.containers[service.name] = self._container(service)
        if service.name == "migrate" and isinstance(container, Program):
            container.run()
            return
        self._start(container)
        if service.name == "postgres" and isinstance(container, StandingIn):
            self._make_owner(container)

    def _start(self, container: Container) -> None:
        self._stack.callback(container.kill)  # its folder goes with it
        container.start()

    # What stands for what

    def _container(self, service: Service) -> Container:
        match service.name:
            case "postgres":
                return self._postgres(service)
            case "valkey":
                return self._valkey(service)
            case "caddy":
                return self._caddy(service)
            case _:
                return self._ours(service)

    def _ours(self, service: Service) -> Program:
        """The same command with the same environment; beyond that, a clock that the story can turn."""
        environment = {name: self.places.put_into(value) for name, value in service.environment.items()}
        if "TRAMBOT_PORT" in environment:
            environment["TRAMBOT_HOST"] = LOOPBACK
            environment["TRAMBOT_PORT"] = str(self.places.port(service.name, environment["TRAMBOT_PORT"]))
        environment[SECRETS] = str(self._hand_secrets_to(service))
        environment |= {"TRAMBOT_DEMO": "1", "TRAMBOT_CLOCK_FILE": str(self.home.clock)}
        command = [sys.executable, "-m", "trambot", *service.command]
        return Program(service.name, command, environment, self._log(service.name), self._health(service))

    def _simulator(self) -> Program:
        environment = {
            "TRAMBOT_SIMULATOR_PORT": str(self.places.port(SIMULATOR, 80)),
            "TRAMBOT_SIMULATOR_PEOPLE": str(self.home.people),
            "TRAMBOT_BOT_TOKEN": GIVEN["bot_token"],
            "TRAMBOT_SMS_KEY": GIVEN["sms_key"],
        }
        command = [sys.executable, "-m", "trambot", SIMULATOR]
        return Program(SIMULATOR, command, environment, self._log(SIMULATOR), partial(answers, f"{self.page}/"))

    def _postgres(self, service: Service) -> StandingIn:
        port = self.places.port("postgres", 5432)
        folder = self.folder / "postgres"
        lock = prepared(folder, self.secret("postgres_password"), port, self._stack)
        server = ComposedPostgres(folder, lock, service.command[1:])
        program, *words = service.raw["healthcheck"]["test"][1:]
        health = [server.programs / program, *words, "-p", str(port)]
        return StandingIn(service.name, server, partial(succeeds, health))

    def _valkey(self, service: Service) -> StandingIn:
        port = self.places.port("valkey", 6379)
        folder = self.folder / "valkey"
        password = re.fullmatch(r"redis://:(.+)@.*", self.secret("redis_url"))
        assert password is not None
        lock = prepared(folder, password[1], port, self._stack)
        users = folder / "valkey_users"
        write_private(users, self.secret("valkey_users"))
        servers_user().own(users)
        configuration = service.configs[service.command[1]].read_text()
        stood_for = {"/run/secrets/valkey_users": users, "/data": folder / "data", "6379": port}
        for inside, ours in stood_for.items():
            configuration = configuration.replace(inside, str(ours))
        return StandingIn(service.name, ComposedValkey(folder, lock, configuration), partial(pongs, port))

    def _caddy(self, service: Service) -> Program:
        """Caddy itself where it is on the path, else the stand-in, either with the Caddyfile."""
        file = self.folder / "Caddyfile"
        (source,) = service.configs.values()
        inner = f"http://{LOOPBACK}:{self.places.port('caddy', 8000)}"
        file.write_text(self.places.put_into(source.read_text()).replace("http://:8000", inner))
        environment = {**service.environment, "DOMAIN": self.door, "XDG_DATA_HOME": str(self.folder)}
        caddy = shutil.which("caddy")
        stand_in = [sys.executable, "-m", "tests.deploy.door", str(file)]
        command = [caddy, "run", "--config", str(file), "--adapter", "caddyfile"] if caddy else stand_in
        return Program(service.name, command, environment, self._log("caddy"), partial(answers, f"{inner}/health"))

    def _health(self, service: Service) -> Callable[[], bool]:
        """The service's own health check."""
        test: list[str] = service.raw["healthcheck"].get("test", [])
        words = [self.places.put_into(word, of=service.name) for word in test]
        return partial(succeeds, [sys.executable, *words[2:]]) if words[:2] == ["CMD", "python"] else lambda: True

    # What an installer does by hand

    def _make_folders(self) -> None:
        for folder in (self.home.path, self.home.clock.parent, self.folder / "logs", self.folder / "handed"):
            make_folder(folder)
        self.home.clock.touch()
        subprocess.run([PROJECT / "deploy" / "new-secrets", self.secrets], check=True, capture_output=True)
        for name, given in GIVEN.items():
            write_private(self.secrets / name, given)

    def _outside(self) -> dict[str, str]:
        """What .env says: Telegram and the SMS gateway are the simulator, and everybody is on loopback."""
        return {
            "TRAMBOT_TELEGRAM_URL": self.page,
            "TRAMBOT_SMS_URL": f"{self.page}/sms",
            "TRAMBOT_INNER_NETWORK": f"{LOOPBACK}/32",
        }

    def _hand_secrets_to(self, service: Service) -> Path:
        """The folder that stands for /run/secrets."""
        folder = self.folder / "handed" / service.name
        folder.mkdir(mode=0o700, exist_ok=True)
        for name, file in service.secrets.items():
            write_private(folder / name, self.secret(file.name))
        return folder

    def _make_owner(self, postgres: StandingIn) -> None:
        """What the image does with a new server: run the scripts it is given."""
        server = postgres.server
        assert isinstance(server, ComposedPostgres)
        postgres.await_well()
        (script,) = self.services["postgres"].configs.values()
        told = script.read_text().replace("/run/secrets", str(self.secrets))
        psql: list[str | Path] = [
            server.programs / "psql",
            "--no-psqlrc",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            server.superuser_url(),
        ]
        subprocess.run(psql, input=told.encode(), check=True)

    def _log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"

    # What a rehearsal looks at

    @property
    def keys(self) -> Keys:
        """The data keys."""
        return ApiSettings(_secrets_dir=str(self.folder / "handed" / "api-1"), sms_url=self.page).keys

    def database(self) -> str:
        """The database for a superuser: to arrange and to look."""
        postgres = self.containers["postgres"]
        assert isinstance(postgres, StandingIn)
        assert isinstance(postgres.server, ComposedPostgres)
        return postgres.server.superuser_url("trambot")


def _values(outside: Mapping[str, str], secrets: Path) -> dict[str, str]:
    return {
        "TRAMBOT_DOMAIN": DOMAIN,
        "TRAMBOT_CONTACT": "it@example.vn",
        "TRAMBOT_SMS_URL": "http://sms.example.vn",
        "TRAMBOT_SECRETS": str(secrets),
        **outside,
    }


@dataclass(frozen=True)
class Rehearsed(Stage):
    """The stage of a story, on an installation."""

    on: Installation

    def _database(self) -> psycopg.Connection:
        return psycopg.connect(self.on.database())

    def _keys(self) -> Keys:
        return self.on.keys


@contextmanager
def installed(folder: Path) -> Iterator[Installation]:
    """An installation in the folder, to be started; whatever was started has ended afterwards."""
    with ExitStack() as stack:
        yield Installation(folder, stack)
