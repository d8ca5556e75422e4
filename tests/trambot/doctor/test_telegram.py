"""The bot's token and how updates reach the bot, against the local Telegram and a real bot."""

import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.settings import BotSettings
from tests.bot.hands import TOKEN, Telegram, free_port, running_bot
from tests.bot.test_web import KEY, is_set, until
from tests.trambot.doctor.hands import found, given, wrongs
from trambot.doctor import telegram as doctors_telegram
from trambot.doctor import webhook
from trambot.doctor.finding import Finding, Mark
from trambot.doctor.telegram import Webhook


async def test_the_bot_is_named(telegram: Telegram) -> None:
    findings = await found(doctors_telegram.examine(given(bot_token=TOKEN, telegram_url=telegram.address.url)))
    assert wrongs(findings) == set()
    assert "@trambot_demo_bot" in findings["token"].says


@pytest.mark.parametrize("token", ["700000000:geheim-12", "geheim-12"])
async def test_T24_a_wrong_token_is_told_and_not_shown(telegram: Telegram, token: str) -> None:
    findings = await found(doctors_telegram.examine(given(bot_token=token, telegram_url=telegram.address.url)))
    assert "does not know the bot's token" in findings["token"].says
    assert "geheim" not in f"{findings}"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://127.0.0.1:none", "nonsense"])
async def test_T24_a_telegram_that_is_not_there_is_told(url: str) -> None:
    findings = await found(doctors_telegram.examine(given(bot_token="1:geheim-12", telegram_url=url)))
    assert "token" in wrongs(findings)
    assert "geheim" not in f"{findings}"


async def test_a_telegram_that_stumbles_is_told(telegram: Telegram) -> None:
    for code, word in ((429, "left alone"), (502, "not as Telegram does")):
        await telegram.play.fault("refuse", method="getMe", code=code)
        findings = await found(doctors_telegram.examine(given(bot_token=TOKEN, telegram_url=telegram.address.url)))
        assert word in findings["token"].says


# How updates come


@pytest.fixture
async def by_webhook(settings: Callable[..., BotSettings], telegram: Telegram) -> AsyncIterator[dict[str, Any]]:
    """What is given to a bot that takes updates by webhook, and runs."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/telegram"
    async with running_bot(settings(port=port, updates="webhook", webhook_url=url, webhook_secret=KEY)):
        await until(lambda: is_set(telegram))
        yield {
            "bot_token": TOKEN,
            "telegram_url": telegram.address.url,
            "updates": "webhook",
            "webhook_url": url,
            "webhook_secret": KEY,
        }


async def looked_at(**settings: object) -> dict[str, Finding]:
    return await found(webhook.examine(given(**settings)))


async def test_T15_a_webhook_that_works_opens_with_its_secret_only(by_webhook: dict[str, Any]) -> None:
    findings = await looked_at(**by_webhook)
    assert {finding.mark for finding in findings.values()} == {Mark.GOOD}
    assert set(findings) == {"address", "waiting", "last_error", "kinds", "secret"}


async def test_T15_another_secret_than_the_bots_is_found_and_not_shown(by_webhook: dict[str, Any]) -> None:
    findings = await looked_at(**by_webhook | {"webhook_secret": KEY.swapcase()})
    assert wrongs(findings) == {"secret"}
    assert KEY.swapcase() not in f"{findings}"


async def test_a_webhook_elsewhere_is_found(by_webhook: dict[str, Any]) -> None:
    findings = await looked_at(**by_webhook | {"webhook_url": "http://127.0.0.1:1/of-another-installation"})
    assert wrongs(findings) == {"address"}
    assert findings["secret"].mark is Mark.UNKNOWN
    assert "of-another" not in f"{findings}"


async def test_somebody_else_at_the_webhooks_address_is_found(by_webhook: dict[str, Any], telegram: Telegram) -> None:
    findings = await looked_at(**by_webhook | {"webhook_url": f"{telegram.address.url}/telegram"})
    assert wrongs(findings) == {"address", "secret"}


async def test_a_webhook_that_telegram_was_not_told_of_is_found(by_webhook: dict[str, Any], telegram: Telegram) -> None:
    await telegram.delete_webhook()
    assert wrongs(await looked_at(**by_webhook)) == {"address"}


async def test_kinds_of_updates_that_do_not_come_are_named(by_webhook: dict[str, Any], telegram: Telegram) -> None:
    telegram.town.updates.allowed = ["message"]
    findings = await looked_at(**by_webhook)
    assert wrongs(findings) == {"kinds"}
    assert "callback_query" in findings["kinds"].says


async def test_a_webhook_left_behind_stands_in_the_way_of_polling(telegram: Telegram) -> None:
    polling = {"bot_token": TOKEN, "telegram_url": telegram.address.url}
    assert wrongs(await looked_at(**polling)) == set()
    left = {"url": "https://elsewhere.example/secret-path"}
    async with aiohttp.ClientSession() as http, http.post(f"{telegram.address.base_url}{TOKEN}/setWebhook", data=left):
        findings = await looked_at(**polling)
    assert wrongs(findings) == {"address"}
    assert "secret-path" not in f"{findings}"


def told(**more: Any) -> Webhook:
    """What Telegram tells of a webhook; times long gone and hundreds of people are made by hand."""
    return Webhook.model_validate({"url": "https://x.example", "pending_update_count": 0} | more)


def test_many_waiting_updates_are_wrong_and_some_are_not() -> None:
    assert webhook.waiting(told(pending_update_count=webhook.MANY)).mark is Mark.GOOD
    assert webhook.waiting(told(pending_update_count=webhook.MANY + 1)).mark is Mark.WRONG


def test_only_a_recent_trouble_is_wrong() -> None:
    for ago, mark in ((timedelta(seconds=5), Mark.WRONG), (webhook.RECENT * 2, Mark.GOOD)):
        error = told(
            last_error_date=int(time.time() - ago.total_seconds()), last_error_message="Wrong\x1b[2J response:\n502"
        )
        finding = webhook.last_error(error)
        assert finding.mark is mark
        assert finding.says.isprintable()
