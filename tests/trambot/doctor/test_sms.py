"""The SMS gateway, reached without an SMS."""

import pytest

from tests.bot.hands import SMS_KEY, Telegram
from tests.trambot.doctor.hands import found, given, wrongs
from trambot.doctor import sms
from trambot.doctor.finding import Mark


async def test_R04_looking_for_the_gateway_sends_no_sms(telegram: Telegram) -> None:
    before = len(telegram.town.record.entries)
    findings = await found(sms.examine(given(sms_url=f"{telegram.address.url}/sms", sms_key=SMS_KEY)))
    assert wrongs(findings) == set()
    assert (findings["reached"].mark, findings["key"].mark) == (Mark.GOOD, Mark.UNKNOWN)
    assert len(telegram.town.record.entries) == before


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("http://127.0.0.1:1/sms", "Nobody answers"),
        ("http://127.0.0.1:geheim-12/sms", "no address"),
        ("ftp://127.0.0.1/geheim-12", "no address"),
    ],
)
async def test_T24_a_gateway_that_is_not_there_is_told_without_its_address(url: str, word: str) -> None:
    findings = await found(sms.examine(given(sms_url=url)))
    assert wrongs(findings) == {"reached"}
    assert word in findings["reached"].says
    assert "geheim" not in f"{findings}"


async def test_a_gateway_without_tls_where_it_should_be_is_found(telegram: Telegram) -> None:
    findings = await found(sms.examine(given(sms_url=f"{telegram.address.url}/sms".replace("http:", "https:"))))
    assert "no TLS" in findings["reached"].says


async def test_otps_must_not_cross_public_networks_in_the_open() -> None:
    assert (await sms.encrypted("http", "8.8.8.8")).mark is Mark.WRONG
    assert (await sms.encrypted("https", "8.8.8.8")).mark is Mark.GOOD
