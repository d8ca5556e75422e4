"""What is said of a plan and of a dose: days, lots, and how many are expected (R18)."""

import re
import unicodedata
from datetime import date

from models.birth import birth
from models.refusals import BirthInvalid, DayInvalid, LotInvalid, NumberOutOfRange
from models.rules import LOT_MAX_LENGTH, MOST_EXPECTED, MOST_LOTS

_LOT = re.compile(rf"[A-Z0-9][A-Z0-9./\-]{{0,{LOT_MAX_LENGTH - 1}}}", re.ASCII)


def lot(typed: str) -> str:
    """A lot's number, in capitals.

    Raises:
        LotInvalid: it is none.
    """
    plain = "".join(unicodedata.normalize("NFKC", typed).split()).upper()
    if not _LOT.fullmatch(plain):
        raise LotInvalid(max=LOT_MAX_LENGTH)
    return plain


def lots(typed: str) -> list[str]:
    """The lots of one line, which people divide by commas.

    Raises:
        LotInvalid, NumberOutOfRange: why not.
    """
    found = list(dict.fromkeys(lot(one) for one in re.split(r"[,;\n]", typed) if one.strip()))
    if not 1 <= len(found) <= MOST_LOTS:
        raise NumberOutOfRange(max=MOST_LOTS)
    return found


def day(typed: str) -> date:
    """A day, as 15/10/2021 or 2021-10-15.

    Raises:
        DayInvalid: it is none.
    """
    try:
        found = birth(typed).day
    except BirthInvalid:
        found = None
    if found is None:
        raise DayInvalid
    return found


def expected(typed: str) -> int:
    """How many are expected.

    Raises:
        NumberOutOfRange: nobody, or too many.
    """
    digits = re.sub(r"[.\s]", "", unicodedata.normalize("NFKC", typed))
    if not re.fullmatch(r"[0-9]{1,6}", digits) or not 1 <= int(digits) <= MOST_EXPECTED:
        raise NumberOutOfRange(max=MOST_EXPECTED)
    return int(digits)
