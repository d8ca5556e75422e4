"""Valkey as the doctor finds it: in order, and spoilt in one way after another."""

from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr
from redis import Redis

from tests.trambot.doctor.hands import found, given, wrongs
from trambot.doctor import valkey
from trambot.doctor.finding import Finding, Mark


async def looked_at(url: str) -> dict[str, Finding]:
    return await found(valkey.examine(given(redis_url=url)))


async def test_a_valkey_that_forgets_nothing_is_in_order(valkey_url: str) -> None:
    findings = await looked_at(valkey_url)
    assert {finding.mark for finding in findings.values()} == {Mark.GOOD}
    assert len(findings) == 9


@pytest.mark.parametrize(
    ("check", "name", "value"),
    [
        ("append_only", "appendonly", "no"),
        ("evicts_nothing", "maxmemory-policy", "allkeys-lru"),
        ("room", "maxmemory", "1mb"),
    ],
)
async def test_T34_what_may_be_forgotten_is_found(valkey_url: str, check: str, name: str, value: str) -> None:
    with Redis.from_url(valkey_url) as client:
        client.config_set(name, value)
        assert wrongs(await looked_at(valkey_url)) == {check}


async def test_a_valkey_without_a_password_is_found_unless_it_is_for_this_machine_alone(valkey_url: str) -> None:
    parts = urlsplit(valkey_url)
    open_url = parts._replace(netloc=f"{parts.hostname}:{parts.port}").geturl()
    with Redis.from_url(valkey_url) as client:
        client.config_set("requirepass", "")
        here_alone = await looked_at(open_url)
        client.execute_command("ACL", "SETUSER", "default", "-config|get")  # it does not say whom it listens to
        for_everybody = await looked_at(open_url)
        client.execute_command("ACL", "SETUSER", "default", "+config|get")
        client.config_set("requirepass", parts.password or "")
    assert wrongs(here_alone) == set()
    assert wrongs(for_everybody) == {"closed"}


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("redis://:geheim-12@127.0.0.1:1/0", "Nobody answers"),
        ("redis://:geheim-12@127.0.0.1:geheim-12/0", "no address"),
        ("geheim-12", "no address"),
    ],
)
async def test_T24_why_it_cannot_be_reached_is_told_without_secrets(url: str, word: str) -> None:
    findings = await looked_at(url)
    assert wrongs(findings) == {"reached"}
    assert word in findings["reached"].says
    assert "geheim" not in f"{findings}"


async def test_T24_a_wrong_password_is_told_and_not_shown(valkey_url: str) -> None:
    password = urlsplit(valkey_url).password or ""
    findings = await looked_at(valkey_url.replace(password, "geheim-12"))
    assert "refuses the password" in findings["reached"].says
    assert "geheim" not in f"{findings}"


async def test_a_failed_write_to_the_disk_is_found() -> None:
    """Made by hand: a full disk is not to be had in a test."""
    told = {"aof_last_write_status": "err", "aof_last_bgrewrite_status": "ok", "rdb_last_bgsave_status": "ok"}
    assert valkey.writes_succeed(told).mark is Mark.WRONG


async def test_a_way_over_public_networks_needs_tls() -> None:
    assert (await valkey.encrypted(SecretStr("redis://:x@8.8.8.8/0"))).mark is Mark.WRONG
    assert (await valkey.encrypted(SecretStr("rediss://:x@8.8.8.8/0"))).mark is Mark.GOOD
