"""What the tests of the doctor need: installations that can be spoilt, and an environment without settings."""

import os
import secrets
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from redis import Redis

from models.migrations.run import upgrade
from tests.bot.conftest import _service, _telegram, clock_file, service, settings, telegram
from tests.shared_database import Cluster
from tests.trambot.conftest import new_folder
from tests.trambot.doctor.hands import House
from trambot.servers import embedded_valkey
from trambot.servers.roles import as_role

__all__ = ["_service", "_telegram", "clock_file", "service", "settings", "telegram"]


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests."""
    for name in [name for name in os.environ if name.upper().startswith("TRAMBOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture(scope="session")
def house(cluster: Cluster, worker_name: str) -> Iterator[House]:
    """A database and a role of the doctor's own; whoever spoils them mends them."""
    role = f"{cluster.run}_{worker_name}_doctor"
    with cluster.new_database(f"{worker_name}_doctor") as name:
        owner_url, superuser_url = cluster.owner_url(name), cluster.superuser_url(name)
        api_url = as_role(superuser_url, role, secrets.token_urlsafe(24), name)
        upgrade(owner_url, api_url)
        yield House(owner_url, api_url, superuser_url, role)
    with psycopg.connect(urlsplit(superuser_url)._replace(path="/postgres").geturl(), autocommit=True) as link:
        link.execute(SQL("DROP ROLE {}").format(Identifier(role)))


@pytest.fixture(scope="session")
def _valkey_url() -> Iterator[str]:
    with new_folder() as folder, embedded_valkey(folder / "valkey") as server:
        yield server.url()


@pytest.fixture
def valkey_url(_valkey_url: str) -> Iterator[str]:
    """A Valkey as an installation has it; how it was set is put back afterwards."""
    with Redis.from_url(_valkey_url) as client:
        before = {name: client.config_get(name)[name] for name in SPOILT}
        yield _valkey_url
        for name, value in before.items():
            client.config_set(name, value)


SPOILT = ("appendonly", "maxmemory-policy", "maxmemory", "requirepass")
