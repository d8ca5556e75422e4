"""Email addresses: one spelling for every way to type them."""

import re

from models.refusals import EmailInvalid
from models.spelling import without_spaces

EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}", re.ASCII)


def email(typed: str) -> str:
    """The address that was meant, in small letters.

    Raises:
        EmailInvalid: it is none.
    """
    address = without_spaces(typed).lower()
    if not EMAIL.fullmatch(address):
        raise EmailInvalid
    return address
