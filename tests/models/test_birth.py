"""Dates of birth: typed in the ways people type them, kept in one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.birth import Birth, birth
from models.refusals import BirthInvalid
from models.rules import FIRST_BIRTH_YEAR

days = st.dates(date(FIRST_BIRTH_YEAR, 1, 1), date(2021, 10, 15))
FULL_WIDTH = str.maketrans("0123456789/", "０１２３４５６７８９／")
TODAY = date(2021, 10, 15)


@given(day=days, sign=st.sampled_from(["/", "-", ".", " ", " / ", "–"]), padded=st.booleans(), wide=st.booleans())
def test_T32_every_spelling_of_a_day_is_that_day(day: date, sign: str, padded: bool, wide: bool) -> None:
    parts = [f"{day.day:02}", f"{day.month:02}"] if padded else [str(day.day), str(day.month)]
    typed = sign.join([*parts, str(day.year)])
    assert birth(typed.translate(FULL_WIDTH) if wide else typed) == Birth.on(day)
    assert birth(day.isoformat()) == Birth.on(day)
    assert birth(day.strftime("%d%m%Y")) == Birth.on(day)
    assert birth(Birth.on(day).shown) == Birth.on(day)


def test_a_year_alone_is_enough() -> None:
    assert birth(" 1990 ") == Birth(1990)
    assert (str(Birth(1990)), Birth(1990).shown) == ("1990", "1990")


@given(born=st.one_of(days.map(Birth.on), st.integers(FIRST_BIRTH_YEAR, 2021).map(Birth)))
def test_what_is_kept_reads_back(born: Birth) -> None:
    assert Birth.read(str(born)) == born


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "31/2/1990",
        "0/1/1990",
        "1/13/1990",
        "1/2/90",
        "1/2",
        "2/1990",
        "1/2/1899",
        "1899",
        "199",
        "19900",
        "1/2/1990/",
        "hôm nay",
        "1990-02-30",
        "29/2/1900",
        "١/٢/١٩٩٠x",
        "1//2/1990",
        "32011990",
    ],
)
def test_T30_what_is_no_date_of_birth_is_refused(typed: str) -> None:
    with pytest.raises(BirthInvalid):
        birth(typed)


@given(st.text(max_size=20))
def test_T30_anything_is_a_date_or_refused(typed: str) -> None:
    try:
        born = birth(typed)
    except BirthInvalid:
        return
    assert birth(str(born)) == born


def test_nobody_is_born_tomorrow() -> None:
    assert not Birth.on(TODAY).is_after(TODAY)
    assert Birth.on(date(2021, 10, 16)).is_after(TODAY)
    assert not Birth(2021).is_after(TODAY)
    assert Birth(2022).is_after(TODAY)


@pytest.mark.parametrize(
    ("born", "age"),
    [(Birth.on(date(2000, 10, 15)), 21), (Birth.on(date(2000, 10, 16)), 20), (Birth(2000), 21), (Birth(2021), 0)],
)
def test_an_age_is_in_whole_years(born: Birth, age: int) -> None:
    assert born.age(TODAY) == age
