"""The embedded PostgreSQL: what it keeps, whom it lets in, and that it never outlives us."""

import os
import pwd
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from tests.trambot.conftest import new_folder
from tests.trambot.processes import arguments, eventually, is_alive, python
from trambot.servers import Postgres, embedded_postgres
from trambot.servers.problems import FolderClosed, StillRunning, WouldNotStart
from trambot.servers.programs import runs
from trambot.servers.users import User, can_reach, refuse_nameless, servers_user

STARTS_AND_WAITS = """
import sys, time
from pathlib import Path
from trambot.servers import embedded_postgres

with embedded_postgres(Path(sys.argv[1]), durable=False) as server:
    print(server.pid, flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def running() -> Iterator[Postgres]:
    """A server for all tests that only look at it."""
    with new_folder() as folder, embedded_postgres(folder, durable=False) as server:
        yield server


def an_interpreter_for_all() -> str:
    """A Python of our version that `nobody` can run; root's own often lies in a closed home folder, and so may we."""
    if not can_reach(Path(__file__).parent, servers_user()):
        pytest.skip("the project lies where other users cannot read it")
    for candidate in (sys.executable, "/usr/bin/python{}.{}".format(*sys.version_info)):
        if runs(Path(candidate), servers_user()):
            return candidate
    pytest.skip("no Python of this version that other users can run")


def do(server: Postgres, statement: LiteralString) -> None:
    with psycopg.connect(server.superuser_url()) as link:
        link.execute(statement)


def ask(server: Postgres, question: LiteralString) -> object:
    with psycopg.connect(server.superuser_url()) as link:
        row = link.execute(question).fetchone()
        return row[0] if row else None


def test_data_and_port_are_kept_over_a_restart(folder: Path) -> None:
    with embedded_postgres(folder, durable=False) as server:
        first = server.superuser_url()
        do(server, "CREATE TABLE kept AS SELECT 'đ' AS letter")
    with embedded_postgres(folder, durable=False) as server:
        assert server.superuser_url() == first
        assert ask(server, "SELECT letter FROM kept") == "đ"


def test_it_runs_as_an_ordinary_user(running: Postgres) -> None:
    owner = Path(f"/proc/{running.pid}").stat().st_uid
    assert owner == (pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid())


@pytest.mark.skipif(os.geteuid() != 0, reason="all the other tests run as an ordinary user here")
def test_an_ordinary_user_needs_no_root(folder: Path) -> None:
    servers_user().own(folder)
    ordinary = pwd.getpwnam("nobody")
    with python(STARTS_AND_WAITS, str(folder), program=an_interpreter_for_all(), user=ordinary) as starter:
        assert starter.stdout is not None
        server_pid = int(starter.stdout.readline())
        assert Path(f"/proc/{server_pid}").stat().st_uid == ordinary.pw_uid
        starter.kill()
    eventually(lambda: not is_alive(server_pid), "PostgreSQL to follow the process that started it")


def test_only_the_password_opens_it_and_nobody_can_read_it(running: Postgres) -> None:
    assert running.password not in arguments(running.pid)
    assert (running.folder / "password").stat().st_mode & 0o077 == 0
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(running.superuser_url().replace(running.password, "postgres"))


def test_it_listens_on_loopback_alone(running: Postgres) -> None:
    assert ask(running, "SHOW listen_addresses") == "127.0.0.1"
    assert ask(running, "SHOW unix_socket_directories") == ""


def test_text_sorts_alike_on_every_machine(running: Postgres) -> None:
    assert ask(running, "SELECT datlocale FROM pg_database WHERE datname = 'template1'") == "C.UTF-8"
    assert ask(running, "SELECT lower('Đ')") == "đ"


def test_T24_a_refused_row_leaves_nothing_of_itself_in_the_log(running: Postgres) -> None:
    do(running, "CREATE TABLE people (phone text PRIMARY KEY)")
    do(running, "INSERT INTO people VALUES ('+84912345678')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        do(running, "INSERT INTO people VALUES ('+84912345678')")
    log = running.log.read_text()
    assert "duplicate key" in log
    assert "912345678" not in log


def test_a_second_copy_is_refused_and_the_first_goes_on(folder: Path) -> None:
    with embedded_postgres(folder, durable=False) as server:
        with (
            pytest.raises(StillRunning, match=str(folder)),
            embedded_postgres(folder, durable=False, wait=0.1),
        ):
            pass
        assert ask(server, "SELECT 1") == 1


def test_another_port_is_found_where_the_last_one_is_taken(folder: Path) -> None:
    with embedded_postgres(folder, durable=False) as server:
        last = server.port
    with closing(socket.create_server(("127.0.0.1", last))), embedded_postgres(folder, durable=False) as server:
        assert server.port != last
        assert ask(server, "SELECT 1") == 1


def test_after_kill_9_it_starts_again_with_its_data(folder: Path) -> None:
    with embedded_postgres(folder) as server:
        do(server, "CREATE TABLE kept AS SELECT 1 AS one")
        os.kill(server.pid, signal.SIGKILL)
        eventually(lambda: not server.is_running, "PostgreSQL to be gone")
        server.start()
        assert ask(server, "SELECT one FROM kept") == 1


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only Linux tells a child of its parent's death")
def test_it_dies_with_the_process_that_started_it_and_the_next_start_is_undisturbed(folder: Path) -> None:
    with python(STARTS_AND_WAITS, str(folder)) as starter:
        assert starter.stdout is not None
        server_pid = int(starter.stdout.readline())
        starter.kill()
    eventually(lambda: not is_alive(server_pid), "PostgreSQL to follow the process that started it")
    with embedded_postgres(folder, durable=False) as server:
        assert ask(server, "SELECT 1") == 1


def test_a_half_made_data_folder_does_not_count(folder: Path) -> None:
    (folder / "data.1").mkdir()
    with embedded_postgres(folder, durable=False) as server:
        assert ask(server, "SELECT 1") == 1


def test_data_of_another_version_is_left_alone_with_the_way_out(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(WouldNotStart, match="DATABASE_URL"), embedded_postgres(folder):
        pass


def test_a_folder_that_cannot_be_made_is_named() -> None:
    with pytest.raises(FolderClosed, match="/proc/trambot"), embedded_postgres(Path("/proc/trambot")):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another user")
def test_a_folder_closed_to_the_servers_user_is_named(folder: Path) -> None:
    folder.chmod(0o700)
    assert not can_reach(folder, servers_user())
    with pytest.raises(FolderClosed, match="nobody"), embedded_postgres(folder / "postgres"):
        pass


def test_a_user_without_a_name_gets_the_way_out() -> None:
    nameless = User(uid=4_294_000_000, gid=0, switch=False)
    with pytest.raises(WouldNotStart, match=r"4294000000(.|\n)*DATABASE_URL"):
        refuse_nameless(nameless)


def test_T35_it_does_not_start_beside_what_a_killed_one_left_at_work(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trambot.servers.server.LOCK_WAIT", 0.2)
    with embedded_postgres(folder, durable=False) as server, closing(psycopg.connect(server.superuser_url())) as link:
        at_work = link.info.backend_pid
        link.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 1e15)")
        os.kill(server.pid, signal.SIGKILL)
        eventually(lambda: not server.is_running, "the server is gone")
        with pytest.raises(StillRunning):
            server.start()
        os.kill(at_work, signal.SIGKILL)
        eventually(lambda: not is_alive(at_work), "its child is gone")
        server.start()
        assert ask(server, "SELECT 1") == 1
