"""The settings of the API: nothing secret by default, nothing looser than the rules."""

import base64
from pathlib import Path

import pytest
from pydantic import ValidationError

from api.settings import ApiSettings
from models.clock import SystemClock, TurnableClock

KEY = base64.b64encode(b"k" * 32).decode()
GIVEN = {
    "database_url": "postgresql://api@127.0.0.1/trambot",
    "service_key": "s" * 32,
    "sealing_keys": f'{{"1": "{KEY}"}}',
    "digest_key": KEY,
    "sms_url": "http://127.0.0.1:1/sms",
    "sms_key": "sms",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRAMBOT_SECRETS_DIR", raising=False)
    for name, value in GIVEN.items():
        monkeypatch.setenv(f"TRAMBOT_{name.upper()}", value)


def test_the_settings_come_from_the_environment() -> None:
    settings = ApiSettings.read()
    assert settings.keys.opened(settings.keys.seal("x", "place", 1), "place", 1) == "x"
    assert settings.policy.otp_failures == 5
    assert isinstance(settings.clock(), SystemClock)


def test_secrets_may_lie_in_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in GIVEN.items():
        monkeypatch.delenv(f"TRAMBOT_{name.upper()}")
        (tmp_path / f"trambot_{name}").write_text(value)
    monkeypatch.setenv("TRAMBOT_SECRETS_DIR", str(tmp_path))
    assert ApiSettings.read().service_key.get_secret_value() == GIVEN["service_key"]


@pytest.mark.parametrize("name", GIVEN)
def test_nothing_secret_has_a_default(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(f"TRAMBOT_{name.upper()}")
    with pytest.raises(ValidationError, match=name):
        ApiSettings.read()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("service_key", "s" * 31),
        ("service_key", "ộ" * 32),
        ("sealing_keys", '{"1": "c2hvcnQ="}'),
        ("sealing_keys", '{"1": "no base64!"}'),
        ("sealing_key", "2"),
        ("digest_key", "c2hvcnQ="),
        ("sms_key", ""),
        ("clock_file", "clock"),
    ],
)
def test_what_is_too_weak_or_does_not_fit_stops_the_start_without_being_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"TRAMBOT_{name.upper()}", value)
    with pytest.raises(ValidationError) as refusal:
        ApiSettings.read()
    for secret in (KEY, GIVEN["service_key"]):
        assert secret not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "looser", "stricter"),
    [
        ("otp_failures", "6", "4"),
        ("otp_lock", "299", "600"),
        ("otp_digits", "5", "8"),
        ("otp_lifetime", "301", "120"),
        ("resend_pause", "59", "120"),
        ("session_idle", "28801", "3600"),
        ("session_lifetime", "86401", "3600"),
    ],
)
def test_R06_a_policy_may_be_stricter_and_never_looser(
    monkeypatch: pytest.MonkeyPatch, name: str, looser: str, stricter: str
) -> None:
    monkeypatch.setenv(f"TRAMBOT_{name.upper()}", stricter)
    assert ApiSettings.read().policy
    monkeypatch.setenv(f"TRAMBOT_{name.upper()}", looser)
    with pytest.raises(ValidationError, match=name):
        ApiSettings.read()


def test_T44_only_the_demo_may_turn_the_clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRAMBOT_CLOCK_FILE", str(tmp_path / "clock"))
    with pytest.raises(ValidationError, match="clock_file is for the demo only"):
        ApiSettings.read()
    monkeypatch.setenv("TRAMBOT_DEMO", "1")
    assert isinstance(ApiSettings.read().clock(), TurnableClock)
