"""The demo's folder: where it lies, one demo at a time, and what a reset leaves alone."""

import os
from pathlib import Path

import pytest

from trambot.demo.home import Home, find_home
from trambot.servers import programs
from trambot.servers.problems import FolderClosed, StillRunning
from trambot.servers.users import can_reach, servers_user


def test_a_second_demo_is_told_where_the_first_one_is(folder: Path) -> None:
    with Home(folder / "demo").opened() as home:
        home.tell_address("http://127.0.0.1:8030")
        with pytest.raises(StillRunning, match=r"http://127\.0\.0\.1:8030"), Home(folder / "demo").opened():
            pass


def test_a_folder_that_cannot_be_written_is_named_with_the_way_out() -> None:
    with pytest.raises(FolderClosed, match=r"/proc/demo(.|\n)*TRAMBOT_HOME"), Home(Path("/proc/demo")).opened():
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write in every folder")
def test_a_read_only_folder_is_named_with_the_way_out(folder: Path) -> None:
    folder.chmod(0o500)
    with pytest.raises(FolderClosed, match="TRAMBOT_HOME"), Home(folder).opened():
        pass


def test_the_folder_asked_for_is_taken(folder: Path) -> None:
    assert find_home(folder / "here", folder).path == folder / "here"


def test_by_default_it_lies_in_the_project(folder: Path) -> None:
    assert find_home(None, folder).path == folder / ".demo"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run as somebody else")
def test_where_nobody_cannot_enter_the_project_a_reachable_folder_of_the_same_name_each_time_is_taken(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "OUTSIDE_HOMES", folder)
    tmp_path.chmod(0o700)
    home = find_home(None, tmp_path)
    assert home.path == find_home(None, tmp_path).path
    assert home.path.is_relative_to(folder)
    assert home.path != find_home(None, tmp_path / "another").path
    with home.opened():
        assert can_reach(home.path, servers_user())


def test_a_reset_removes_the_demos_own_and_nothing_else(folder: Path) -> None:
    (folder / "my letters").write_text("mine")
    with Home(folder).opened() as home:
        (home.secrets / "key").write_text("old")
        home.chats.write_text("{}")
        home.forget()
        assert not (home.secrets / "key").exists()
        assert not home.chats.exists()
    assert (folder / "my letters").read_text() == "mine"


def test_T24_nobody_else_can_read_secrets_logs_or_chats(folder: Path) -> None:
    with Home(folder).opened() as home:
        for private in (home.secrets, home.logs, home.chats.parent):
            assert private.stat().st_mode & 0o077 == 0
