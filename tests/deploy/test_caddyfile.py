"""The Caddyfile: who gets what, and that it and docker-compose.yml speak of the same addresses."""

import pytest

from tests.deploy import compose
from tests.deploy.caddyfile import Balanced, Fixed, Site, fits, seconds, sites

OUTSIDE = "trambot.example.vn"
TEXT = (compose.PROJECT / "deploy" / "Caddyfile").read_text()
SITES = {site.address: site for site in sites(TEXT, {"DOMAIN": OUTSIDE, "CONTACT": "it@example.vn"})}
SERVICES = compose.services(compose.example())
PORTS = {"api": "TRAMBOT_PORT", "bot": "TRAMBOT_PORT"}


def answer(site: Site, path: str) -> Balanced | Fixed:
    return next(how for pattern, how in site.routes if fits(path, pattern))


def test_both_of_each_stand_behind_the_door() -> None:
    for kind, path in (("bot", "/telegram"), ("api", "/v1/sign-ins")):
        how = answer(SITES[OUTSIDE], path)
        assert isinstance(how, Balanced)
        ports = {name: SERVICES[name].environment["TRAMBOT_PORT"] for name in (f"{kind}-1", f"{kind}-2")}
        assert how.upstreams == [f"{name}:{port}" for name, port in ports.items()]


def test_telegram_is_told_the_path_that_leads_to_the_bots() -> None:
    assert SERVICES["bot-1"].environment["TRAMBOT_WEBHOOK_URL"] == f"https://{OUTSIDE}/telegram"


def test_the_bots_reach_the_api_by_a_door_of_their_own() -> None:
    address = SERVICES["bot-1"].environment["TRAMBOT_API_URL"].replace("caddy", "")
    how = answer(SITES[address], "/v1/sign-ins")
    assert isinstance(how, Balanced)
    assert how.taken_off == []


def test_T39_nobody_outside_speaks_for_a_chat() -> None:
    how = answer(SITES[OUTSIDE], "/v1/sign-ins")
    assert isinstance(how, Balanced)
    assert {"X-Service-Key", "X-Chat-Id"} <= set(how.taken_off)


@pytest.mark.parametrize("path", ["/", "/health", "/metrics", "/telegram/more", "/v1", "/v2/me"])
def test_nothing_else_is_answered_outside(path: str) -> None:
    assert answer(SITES[OUTSIDE], path) == Fixed(404)


def test_the_port_that_is_published_is_the_one_that_is_listened_on() -> None:
    assert SERVICES["caddy"].raw["ports"] == ["80:8080", "443:8443"]
    assert "http_port 8080" in TEXT
    assert "https_port 8443" in TEXT


def test_what_only_caddy_understands_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="only Caddy"):
        sites("here {\n\thandle /x {\n\t\tfile_server\n\t}\n}", {})
    with pytest.raises(ValueError, match="no time"):
        seconds("soon")
