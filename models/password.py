"""What may be a password (OWASP ASVS 5.0 V6.2): length, not composition; nothing that everybody tries first."""

import unicodedata
from functools import cache

from models.refusals import PasswordIsUsername, PasswordTooCommon, PasswordTooLong, PasswordTooShort
from models.rules import PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH

LOCAL_FAVOURITES = (
    "tiemchung",
    "trambot",
    "tramyte",
    "vacxin",
    "vaccine",
    "covid",
    "matkhau",
    "boyte",
    "vietnam",
)


def composed(typed: str) -> str:
    """The password as it is hashed: keyboards compose «ế» differently, so NFC; every other character counts."""
    return unicodedata.normalize("NFC", typed)


def acceptable(typed: str, *, username: str) -> str:
    """The new password, composed, if it may be one.

    Raises:
        PasswordTooShort, PasswordTooLong, PasswordIsUsername, PasswordTooCommon: why it may not.
    """
    password = composed(typed)
    if len(password) < PASSWORD_MIN_LENGTH:
        raise PasswordTooShort(min=PASSWORD_MIN_LENGTH)
    if len(password) > PASSWORD_MAX_LENGTH:
        raise PasswordTooLong(max=PASSWORD_MAX_LENGTH)
    if username in password.lower():
        raise PasswordIsUsername
    if password.lower() in _common() or _is_a_favourite(password.lower()):
        raise PasswordTooCommon
    return password


def _is_a_favourite(password: str) -> bool:
    """A local word with digits or signs around it, or one sign over and over."""
    letters = "".join(c for c in password if c.isalpha())
    return letters in LOCAL_FAVOURITES or len(set(password)) < 3


@cache
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # 0.1 s and 3 MB: only for who sets a password

    return frozenset(FREQUENCY_LISTS["passwords"])
