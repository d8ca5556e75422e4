"""An installation may be stricter than the rules, never looser."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.rules import OTP_IN_FORCE_SINCE, VIETNAM, LooserThanTheRules, Policy

STRICTER: dict[str, Any] = {
    "otp_failures": 3,
    "otp_lock": timedelta(minutes=30),
    "otp_digits": 8,
    "otp_lifetime": timedelta(minutes=2),
    "resend_pause": timedelta(minutes=2),
    "session_idle": timedelta(hours=1),
    "session_lifetime": timedelta(hours=8),
}
LOOSER: dict[str, Any] = {
    "otp_failures": 6,
    "otp_lock": timedelta(minutes=5, seconds=-1),
    "otp_digits": 5,
    "otp_lifetime": timedelta(minutes=5, seconds=1),
    "resend_pause": timedelta(seconds=59),
    "session_idle": timedelta(hours=8, seconds=1),
    "session_lifetime": timedelta(hours=24, seconds=1),
}
SENSELESS: dict[str, Any] = {
    "otp_failures": 0,
    "otp_digits": 9,
    "otp_lifetime": timedelta(0),
    "session_idle": timedelta(0),
    "session_lifetime": timedelta(0),
}


def test_R06_the_defaults_are_the_sources_values() -> None:
    policy = Policy()
    assert (policy.otp_failures, policy.otp_lock, policy.otp_digits, policy.otp_lifetime) == (
        5,
        timedelta(minutes=5),
        6,
        timedelta(minutes=5),
    )


def test_R06_every_setting_is_tried() -> None:
    assert {f.name for f in fields(Policy)} == set(STRICTER) == set(LOOSER)


@pytest.mark.parametrize("name", STRICTER)
def test_R06_stricter_is_allowed(name: str) -> None:
    assert getattr(Policy(**{name: STRICTER[name]}), name) == STRICTER[name]


@pytest.mark.parametrize("name", LOOSER)
def test_R06_looser_is_refused_by_name(name: str) -> None:
    with pytest.raises(LooserThanTheRules, match=name):
        Policy(**{name: LOOSER[name]})


@pytest.mark.parametrize("name", SENSELESS)
def test_R06_what_would_let_nobody_in_is_refused_by_name(name: str) -> None:
    with pytest.raises(LooserThanTheRules, match=name):
        Policy(**{name: SENSELESS[name]})


def test_R06_every_looser_setting_is_named_at_once() -> None:
    with pytest.raises(LooserThanTheRules) as refusal:
        Policy(**LOOSER)
    assert all(name in str(refusal.value) for name in LOOSER)


def test_R01_otps_are_in_force_since_midnight_in_vietnam() -> None:
    assert datetime(2021, 10, 11, 17, tzinfo=UTC) == OTP_IN_FORCE_SINCE
    assert OTP_IN_FORCE_SINCE.tzinfo is VIETNAM
