"""How far away something is: what leaves this machine unencrypted can be read on the way."""

import asyncio
import socket
from enum import IntEnum
from ipaddress import ip_address


class Reach(IntEnum):
    """How far a name leads; the farthest of its addresses counts."""

    THIS_MACHINE = 0
    PRIVATE = 1
    PUBLIC = 2


async def reach_of(host: str | None) -> Reach | None:
    """How far the host is; a socket file is here. None: nobody knows the name."""
    if not host or host.startswith("/"):
        return Reach.THIS_MACHINE
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return None
    return max((_reach(str(address[0])) for *_, address in found), default=None)


def is_here(host: str | None) -> bool:
    """Whether the name or address is this machine's own, without asking anybody."""
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def _reach(address: str) -> Reach:
    known = ip_address(address)
    if known.is_loopback:
        return Reach.THIS_MACHINE
    return Reach.PRIVATE if known.is_private else Reach.PUBLIC
