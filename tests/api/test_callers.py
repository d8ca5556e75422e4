"""Where a request comes from, and whom to believe about it."""

from collections.abc import Sequence
from ipaddress import ip_network

import pytest
from fastapi import HTTPException, Request

from api.callers import Caller, caller_of, chat_of, shortened
from api.settings import ApiSettings
from models.words import Channel
from tests.api.hands import SERVICE_KEY, Town


def a_request(peer: str | None = "198.51.100.7", headers: Sequence[tuple[str, str]] = ()) -> Request:
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    return Request({"type": "http", "headers": raw, "client": peer and (peer, 4711)})


@pytest.fixture
def behind_a_proxy(settings: ApiSettings) -> ApiSettings:
    return settings.model_copy(update={"trusted_proxies": [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]})


def through(settings: ApiSettings, peer: str, *forwarded: str) -> str:
    return caller_of(a_request(peer, [("X-Forwarded-For", value) for value in forwarded]), settings).source


def test_T39_nobody_is_believed_about_forwarded_addresses_by_default(settings: ApiSettings) -> None:
    assert through(settings, "198.51.100.7", "203.0.113.1") == "198.51.100.7"


def test_T39_a_trusted_proxy_is_believed_about_the_nearest_address_only(behind_a_proxy: ApiSettings) -> None:
    assert through(behind_a_proxy, "10.0.0.1", "203.0.113.1") == "203.0.113.1"
    assert through(behind_a_proxy, "10.0.0.1", "192.0.2.66, 203.0.113.1") == "203.0.113.1"
    assert through(behind_a_proxy, "10.0.0.1", "192.0.2.66", "203.0.113.1, 10.9.9.9") == "203.0.113.1"
    assert through(behind_a_proxy, "198.51.100.7", "203.0.113.1") == "198.51.100.7"
    assert through(behind_a_proxy, "10.0.0.1") == "10.0.0.1"


@pytest.mark.parametrize("garbage", ["", "x", ",", "1.2.3.4:80", "203.0.113.1, <script>", "999.1.1.1", "::1::", "é"])
def test_T39_garbage_makes_nobody_anybody_else(behind_a_proxy: ApiSettings, garbage: str) -> None:
    assert through(behind_a_proxy, "10.0.0.1", garbage) == "10.0.0.1"


def test_an_ipv6_customer_is_one_source_and_a_mapped_address_is_the_old_one(settings: ApiSettings) -> None:
    assert through(settings, "2001:db8:1:2:aaaa::1") == through(settings, "2001:db8:1:2:bbbb::2")
    assert through(settings, "2001:db8:1:3::1") != through(settings, "2001:db8:1:2::1")
    assert through(settings, "::ffff:198.51.100.7") == "198.51.100.7"


def test_T39_without_an_address_nobody_is_let_in(settings: ApiSettings) -> None:
    for peer in (None, "testclient"):
        with pytest.raises(HTTPException):
            caller_of(a_request(peer), settings)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Chat-Id": "1"},
        {"X-Chat-Id": "1", "X-Service-Key": "x"},
        {"X-Chat-Id": "1", "X-Service-Key": SERVICE_KEY + "x"},
        {"X-Chat-Id": "1", "X-Service-Key": ""},
        {"X-Service-Key": SERVICE_KEY},
        {"X-Service-Key": SERVICE_KEY, "X-Chat-Id": "-5"},
        {"X-Service-Key": SERVICE_KEY, "X-Chat-Id": "1 OR 1"},
        {"X-Service-Key": SERVICE_KEY, "X-Chat-Id": "9" * 19},
        {"X-Service-Key": SERVICE_KEY, "X-Chat-Id": "¹"},
        {"X-Service-Key": SERVICE_KEY, "X-Chat-Id": ""},
    ],
)
async def test_T48_only_the_bot_speaks_for_a_chat(town: Town, headers: dict[str, str]) -> None:
    with pytest.raises(HTTPException):
        caller_of(a_request(headers=list(headers.items())), town.app.state.house.settings)
    if all(value.isascii() for value in headers.values()):
        assert (await town.raw("POST", "/v1/captchas", headers=headers))[0] == 403


def test_a_chat_has_one_spelling(settings: ApiSettings) -> None:
    headers = [("X-Service-Key", SERVICE_KEY), ("X-Chat-Id", "0042")]
    assert caller_of(a_request(headers=headers), settings) == Caller(Channel.CHAT, "chat:42")


def test_a_source_is_shown_shortened() -> None:
    assert (shortened("chat:123456789"), chat_of("chat:123456789")) == ("…6789", 123456789)
    assert (shortened("198.51.100.7"), chat_of("198.51.100.7")) == ("198.51.100.7", None)
