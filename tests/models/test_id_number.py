"""Papers' numbers: of which paper one is, and what a CCCD says of its holder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.birth import Birth
from models.id_number import IdNumber, id_number, masked_id_number, must_fit
from models.refusals import IdNumberInvalid, IdNumberOfAnotherYear, IdNumberOfOtherGender
from models.roles import Level
from models.seed import areas
from models.words import Gender, IdKind

PROVINCES = sorted(int(code) for _, code, level, *_ in areas() if level is Level.PROVINCE)
SIGNS = ["", " ", ".", "-", "\u200b", "\u00a0"]


@given(
    place=st.sampled_from(PROVINCES),
    year=st.integers(1900, 2099),
    gender=st.sampled_from(Gender),
    tail=st.integers(0, 999_999),
    signs=st.lists(st.sampled_from(SIGNS), min_size=12, max_size=12),
)
def test_a_cccd_tells_its_holders_year_and_sex(
    place: int, year: int, gender: Gender, tail: int, signs: list[str]
) -> None:
    digit = 2 * (year // 100 - 19) + (gender is Gender.FEMALE)
    number = f"{place:03}{digit}{year % 100:02}{tail:06}"
    found = id_number("".join(map("".join, zip(number, signs, strict=True))))
    assert found == IdNumber(IdKind.CCCD, number)
    assert (found.birth_year, found.gender) == (year, gender)
    must_fit(found, Birth(year), gender)
    with pytest.raises(IdNumberOfAnotherYear):
        must_fit(found, Birth(year + 1), gender)
    with pytest.raises(IdNumberOfOtherGender):
        must_fit(found, Birth(year), next(other for other in Gender if other is not gender))


def test_a_cccd_is_of_a_province_that_there_is() -> None:
    assert [place for place in range(1000) if is_a_number(f"{place:03}190123456")] == PROVINCES


def is_a_number(typed: str) -> bool:
    try:
        return id_number(typed).kind is IdKind.CCCD
    except IdNumberInvalid:
        return False


@pytest.mark.parametrize(
    ("typed", "kind", "number"),
    [
        ("012 345 678", IdKind.CMT, "012345678"),
        ("０１２３４５６７８", IdKind.CMT, "012345678"),
        ("b1234567", IdKind.PASSPORT, "B1234567"),
        ("P 00001234", IdKind.PASSPORT, "P00001234"),
        ("C01X00T47", IdKind.PASSPORT, "C01X00T47"),
    ],
)
def test_a_number_is_known_by_its_form(typed: str, kind: IdKind, number: str) -> None:
    found = id_number(typed)
    assert found == IdNumber(kind, number)
    assert (found.birth_year, found.gender) == (None, None)
    must_fit(found, Birth(1990), Gender.FEMALE)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1",
        "12345678",
        "1234567890",
        "12345678901",
        "001490123456",
        "1234567890123",
        "ABCDEFG",
        "B123",
        "B123456789",
        "0912345678",
        "+84912345678",
        "B1234567;",
        "Б1234567",
        "001190123456x",
    ],
)
def test_what_is_no_papers_number_is_refused(typed: str) -> None:
    with pytest.raises(IdNumberInvalid):
        id_number(typed)


@given(st.text(max_size=20))
def test_T32_what_is_accepted_is_always_in_the_one_form(typed: str) -> None:
    try:
        found = id_number(typed)
    except IdNumberInvalid:
        return
    assert id_number(found.number) == found
    assert found.number.isascii()


def test_a_masked_number_shows_its_end() -> None:
    assert masked_id_number("001190123456") == "••• 456"
