"""What the contenders stand before: servers that write to disk, the stand-in, the service; begun when asked for."""

import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path

from benches.contenders.registry import environment
from models.migrations.run import upgrade
from models.seed import load_areas, load_units
from trambot.demo.parts import Part
from trambot.servers.folder import LOOPBACK
from trambot.servers.postgres import embedded_postgres
from trambot.servers.roles import API, as_role, own_database
from trambot.servers.users import can_reach, servers_user
from trambot.servers.valkey import Valkey, embedded_valkey


class Stage:
    """Everything in one folder, ended with the block."""

    def __init__(self, folder: Path, at_the_end: ExitStack) -> None:
        self._folder = folder
        self._at_the_end = at_the_end
        self._numbers = count(1)

    @cached_property
    def telegram(self) -> str:
        """The stand-in's address."""
        command = [sys.executable, "-m", "benches.telegram"]
        process = self._at_the_end.enter_context(
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
        )
        self._at_the_end.callback(process.kill)
        assert process.stdout  # noqa: S101 - for the type checker
        return process.stdout.readline().strip()

    def redis(self) -> str:
        """A database of Valkey that nobody has used."""
        return self._valkey.url(next(self._numbers))

    @cached_property
    def _valkey(self) -> Valkey:
        return self._at_the_end.enter_context(embedded_valkey(self._folder / "valkey"))

    @cached_property
    def owner_url(self) -> str:
        """The registry's database for its owner: the tables, the areas and the units."""
        server = self._at_the_end.enter_context(embedded_postgres(self._folder / "postgres"))
        owner_url = own_database(server.superuser_url(), "bench", secrets.token_urlsafe())
        upgrade(owner_url, self._api_role(owner_url))
        load_areas(owner_url, _quietly)
        load_units(owner_url, _quietly)
        return owner_url

    @cached_property
    def environment(self) -> dict[str, str]:
        """The API's settings."""
        return environment(self._api_role(self.owner_url), self.telegram, _free_port())

    @cached_property
    def api(self) -> str:
        """The address of the service, in its own process."""
        port = int(self.environment["TRAMBOT_PORT"])
        service = Part("api", self.environment, self._folder, (port, "/v1/health"))
        service.start()
        self._at_the_end.callback(service.stop)
        service.await_health()
        return f"http://{LOOPBACK}:{port}"

    def _api_role(self, owner_url: str) -> str:
        return as_role(owner_url, API, self._password)

    @cached_property
    def _password(self) -> str:
        return secrets.token_urlsafe()


@contextmanager
def stage() -> Iterator[Stage]:
    """A stage in a new folder; everything is ended and the folder gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="trambot-bench-", dir=_reachable()))
    folder.chmod(0o711)  # the servers' user passes through to its own folders
    try:
        with ExitStack() as at_the_end:
            yield Stage(folder, at_the_end)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _reachable() -> Path:
    parents = [Path(tempfile.gettempdir()), Path("/var/tmp")]  # noqa: S108 - mkdtemp makes an unguessable name
    return next((place for place in parents if can_reach(place, servers_user())), parents[0])


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def _quietly(_done: int, _total: int) -> None:
    """Progress that nobody watches."""
