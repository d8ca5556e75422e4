"""The servers that tests share, and what each of them finds clean: a database, a Valkey database."""

import itertools
import logging
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import structlog
from redis import Redis

from tests.fire.series import SEED, Fire
from tests.shared_database import Cleaning, Cluster
from tests.shared_servers import SharedServers, folder_of_the_run

FOLDER = pytest.StashKey[Path]()
AT_THE_END = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the run's folder, or learn it from the process that made it."""
    os.environ.setdefault(SEED, str(secrets.randbelow(10**9)))  # workers inherit it
    if hasattr(config, "workerinput"):
        config.stash[FOLDER] = Path(config.workerinput["folder"])
    else:
        config.stash[AT_THE_END] = ExitStack()
        config.stash[FOLDER] = config.stash[AT_THE_END].enter_context(folder_of_the_run())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the dice of a run that failed can be thrown again by."""
    if terminalreporter.stats.get("failed"):
        terminalreporter.write_line(f"{SEED}={os.environ[SEED]}")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell a worker of the folder (xdist)."""
    node.workerinput["folder"] = str(node.config.stash[FOLDER])  # type: ignore[attr-defined]  # xdist has no types


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the servers and remove the folder, after a Ctrl-C too."""
    if AT_THE_END in config.stash:
        with config.stash[AT_THE_END]:
            Cluster(SharedServers(config.stash[FOLDER])).drop()


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> SharedServers:
    """The run's servers; none is started before somebody asks for its address."""
    return SharedServers(pytestconfig.stash[FOLDER])


@pytest.fixture
def fire(request: pytest.FixtureRequest) -> Iterator[Fire]:
    """How hard this test tries; marked `fire("part")`, it tries much under `make fire`."""
    fire, kept = Fire(request.node.nodeid), structlog.get_config()
    if fire.is_long:  # its terminal is for the progress, not for a line for every request
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    yield fire
    structlog.configure(**kept)


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """«gw0», «gw1» … in a parallel run, else «main»."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def cluster(servers: SharedServers) -> Cluster:
    """The databases of the run."""
    return Cluster(servers)


@pytest.fixture(scope="session")
def database(cluster: Cluster, worker_name: str) -> Iterator[str]:
    """The name of this worker's database: all tables, areas and units."""
    with cluster.new_database(worker_name, cluster.template) as name:
        yield name


@pytest.fixture(scope="session")
def owner_url(cluster: Cluster, database: str) -> str:
    """This worker's database for the role that owns the tables; clean before each test that uses it."""
    return cluster.owner_url(database)


@pytest.fixture(scope="session")
def api_url(cluster: Cluster, database: str) -> str:
    """This worker's database for the API's role; clean before each test that uses it."""
    return cluster.api_url(database)


@pytest.fixture(scope="session")
def superuser_url(cluster: Cluster, database: str) -> str:
    """This worker's database for a superuser, who walks past every wall: for arranging and looking only."""
    return cluster.superuser_url(database)


@pytest.fixture(scope="session")
def redis_url(servers: SharedServers, worker_name: str) -> str:
    """This worker's own Valkey database; empty before each test that uses it."""
    number = int(worker_name.removeprefix("gw")) + 2 if worker_name != "main" else 1
    return urlsplit(servers.valkey_url())._replace(path=f"/{number}").geturl()


@pytest.fixture
def empty_database(cluster: Cluster, worker_name: str) -> Iterator[Callable[[], str]]:
    """Makes databases without any table; each call gives the owner's address of a new one."""
    with ExitStack() as made:
        numbers = itertools.count(1)

        def make() -> str:
            return cluster.owner_url(made.enter_context(cluster.new_database(f"{worker_name}_empty_{next(numbers)}")))

        yield make


@pytest.fixture(scope="session")
def cleaning(superuser_url: str) -> Iterator[Cleaning]:
    """What brings the worker's database back to the template's contents."""
    with closing(Cleaning(superuser_url)) as cleaning:
        yield cleaning


@pytest.fixture(scope="session")
def emptied_valkey(redis_url: str) -> Iterator[Redis]:
    """A client of the worker's Valkey database."""
    with Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture(autouse=True)
def _clean(request: pytest.FixtureRequest) -> None:
    """Clean what the test is about to use, and only that."""
    if "database" in request.fixturenames:
        request.getfixturevalue("cleaning").clean()
    if "redis_url" in request.fixturenames:
        request.getfixturevalue("emptied_valkey").flushdb()
