"""A subject's particulars as somebody gives them, made what is kept of them, or refused (R18)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.birth import Birth, birth
from models.full_name import full_name
from models.id_number import id_number, must_fit
from models.names import one_spelling
from models.particulars import Particulars, Rest, Sensitive
from models.phone import subject_phone
from models.refusals import AddressInvalid, BirthInvalid, NumberMissing, TooManyNumbers
from models.rules import ADDRESS_MAX_LENGTH, FIRST_BIRTH_YEAR, MOST_NUMBERS
from models.words import Gender

_BETWEEN_NUMBERS = re.compile(r"[,;\n]")


@dataclass(frozen=True)
class Given:
    """What somebody gives; everything but the commune as they type it."""

    full_name: str
    birth: str
    gender: Gender
    id_numbers: tuple[str, ...]
    phones: tuple[str, ...]
    guardian: str
    scheme: int
    area: str
    address: str

    def particulars(self, today: date) -> Particulars:
        """What is kept.

        Raises:
            FullNameInvalid, BirthInvalid, SubjectPhoneInvalid, IdNumberInvalid, AddressInvalid: what is not one.
            IdNumberOfAnotherYear, IdNumberOfOtherGender: a CCCD's number says something else.
            NumberMissing, TooManyNumbers: nobody could find them, or there is no room for so many.
        """
        born = born_by(birth(self.birth), today)
        numbers, phones = id_numbers(self.id_numbers, born, self.gender), subject_phones(self.phones)
        if not numbers and not phones:
            raise NumberMissing
        guardian = full_name(self.guardian) if self.guardian.strip() else ""
        where = address(self.address)
        sensitive = Sensitive(full_name(self.full_name), born, numbers, self.scheme, self.area, where)
        return Particulars(sensitive, Rest(self.gender, phones, guardian))


def apart(typed: str) -> tuple[str, ...]:
    """The numbers of one line, which people divide by commas."""
    return tuple(one.strip() for one in _BETWEEN_NUMBERS.split(typed) if one.strip())


def subject_phones(typed: Iterable[str]) -> tuple[str, ...]:
    """The phones, each once.

    Raises:
        SubjectPhoneInvalid, TooManyNumbers: why not.
    """
    return _few(map(subject_phone, typed))


def id_numbers(typed: Iterable[str], born: Birth, gender: Gender) -> tuple[str, ...]:
    """The papers' numbers, each once, of somebody born then.

    Raises:
        IdNumberInvalid, IdNumberOfAnotherYear, IdNumberOfOtherGender, TooManyNumbers: why not.
    """
    numbers = [id_number(one) for one in typed]
    for number in numbers:
        must_fit(number, born, gender)
    return _few(number.number for number in numbers)


def born_by(born: Birth, today: date) -> Birth:
    """Raises BirthInvalid if nobody can have been born then yet."""
    if born.is_after(today):
        raise BirthInvalid(first=FIRST_BIRTH_YEAR)
    return born


def address(typed: str) -> str:
    """House, street and hamlet, as they are kept; may be empty.

    Raises:
        AddressInvalid: too long.
    """
    kept = one_spelling("".join(c for c in typed if c.isprintable() or c.isspace()))
    if len(kept) > ADDRESS_MAX_LENGTH:
        raise AddressInvalid(max=ADDRESS_MAX_LENGTH)
    return kept


def _few(numbers: Iterable[str]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(numbers))
    if len(kept) > MOST_NUMBERS:
        raise TooManyNumbers(max=MOST_NUMBERS)
    return kept
