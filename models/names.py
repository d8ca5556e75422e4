"""Names of people and places, as they are compared: regardless of case, spacing and diacritics (R16)."""

import unicodedata

_LIKE_D = str.maketrans("đĐ", "dd")


def folded_name(name: str) -> str:
    """«NGUYEN  VAN A» for «Nguyễn Văn A», in small letters; đ is d."""
    plain = unicodedata.normalize("NFKD", name).translate(_LIKE_D)
    letters = "".join(c for c in plain if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return " ".join(letters.lower().split())


def one_spelling(name: str) -> str:
    """A name as it is kept: composed, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())
