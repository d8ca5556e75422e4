"""The children's logs: appended to, and never longer than they may be."""

import os
import shutil
from pathlib import Path

LONGEST = 5 * 1024 * 1024  # bytes of each file; one older one is kept beside it


def keep_short(log: Path, longest: int = LONGEST) -> None:
    """Move a long log aside while its child goes on writing.

    The child's descriptor appends, so after the cut it writes from the beginning. What it writes between
    copy and cut is lost, which a demo can bear.
    """
    if log.exists() and log.stat().st_size > longest:
        shutil.copyfile(log, log.with_suffix(".old.log"))
        os.truncate(log, 0)
