"""The thread that hashes."""

import os
import sys
from contextlib import closing
from pathlib import Path

import pytest
from argon2 import Parameters, Type, extract_parameters

from api.passwords import GIVES_WAY, Passwords


async def test_passwords_are_hashed_as_owasp_has_it_whoever_hashes_them() -> None:
    argon2id = Parameters(Type.ID, 19, salt_len=16, hash_len=32, time_cost=2, memory_cost=19 * 1024, parallelism=1)
    with closing(Passwords()) as passwords:
        for kept in (passwords.nobodys, await passwords.hashed("Lúa chín vàng đồng")):
            assert extract_parameters(kept) == argon2id


def threads() -> set[str]:
    """The ids of this process's threads."""
    return {thread.name for thread in Path("/proc/self/task").iterdir()}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has threads of unlike niceness")
async def test_T31_hashing_gives_way_to_everything_else() -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    before = threads()
    with closing(Passwords()) as passwords:
        await passwords.is_right("Lúa chín vàng đồng", None)
        [hashing] = threads() - before
        assert os.getpriority(os.PRIO_PROCESS, int(hashing)) == own + GIVES_WAY
    assert os.getpriority(os.PRIO_PROCESS, 0) == own
