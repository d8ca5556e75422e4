"""One spelling for what people type: of a number or a code (T32), and of a name that is compared (R16)."""

import re
import unicodedata

_UNSEEN = {"Cf", "Cc", "Zs"}
_BETWEEN = re.compile(r"[.()\-‐-―−·]")
"""What people write between the digits of a number: dots, brackets, and every dash that a keyboard has."""
_LIKE_D = str.maketrans("đĐðÐɖƉ", "dddddd")
"""The letter itself, and two that old fonts and keyboards put in its place."""


def without_spaces(typed: str) -> str:
    """What was typed, compatibility forms made plain (NFKC), without spaces and without signs nobody sees."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed) if unicodedata.category(c) not in _UNSEEN)


def plain_number(typed: str) -> str:
    """The digits and letters of a number, whatever digits a keyboard has made of them; letters are capitals."""
    if typed.isascii() and typed.isalnum():
        return typed.upper()
    plain = _BETWEEN.sub("", without_spaces(typed))
    return "".join(str(unicodedata.decimal(c, c)) for c in plain).upper()


def folded_name(name: str) -> str:
    """«NGUYEN  VAN A» for «Nguyễn Văn A», in small letters; đ is d."""
    plain = unicodedata.normalize("NFKD", name).translate(_LIKE_D)
    letters = "".join(c for c in plain if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return " ".join(letters.lower().split())
