"""Usernames: one spelling for every way to type them."""

import re
import unicodedata

from models.refusals import UsernameInvalid
from models.rules import USERNAME_MAX_LENGTH, USERNAME_MIN_LENGTH
from models.spelling import folded_name

USERNAME = re.compile(rf"[a-z0-9][a-z0-9._-]{{{USERNAME_MIN_LENGTH - 1},{USERNAME_MAX_LENGTH - 1}}}", re.ASCII)

ROOM_FOR_A_NUMBER = 9
"""Signs that a proposed name leaves free, for the number that tells it from others."""


def proposed_username(full_name: str) -> str:
    """A name to sign in with, made of a person's: «Trần Thị Mới» is «moitt», the given name and the initials.

    Others may have it; then a number comes behind it.
    """
    words = ["".join(c for c in word if c.isascii() and c.isalnum()) for word in folded_name(full_name).split()]
    *family, given = [word for word in words if word] or [""]
    name = given + "".join(word[0] for word in family)
    whole = name if len(name) >= USERNAME_MIN_LENGTH else f"canbo{name}"
    return whole[: USERNAME_MAX_LENGTH - ROOM_FOR_A_NUMBER]


def folded(typed: str) -> str:
    """What was typed, with case, spaces around it, composition and invisible signs taken out (T32)."""
    visible = (c for c in unicodedata.normalize("NFKC", typed) if unicodedata.category(c) not in {"Cf", "Cc"})
    return "".join(visible).strip().lower()


def username(typed: str) -> str:
    """The username that was meant.

    Raises:
        UsernameInvalid: no account can have that name.
    """
    name = folded(typed)
    if not USERNAME.fullmatch(name):
        raise UsernameInvalid
    return name
