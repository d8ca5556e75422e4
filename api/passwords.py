"""The hashing of passwords: one at a time, off the event loop, and everybody in turn (B12)."""

import asyncio
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from secrets import token_urlsafe

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from api.fair_queue import FairQueue

GIVES_WAY = 5
"""Steps of niceness: while others wait for the processor, hashing gets a third of what each of them does."""


class Passwords:
    """Argon2id as OWASP's Password Storage Cheat Sheet has it: t=2, 19 MiB, p=1; some 24 ms."""

    def __init__(self) -> None:
        self._argon2 = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="argon2", initializer=_give_way)
        self.nobodys = self._argon2.hash(token_urlsafe())
        """A hash of what nobody knows: for whoever has no password yet."""
        self.queue = FairQueue(inside=4, waiting=64, waiting_of_one_source=16)
        """Whoever needs a hash queues here before taking a connection, so that a crowd at the door holds none."""
        self.computed = 0
        """How many hashes were computed since the start: a judged password costs one, whoever's it is (T07)."""

    async def is_right(self, password: str, kept: str | None) -> bool:
        """Whether it is the password of that hash; for nobody's hash the same work is done, in vain (T07)."""
        loop = asyncio.get_running_loop()
        fits = await loop.run_in_executor(self._thread, self._verify, kept or self.nobodys, password)
        return fits and kept is not None

    async def hashed(self, password: str) -> str:
        """What is kept of a new password."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._hash, password)

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()

    def _verify(self, kept: str, password: str) -> bool:
        self.computed += 1
        try:
            return self._argon2.verify(kept, password)
        except VerifyMismatchError:
            return False

    def _hash(self, password: str) -> str:
        self.computed += 1
        return self._argon2.hash(password)


def _give_way() -> None:
    """Let this thread take second place: others are done in a millisecond, a hash takes twenty (T31).

    Linux alone gives each thread a niceness of its own.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        nicer = min(os.getpriority(os.PRIO_PROCESS, thread) + GIVES_WAY, 19)
        os.setpriority(os.PRIO_PROCESS, thread, nicer)
