"""The hash of a password, as the API makes it, for commands that have no event loop."""

import asyncio
from contextlib import closing

from api.passwords import Passwords


def hashed(password: str) -> str:
    """What is kept of the password."""
    with closing(Passwords()) as passwords:
        return asyncio.run(passwords.hashed(password))
