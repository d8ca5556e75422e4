"""The embedded Valkey: a password, an append-only file, and nothing thrown out."""

import os
import signal
from contextlib import closing
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError
from redis.retry import Retry

from tests.trambot.processes import arguments, eventually
from trambot.servers import embedded_valkey
from trambot.servers.problems import StillRunning


def test_what_was_written_survives_a_restart_and_a_kill_9(folder: Path) -> None:
    with embedded_valkey(folder) as server:
        with closing(Redis.from_url(server.url())) as client:
            client.set("kept", "yes")
        os.kill(server.pid, signal.SIGKILL)
        eventually(lambda: not server.is_running, "Valkey to be gone")
        first = server.url()
        server.start()
        assert server.url() == first
    with embedded_valkey(folder) as server, closing(Redis.from_url(server.url())) as client:
        assert client.get("kept") == b"yes"


def test_only_the_password_opens_it_and_nobody_can_read_it(folder: Path) -> None:
    with embedded_valkey(folder, durable=False) as server:
        assert server.password not in arguments(server.pid)
        assert (folder / "password").stat().st_mode & 0o077 == 0
        at_once = Retry(NoBackoff(), 0)
        with closing(Redis(port=server.port, retry=at_once)) as client, pytest.raises(AuthenticationError):
            client.ping()


def test_T34_it_evicts_nothing_and_keeps_an_append_only_file(folder: Path) -> None:
    with embedded_valkey(folder) as server, closing(Redis.from_url(server.url())) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        assert client.config_get("bind") == {"bind": "127.0.0.1"}


def test_a_second_copy_is_refused(folder: Path) -> None:
    with (
        embedded_valkey(folder, durable=False),
        pytest.raises(StillRunning, match=str(folder)),
        embedded_valkey(folder, durable=False, wait=0.1),
    ):
        pass
