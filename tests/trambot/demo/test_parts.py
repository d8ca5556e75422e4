"""A part of the demo: healthy or its last words, and started again ever more patiently."""

import sys
from itertools import pairwise
from pathlib import Path

import pytest

from trambot.demo.parts import FIRST_PAUSE, LONGEST_PAUSE, STEADY_AFTER, Part, PartFailed, Watch
from trambot.servers.folder import free_port
from trambot.servers.problems import WouldNotStart

SIMULATOR = {"TRAMBOT_BOT_TOKEN": "1:secret", "TRAMBOT_SMS_KEY": "secret"}


def test_T24_a_part_gets_none_of_our_own_settings_and_its_last_words_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SIMULATOR.items():
        monkeypatch.setenv(name, value)
    part = Part("simulator", {}, tmp_path, (free_port(), "/"))
    part.start()
    with pytest.raises(PartFailed, match=r"TRAMBOT_BOT_TOKEN(.|\n)*make demo-reset"):
        part.await_health()


def test_T24_a_part_is_not_told_of_the_databases_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tells_all = tmp_path / "program"
    tells_all.write_text("#!/bin/sh\nenv\n")
    tells_all.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tells_all))
    for name in ("DATABASE_URL", "REDIS_URL", "TRAMBOT_DATABASE_OWNER_URL"):
        monkeypatch.setenv(name, "canary")
    part = Part("api", {"TRAMBOT_PORT": "1"}, tmp_path, (1, "/"))
    part.start()
    with pytest.raises(PartFailed):
        part.await_health()
    told = part.log.read_text()
    assert "TRAMBOT_PORT=1" in told
    assert "canary" not in told


def test_a_part_is_awaited_until_it_answers_and_ends_when_told(tmp_path: Path) -> None:
    port = free_port()
    part = Part("simulator", SIMULATOR | {"TRAMBOT_SIMULATOR_PORT": str(port)}, tmp_path, (port, "/"))
    part.start()
    part.await_health()
    assert part.is_running
    part.stop()
    assert not part.is_running


class Sickly:
    """Ends as soon as it has started; a stand-in for any server or part."""

    name = "sickly"
    log = Path("sickly.log")
    is_running = False
    started = 0

    def start(self) -> None:
        self.started += 1
        if self.started == 2:
            raise WouldNotStart("it is too ill")


def starts(watch: Watch, kept: Sickly, seconds: int) -> list[float]:
    """When it was started, looked at ten times a second."""
    times = []
    for tenth in range(seconds * 10):
        before = kept.started
        watch.look(1e6 + tenth / 10)
        if kept.started > before:
            times.append(tenth / 10)
    return times


def test_what_ends_is_started_again_ever_more_patiently() -> None:
    kept = Sickly()
    times = starts(Watch(kept), kept, 300)
    pauses = [round(later - earlier) for earlier, later in pairwise(times)]
    assert times[0] == pytest.approx(FIRST_PAUSE, abs=0.2)
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


def test_after_a_steady_life_the_first_pause_is_short_again() -> None:
    kept = Sickly()
    watch = Watch(kept)
    last = starts(watch, kept, 300)[-1]
    kept.is_running = True
    assert watch.look(1e6 + 301) == ""
    kept.is_running = False
    now = 1e6 + last + STEADY_AFTER + 1
    assert f"in {FIRST_PAUSE:.0f} s" in watch.look(now)


def test_the_person_is_told_of_the_end_of_the_new_start_and_of_a_start_that_failed() -> None:
    kept = Sickly()
    watch = Watch(kept)
    assert "sickly.log" in watch.look(1e6)
    assert "started again" in watch.look(1e6 + 1)
    watch.look(1e6 + 1)
    assert watch.look(1e6 + 5) == "it is too ill"
