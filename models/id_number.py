"""The numbers of papers: CCCD, CMT, passport («CMT/CCCD/Hộ chiếu»), and what a CCCD says of its holder."""

import re
from dataclasses import dataclass

from models.birth import Birth
from models.refusals import IdNumberInvalid, IdNumberOfAnotherYear, IdNumberOfOtherGender
from models.spelling import plain_number
from models.words import Gender, IdKind

# A CCCD's number (circular 07/2016/TT-BCA): place of registration, century and sex, year of birth, six digits.
CCCD = re.compile(r"(?P<place>0\d\d)(?P<century_and_sex>[0-3])(?P<year>\d\d)\d{6}", re.ASCII)
CMT = re.compile(r"\d{9}", re.ASCII)
PASSPORT = re.compile(r"(?=[A-Z0-9]*[A-Z])(?=(?:[A-Z]*\d){4})[A-Z0-9]{6,9}", re.ASCII)  # ICAO 9303 has room for nine

NO_PROVINCES = frozenset(
    {3, 5, 7, 9, 13, 16, 18, 21, 23, 28, 29, 32, 39, 41, 43, 47, 50, 53, 55, 57, 59, 61, 63, 65, 69}
    | {71, 73, 76, 78, 81, 85, 88, 90}
)
LAST_PROVINCE = 96
"""Of the provinces' codes of 2021, these are left out between the first and the last; the areas hold the rest."""


@dataclass(frozen=True)
class IdNumber:
    """A paper's number, in its one spelling."""

    kind: IdKind
    number: str

    @property
    def birth_year(self) -> int | None:
        """The year of birth that a CCCD tells of."""
        parts = CCCD.fullmatch(self.number)
        return 1900 + 100 * (int(parts["century_and_sex"]) // 2) + int(parts["year"]) if parts else None

    @property
    def gender(self) -> Gender | None:
        """The sex that a CCCD tells of."""
        parts = CCCD.fullmatch(self.number)
        return (Gender.FEMALE if int(parts["century_and_sex"]) % 2 else Gender.MALE) if parts else None


def id_number(typed: str) -> IdNumber:
    """The number that was meant, of whichever paper looks like that.

    Raises:
        IdNumberInvalid: no paper has such a number.
    """
    number = plain_number(typed)
    if CMT.fullmatch(number):
        return IdNumber(IdKind.CMT, number)
    if (parts := CCCD.fullmatch(number)) and _is_province(int(parts["place"])):
        return IdNumber(IdKind.CCCD, number)
    if PASSPORT.fullmatch(number):
        return IdNumber(IdKind.PASSPORT, number)
    raise IdNumberInvalid


def must_fit(number: IdNumber, birth: Birth, gender: Gender) -> None:
    """Raises IdNumberOfAnotherYear or IdNumberOfOtherGender where a CCCD tells of that."""
    if number.birth_year not in (None, birth.year):
        raise IdNumberOfAnotherYear(year=number.birth_year or 0)
    if number.gender not in (None, gender):
        raise IdNumberOfOtherGender


def masked_id_number(number: str) -> str:
    """Enough to recognise a number one knows: its last three signs."""
    return f"••• {number[-3:]}"


def _is_province(code: int) -> bool:
    return 0 < code <= LAST_PROVINCE and code not in NO_PROVINCES
