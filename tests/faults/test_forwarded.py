"""What strangers write into X-Forwarded-For (T39)."""

import random
import string
from ipaddress import ip_network

import pytest
from fastapi import HTTPException, Request

from api.callers import Caller, caller_of
from api.settings import ApiSettings
from models.words import Channel
from tests.fire.series import Fire

STRANGER = "203.0.113.7"
PROXY = "10.0.0.1"
PIECES = (
    STRANGER,
    PROXY,
    "10.0.0.2",
    "127.0.0.1",
    "::1",
    "::ffff:10.0.0.1",
    "::ffff:198.51.100.9",
    "2001:db8::1",
    "198.51.100.9",
    "198.51.100.9:443",
    "[2001:db8::1]:80",
    "chat:1001",
    "unknown",
    "_hidden",
    "10.0.0.1%eth0",
    "0x0a000001",
    "010.0.0.1",
    "١٠.٠.٠.١",
    "",
    " ",
    ",",
    "\t",
    '"',
)

pytestmark = pytest.mark.fire("faults")


@pytest.fixture
def behind_a_proxy(settings: ApiSettings) -> ApiSettings:
    return settings.model_copy(update={"trusted_proxies": [ip_network("10.0.0.0/24")]})


def test_T39_whatever_a_stranger_writes_before_it_the_proxys_word_stands(
    behind_a_proxy: ApiSettings, fire: Fire
) -> None:
    """The proxy adds whom it saw at the end; a stranger is that address, and never a chat, a proxy or another."""
    dice, tries = fire.dice(), fire.size(2_000, 200_000)
    for _ in range(tries):
        headers = [written(dice) for _ in range(dice.randint(0, 3))]
        headers[-1:] = [f"{headers[-1]},{STRANGER}" if headers else STRANGER]
        assert caller_of(request(headers), behind_a_proxy) == Caller(Channel.API, STRANGER), headers
    fire.figure("T39", "strangers taken for another by X-Forwarded-For", f"0 of {tries}")


def test_T39_without_the_proxys_word_nobody_becomes_a_chat(behind_a_proxy: ApiSettings, fire: Fire) -> None:
    """Whoever reaches the service past the proxy, or a proxy that adds nothing."""
    dice = fire.dice()
    for _ in range(fire.size(1_000, 100_000)):
        headers = [written(dice) for _ in range(dice.randint(0, 3))]
        try:
            caller = caller_of(request(headers), behind_a_proxy)
        except HTTPException:
            continue
        assert caller.channel is Channel.API
        assert not caller.source.startswith("chat")


def written(dice: random.Random) -> str:
    """Something that might stand in such a header, or might not."""
    noise = "".join(dice.choices(string.printable[:95] + ",.:", k=dice.randint(0, 20)))
    return dice.choice([",", ", ", " ,"]).join(dice.choices((*PIECES, noise), k=dice.randint(0, 5)))


def request(headers: list[str]) -> Request:
    """A request with these headers, from the proxy."""
    told = [(b"x-forwarded-for", header.encode("latin-1", "replace")) for header in headers]
    return Request({"type": "http", "client": (PROXY, 1234), "headers": told})
