"""What a password's hash costs: with our parameters, and with those that argon2-cffi comes with."""

import asyncio
import sys
import time
from contextlib import closing
from statistics import median

from argon2 import PasswordHasher

from api.passwords import Passwords
from benches.contenders.clock import tell

PASSWORD = "Lúa chín vàng đồng"  # noqa: S105 - made up


async def main(hashes: str) -> None:
    """Tell the CPU of each, in ms, all threads together."""
    ours, default = [], []
    with closing(Passwords()) as passwords:
        for _ in range(int(hashes)):
            began = time.process_time()
            await passwords.hashed(PASSWORD)
            between = time.process_time()
            PasswordHasher().hash(PASSWORD)
            ours.append((between - began) * 1e3)
            default.append((time.process_time() - between) * 1e3)
    tell(ours=median(ours), default=median(default))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
