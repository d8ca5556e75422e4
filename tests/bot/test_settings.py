"""The settings refuse what is missing, too short, or does not go together."""

import base64
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.settings import BotSettings

SECRET = "a-webhook-secret-of-40-characters-or-so_"
WEBHOOK = {"updates": "webhook", "webhook_url": "https://example.org/telegram/in", "webhook_secret": SECRET}
Make = Callable[..., BotSettings]


@pytest.mark.parametrize("name", ["bot_token", "service_key", "redis_url", "journal_key", "api_url"])
def test_no_secret_has_a_default(name: str) -> None:
    given: dict[str, Any] = {
        "bot_token": "1:a",
        "service_key": "x" * 32,
        "redis_url": "redis://127.0.0.1",
        "journal_key": base64.b64encode(bytes(32)).decode(),
        "api_url": "http://127.0.0.1:1",
    }
    assert BotSettings(**given)
    del given[name]
    with pytest.raises(ValidationError, match=name):
        BotSettings(**given)


def test_T15_a_webhook_with_its_secret_is_accepted(settings: Make) -> None:
    assert settings(**WEBHOOK).webhook_path == "/telegram/in"


@pytest.mark.parametrize("secret", [None, "", "a" * 31, "a" * 257, "ắ" * 40, "a b" * 20])
def test_T15_a_webhook_without_a_good_secret_does_not_start(settings: Make, secret: str | None) -> None:
    with pytest.raises(ValidationError):
        settings(**(WEBHOOK | {"webhook_secret": secret}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"service_key": "x" * 31},
        {"service_key": "khóa " * 10},
        {"bot_token": "no token"},
        {"journal_key": base64.b64encode(bytes(31)).decode()},
        {"journal_key": "?" * 44},
        {"updates": "webhook"},
    ],
)
def test_what_is_too_short_or_malformed_is_refused(settings: Make, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        settings(**wrong)


def test_T44_only_the_demo_turns_the_clock(settings: Make, tmp_path: Path) -> None:
    (tmp_path / "offset").write_text(str(timedelta(days=1).total_seconds()))
    with pytest.raises(ValidationError, match="demo"):
        settings(demo=False, clock_file=tmp_path / "offset")
    real = settings(demo=False, clock_file=None).clock()
    assert settings(clock_file=tmp_path / "offset").clock().now() - real.now() > timedelta(hours=23)


def test_T24_no_complaint_shows_a_value(settings: Make) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(service_key="a-canary", bot_token="a-canary", journal_key="a-canary")
    assert "canary" not in str(refused.value)


def test_the_secrets_may_lie_in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "bot_token": "1:a",
        "service_key": "x" * 32,
        "redis_url": "redis://127.0.0.1",
        "journal_key": base64.b64encode(bytes(32)).decode(),
    }.items():
        (tmp_path / f"TRAMBOT_{name.upper()}").write_text(value)
    monkeypatch.setenv("TRAMBOT_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("TRAMBOT_API_URL", "http://127.0.0.1:1")
    assert BotSettings.read().bot_token.get_secret_value() == "1:a"
