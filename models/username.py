"""Usernames: one spelling for every way to type them."""

import re
import unicodedata

from models.refusals import UsernameInvalid
from models.rules import USERNAME_MAX_LENGTH, USERNAME_MIN_LENGTH

USERNAME = re.compile(rf"[a-z0-9][a-z0-9._-]{{{USERNAME_MIN_LENGTH - 1},{USERNAME_MAX_LENGTH - 1}}}", re.ASCII)


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
