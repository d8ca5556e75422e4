"""A long run goes on where it was killed, and its dice fall as before."""

from pathlib import Path

import pytest

from tests.fire import series
from tests.fire.series import LONG, SEED, Fire, figures_of, forget
from tests.tables import figures, page


@pytest.fixture(autouse=True)
def _long(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A long run with a folder of its own."""
    monkeypatch.setenv(LONG, "1")
    monkeypatch.setenv(SEED, "7")
    monkeypatch.setattr(series, "FOLDER", tmp_path)
    monkeypatch.setattr(figures, "FOLDER", tmp_path / "of the threats")


def test_a_killed_run_goes_on_with_the_pieces_that_are_missing() -> None:
    for piece in (first := Fire("a test").series("squares", range(4))):
        if piece == 2:
            break
        first.keep(piece * piece)
    tried = []
    for piece in (second := Fire("a test").series("squares", range(4))):
        tried.append(piece)
        second.keep(piece * piece)
    assert tried == [2, 3]
    assert second.results == [0, 1, 4, 9]


def test_a_piece_that_was_being_written_down_at_the_kill_is_tried_again(tmp_path: Path) -> None:
    for piece in (first := Fire("a test").series("squares", range(2))):
        first.keep(piece)
    file = next((tmp_path / "series").iterdir())
    file.write_text(file.read_text()[:-3])
    assert list(Fire("a test").series("squares", range(2))) == [1]


def test_another_seed_is_another_run(monkeypatch: pytest.MonkeyPatch) -> None:
    list(Fire("a test").series("squares", range(2)))
    monkeypatch.setenv(SEED, "8")
    assert list(Fire("a test").series("squares", range(2))) == [0, 1]


def test_the_dice_of_a_piece_fall_the_same_way_in_every_run() -> None:
    assert Fire("a test").dice(3).random() == Fire("a test").dice(3).random()
    assert Fire("a test").dice(3).random() != Fire("a test").dice(4).random()


def test_what_is_forgotten_begins_anew() -> None:
    fire = Fire("a test")
    fire.figure("T01", "judged", "5 of 200")
    list(fire.series("squares", range(2)))
    assert figures_of("a test") == [("T01", "judged", "5 of 200")]
    forget("a test")
    assert figures_of("a test") == []
    assert list(Fire("a test").series("squares", range(2))) == [0, 1]


def test_in_the_suite_nothing_is_carried_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(LONG)
    list(Fire("a test").series("squares", range(2)))
    assert list(Fire("a test").series("squares", range(2))) == [0, 1]
    assert Fire("a test").size(short=2, long=1000) == 2


def test_a_section_takes_the_place_of_the_last_one_of_its_title(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(page, "PAGE", tmp_path / "figures.md")
    page.section("B", "old")
    page.section("A", page.table(("row", "figure"), [("T01", "5 | 200")]))
    page.section("B", "new")
    told = (tmp_path / "figures.md").read_text()
    assert told.startswith(page.HEAD)
    assert told.endswith("## A\n\n| row | figure |\n| --- | --- |\n| T01 | 5 / 200 |\n\n## B\n\nnew\n")
