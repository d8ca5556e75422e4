"""What a figure says, and when its goal is met."""

import json
from pathlib import Path

import pytest

from benches.figure import Figure, Spread, ratios
from benches.told import shown, write
from tests.tables import page


def figure(ratio: float, goal: float, better: str) -> Figure:
    return Figure("B3", "a turn", Spread.of([ratio]), goal, better, {"ours, ms": Spread.of([2, 1, 4])}, 3)  # type: ignore[arg-type]


def test_ratios_are_taken_round_by_round() -> None:
    """A machine that is twice as slow in the second round changes nothing."""
    assert ratios([3, 6, 3], [1, 2, 1]) == Spread(3, 3, 3)
    assert ratios([1, 2, 9], [1, 1, 3]) == Spread(2, 1, 3)


def test_rounds_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratios([1, 2], [1])


@pytest.mark.parametrize(
    ("ratio", "better", "is_met"),
    [(1.2, "lower", True), (1.21, "lower", False), (1.2, "higher", True), (1.19, "higher", False)],
)
def test_a_goal_is_met_at_the_goal_itself(ratio: float, better: str, is_met: bool) -> None:
    assert figure(ratio, 1.2, better).is_met is is_met


def test_a_line_has_what_a_program_reads() -> None:
    told = json.loads(figure(0.9, 1.2, "lower").line())
    details = told.pop("details")
    assert told == {"bench": "B3", "ratio": 0.9, "goal": 1.2, "better": "lower"}
    assert details["ours, ms"] == {"median": 2, "min": 1, "max": 4}
    assert details["rounds"] == 3


def test_the_page_tells_ratios_goals_parts_and_how(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "PAGE", tmp_path / "figures.md")
    write("turn", [figure(1.3, 1.2, "lower")], seconds=90)
    told = (tmp_path / "figures.md").read_text()
    assert "| B3 | a turn | 1.3 (1.3–1.3) | ≤ 1.2 | no | 3 |" in told
    assert "| B3 | ours, ms | 2 (1–4) |" in told
    assert "`make bench-turn`: 1.5 minutes" in told
    assert "aiogram 3." in told


def test_the_table_has_a_row_for_each_figure() -> None:
    assert shown([figure(1, 1.2, "lower"), figure(2, 1.2, "lower")]).row_count == 2
