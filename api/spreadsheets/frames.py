"""What the processes for spreadsheets are told and say, by pieces: four bytes of length, then that many of JSON."""

import json
from struct import Struct
from typing import Any, BinaryIO

LENGTH = Struct(">I")

Frame = dict[str, Any]


def framed(frame: Frame) -> bytes:
    """The frame as it goes through the pipe."""
    content = json.dumps(frame, ensure_ascii=False).encode()
    return LENGTH.pack(len(content)) + content


def read_frame(pipe: BinaryIO) -> Frame:
    """The next frame.

    Raises:
        EOFError: there is none.
    """
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    frame: Frame = json.loads(pipe.read(*LENGTH.unpack(head)))
    return frame
