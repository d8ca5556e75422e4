"""Which dose fits those before (R18)."""

from collections.abc import Callable
from datetime import date

import pytest

from models import refusals as r
from models.doses import Given, Vaccine, misfit
from models.planned import day, expected, lot, lots

ASTRAZENECA = Vaccine(code="astrazeneca", name="AstraZeneca", doses=2, min_days=28, decision="–")
FIRST, SECOND = Given(1, "astrazeneca", date(2021, 9, 1)), Given(2, "astrazeneca", date(2021, 10, 1))


@pytest.mark.parametrize(
    ("before", "number", "on", "why"),
    [
        ([], 1, date(2021, 9, 1), None),
        ([FIRST], 2, date(2021, 9, 29), None),
        ([FIRST], 2, date(2021, 9, 28), r.DoseTooEarly(days=28, earliest="2021-09-29")),
        ([], 2, date(2021, 9, 1), r.DoseOutOfTurn(due=1)),
        ([FIRST], 1, date(2021, 9, 29), r.DoseOutOfTurn(due=2)),
        ([FIRST, SECOND], 3, date(2021, 12, 1), r.DoseBeyondTheCourse(vaccine="AstraZeneca", doses=2)),
        ([Given(1, "vero_cell", date(2021, 9, 1))], 2, date(2021, 12, 1), r.DoseOfAnotherVaccine(number=1)),
    ],
)
def test_R18_doses_follow_one_another(before: list[Given], number: int, on: date, why: r.Refusal | None) -> None:
    assert misfit(before, number, ASTRAZENECA, on) == why


def test_R18_lots_days_and_numbers_are_read_as_people_write_them() -> None:
    assert lots(" abw-1234, ABW-1234; 4120Z001 ") == ["ABW-1234", "4120Z001"]
    assert day("15/10/2021") == day("2021-10-15") == date(2021, 10, 15)
    assert expected("1.200") == 1200


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        (lot, "lô năm"),
        (lot, ""),
        (lot, "A" * 41),
        (lots, ", ;"),
        (day, "2021"),
        (day, "31/2/2021"),
        (day, "mai"),
        (expected, "0"),
        (expected, "-1"),
        (expected, "1e5"),
        (expected, "999999"),
    ],
)
def test_R18_what_is_none_of_them_is_refused(read: Callable[[str], object], typed: str) -> None:
    with pytest.raises((r.LotInvalid, r.NumberOutOfRange, r.DayInvalid)):
        read(typed)
