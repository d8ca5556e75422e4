"""Full names of people: how one is kept, and how it is found again (R16)."""

import unicodedata
from functools import lru_cache

from models.names import one_spelling
from models.refusals import FullNameInvalid
from models.rules import FULL_NAME_MAX_LENGTH
from models.spelling import folded_name

_WITHIN = frozenset(" '.-")
WORDS = 1 << 16
"""That are remembered; people's names are made of far fewer."""
_APOSTROPHES = str.maketrans("’‘ʼ`´", "'''''")


def full_name(typed: str) -> str:
    """The name as it is kept: composed, single spaces, «Nguyễn Văn A» for what was all capitals or all small.

    Raises:
        FullNameInvalid: too short or too long, or with signs that stand in nobody's papers.
    """
    words = typed.split(" ")
    if len(words) >= 2 and len(typed) <= FULL_NAME_MAX_LENGTH and all(map(_is_as_kept, words)):
        return typed
    visible = "".join(c for c in typed if unicodedata.category(c) != "Cf")
    name = one_spelling(visible.translate(_APOSTROPHES))
    letters = [c for c in name if c not in _WITHIN]
    if sum(map(str.isalpha, letters)) < 2 or len(name) > FULL_NAME_MAX_LENGTH or not all(map(_is_latin, letters)):
        raise FullNameInvalid(max=FULL_NAME_MAX_LENGTH)
    return _capitalised(name) if name in (name.upper(), name.lower()) else name


def name_to_find(name: str) -> str:
    """What two spellings of one name have in common: «nguyenvana», without case, spaces, signs and diacritics."""
    return "".join(map(_to_find, name.split()))


def masked_name(name: str) -> str:
    """Enough to recognise a name one knows: «N•• V•• A••»."""
    return " ".join(f"{word[0]}••" for word in name.split())


@lru_cache(WORDS)
def _to_find(word: str) -> str:
    return "".join(c for c in folded_name(word).casefold() if c.isalpha())


@lru_cache(WORDS)
def _is_as_kept(word: str) -> bool:
    """Whether a name of such words is kept letter by letter: composed, neither all capitals nor all small."""
    return (
        word.isalpha()
        and word[0].isupper()
        and word[1:].islower()
        and word == one_spelling(word)
        and all(map(_is_latin, word))
    )


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
