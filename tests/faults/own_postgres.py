"""A PostgreSQL of a test's own, with a registry in it: it may be killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from models.migrations.run import upgrade
from models.seed import load_areas, load_units
from trambot.servers.postgres import Postgres, embedded_postgres
from trambot.servers.roles import API, as_role, own_database

NAME = "trambot"
PASSWORD = "of-a-test"


@dataclass(frozen=True)
class Places:
    """A database, as each role reaches it, and its server if that is one's own."""

    superuser_url: str
    owner_url: str
    api_url: str
    server: Postgres | None = None


@contextmanager
def own_postgres() -> Iterator[Places]:
    """A durable server with the tables, the areas and the units."""
    with TemporaryDirectory(prefix="trambot-tests-") as folder:
        Path(folder).chmod(0o711)  # the server's user passes through
        with embedded_postgres(Path(folder) / "postgres") as server:
            owner_url = own_database(server.superuser_url(), NAME, PASSWORD)
            api_url = as_role(server.superuser_url(), API, PASSWORD, NAME)
            upgrade(owner_url, api_url)
            load_areas(owner_url, _quietly)
            load_units(owner_url, _quietly)
            yield Places(server.superuser_url(NAME), owner_url, api_url, server)


def _quietly(_done: int, _total: int) -> None:
    """Progress that nobody watches."""
