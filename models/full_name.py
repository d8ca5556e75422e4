"""Full names of people: how one is kept, and how it is found again (R16)."""

import unicodedata

from models.names import one_spelling
from models.refusals import FullNameInvalid
from models.rules import FULL_NAME_MAX_LENGTH
from models.spelling import folded_name

_WITHIN = frozenset(" '.-")
_APOSTROPHES = str.maketrans("’‘ʼ`´", "'''''")


def full_name(typed: str) -> str:
    """The name as it is kept: composed, single spaces, «Nguyễn Văn A» for what was all capitals or all small.

    Raises:
        FullNameInvalid: too short or too long, or with signs that stand in nobody's papers.
    """
    visible = "".join(c for c in typed if unicodedata.category(c) != "Cf")
    name = one_spelling(visible.translate(_APOSTROPHES))
    letters = [c for c in name if c not in _WITHIN]
    if sum(map(str.isalpha, letters)) < 2 or len(name) > FULL_NAME_MAX_LENGTH or not all(map(_is_latin, letters)):
        raise FullNameInvalid(max=FULL_NAME_MAX_LENGTH)
    return _capitalised(name) if name in (name.upper(), name.lower()) else name


def name_to_find(name: str) -> str:
    """What two spellings of one name have in common: «nguyenvana», without case, spaces, signs and diacritics."""
    return "".join(c for c in folded_name(name).casefold() if c.isalpha())


def masked_name(name: str) -> str:
    """Enough to recognise a name one knows: «N•• V•• A••»."""
    return " ".join(f"{word[0]}••" for word in name.split())


def _capitalised(name: str) -> str:
    before = " "
    capitalised = ""
    for letter in name.lower():
        capitalised += letter.upper() if before in _WITHIN else letter
        before = letter
    return capitalised


def _is_latin(letter: str) -> bool:
    """Whether it is a letter of the script that papers are written in; others look alike and are found by nobody."""
    return unicodedata.category(letter)[0] in "LM" and unicodedata.name(letter, "").startswith(("LATIN", "COMBINING"))
