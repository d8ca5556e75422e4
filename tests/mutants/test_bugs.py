"""The table of seeded bugs: each can still be planted, and no row with tests is without one."""

from collections import Counter

import pytest

from tests.mutants.__main__ import in_order, rows_with_tests
from tests.mutants.bug import Bug, Stale
from tests.mutants.bugs import BUGS
from tests.mutants.twin import PROJECT, outcome_of


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: f"{bug.row} {bug.breaks}")
def test_a_seeded_bug_can_be_planted_in_the_product_as_it_is(bug: Bug) -> None:
    assert bug.new in bug.planted(PROJECT)
    assert bug.new != bug.old


def test_every_row_that_has_tests_has_a_seeded_bug_and_no_other_has() -> None:
    assert {bug.row for bug in BUGS} == rows_with_tests().keys()


def test_no_bug_is_seeded_twice_for_a_row() -> None:
    assert [
        bug for bug, times in Counter((bug.row, bug.file, bug.old, bug.new) for bug in BUGS).items() if times > 1
    ] == []


def test_a_bug_whose_place_was_rewritten_is_stale() -> None:
    with pytest.raises(Stale, match="0 times"):
        Bug("T01", "models/clock.py", "…", "a line that is not there", "…").planted(PROJECT)
    with pytest.raises(Stale, match="times"):
        Bug("T01", "models/clock.py", "…", "def now(self)", "…").planted(PROJECT)


@pytest.mark.parametrize(
    ("told", "code", "failed"),
    [
        ("..\n2 passed", 0, ()),
        (
            "F\nFAILED tests/api/test_otp.py::test_T01_five - assert 6 == 5",
            1,
            ("tests/api/test_otp.py::test_T01_five",),
        ),
        ("F\nFAILED tests/a.py::test_b[a key - 1] - assert 0", 1, ("tests/a.py::test_b",)),
        ("E\nERROR tests/a.py::test_b - RuntimeError", 1, ()),
        ("no tests ran", 5, ()),
        ("..", None, ()),
    ],
)
def test_only_a_failed_test_or_a_hang_has_caught_a_bug(told: str, code: int | None, failed: tuple[str, ...]) -> None:
    outcome = outcome_of(told, code, seconds=1.0)
    assert outcome.failed == failed
    assert outcome.is_red == bool(failed or code is None)
    assert outcome.is_green == (code == 0)


def test_the_seconds_of_a_test_are_those_of_all_its_parts() -> None:
    told = "..\n1.50s setup    tests/a.py::test_b[one]\n0.25s call     tests/a.py::test_b[two]\n2 passed"
    assert outcome_of(told, 0, seconds=2.0).took == {"tests/a.py::test_b": 1.75}


def test_the_tests_beside_the_file_come_first_and_the_long_ones_last() -> None:
    ordered = in_order(rows_with_tests()["T05"], "models/walls/session.sql")
    assert "models" in ordered[0]
    assert "test_session" in ordered[0]
    assert "test_crossed" in ordered[-1]


def test_of_a_test_in_parts_the_first_is_run() -> None:
    assert any("test_any_order" in test and test.endswith("[0]") for test in in_order(rows_with_tests()["T02"], ""))
