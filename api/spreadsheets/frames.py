"""What the process that reads a file says, piece by piece: four bytes of length, then that many of JSON."""

import json
from struct import Struct
from typing import Any

LENGTH = Struct(">I")

Frame = dict[str, Any]


def framed(frame: Frame) -> bytes:
    """The frame as it goes through the pipe."""
    content = json.dumps(frame, ensure_ascii=False).encode()
    return LENGTH.pack(len(content)) + content
