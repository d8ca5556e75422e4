"""What a figure says, and when its goal is met."""

import json

import pytest

from benches.figure import Figure, Spread, ratios
from benches.told import shown


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


def test_the_table_has_a_row_for_each_figure() -> None:
    assert shown([figure(1, 1.2, "lower"), figure(2, 1.2, "lower")]).row_count == 2
