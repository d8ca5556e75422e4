"""The thread that hashes."""

import os
import sys
from contextlib import closing
from pathlib import Path

import pytest

from api.passwords import GIVES_WAY, Passwords


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
