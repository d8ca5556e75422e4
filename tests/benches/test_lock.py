"""The peers' environment."""

import re
from pathlib import Path

LOCK = Path(__file__).parent.parent.parent / "lock"
PEERS_OWN = {"pydantic", "pydantic-core"}
"""aiogram bears only older ones."""


def locked(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (LOCK / name).read_text(), re.MULTILINE))


def test_peers_are_measured_with_the_libraries_that_we_use() -> None:
    ours, peers = locked("run.txt"), locked("bench.txt")
    other = {name for name in ours.keys() & peers.keys() if ours[name] != peers[name]}
    assert other <= PEERS_OWN
    assert {"aiogram", "aiohttp", "httpx", "python-telegram-bot", "redis"} <= peers.keys()
