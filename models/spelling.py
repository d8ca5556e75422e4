"""One spelling for what people type into a field of signs, such as a number or a code (T32)."""

import unicodedata

_UNSEEN = {"Cf", "Cc", "Zs"}


def without_spaces(typed: str) -> str:
    """What was typed, compatibility forms made plain (NFKC), without spaces and without signs nobody sees."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed) if unicodedata.category(c) not in _UNSEEN)
