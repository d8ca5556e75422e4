"""Names of people and places, as they are kept."""

import unicodedata

from models.refusals import NameInvalid
from models.rules import NAME_MAX_LENGTH

_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs"}


def proper_name(typed: str) -> str:
    """A name of a unit or of somebody, as it is kept.

    Raises:
        NameInvalid: it has no letter, one that is no whole letter, or too many signs.
    """
    visible = "".join(c for c in typed if c.isspace() or unicodedata.category(c) not in _UNSEEN)
    name = one_spelling(visible)
    is_odd = any(unicodedata.combining(c) for c in name)
    if is_odd or len(name) > NAME_MAX_LENGTH or not any(c.isalpha() for c in name):
        raise NameInvalid(max=NAME_MAX_LENGTH)
    return name


def one_spelling(name: str) -> str:
    """A name as it is kept: composed, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())
