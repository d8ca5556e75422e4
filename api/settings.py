"""The settings of the API's process, read once where it starts; there are no default secrets."""

import os
from base64 import b64decode
from binascii import Error as NotBase64
from datetime import timedelta
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, HttpUrl, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.clock import Clock, SystemClock, TurnableClock
from models.rules import (
    MAX_OTP_FAILURES,
    MIN_SECRET_LENGTH,
    OTP_DIGITS,
    OTP_LIFETIME,
    OTP_LOCK,
    REQUEST_REMINDER,
    RESEND_PAUSE,
    SESSION_IDLE,
    SESSION_LIFETIME,
    SHOWN_IN_FULL,
    Policy,
)
from models.sealing import KEY_BYTES, Keys

Network = IPv4Network | IPv6Network
Seconds = Annotated[timedelta, BeforeValidator(lambda given: float(given) if isinstance(given, str) else given)]


class ApiSettings(BaseSettings):
    """Every setting, from `TRAMBOT_…` in the environment or from a file of that name in the secrets folder.

    Raises:
        pydantic.ValidationError: something is missing, too short, or looser than the rules (R6).
    """

    model_config = SettingsConfigDict(env_prefix="TRAMBOT_", hide_input_in_errors=True, extra="ignore", frozen=True)

    database_url: SecretStr
    """PostgreSQL, for the API's own role."""
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65535)

    service_key: SecretStr = Field(min_length=MIN_SECRET_LENGTH)
    """What the bot shows that it is the bot."""
    sealing_keys: dict[int, SecretStr]
    """The data keys by their number, 32 bytes in base64: `{"1": "…"}`; old ones stay for what they have sealed."""
    sealing_key: int = Field(1, ge=0, le=255)
    """The number of the key that seals from now on."""
    digest_key: SecretStr
    """The key of the digests, 32 bytes in base64."""

    sms_url: HttpUrl
    """Where the SMS gateway takes messages."""
    sms_key: SecretStr = Field(min_length=1)

    trusted_proxies: list[Network] = []
    """Whose X-Forwarded-For is believed; nobody's otherwise."""

    otp_failures: int = MAX_OTP_FAILURES
    otp_lock: Seconds = OTP_LOCK
    otp_digits: int = OTP_DIGITS
    otp_lifetime: Seconds = OTP_LIFETIME
    resend_pause: Seconds = RESEND_PAUSE
    session_idle: Seconds = SESSION_IDLE
    session_lifetime: Seconds = SESSION_LIFETIME

    shown_in_full: Seconds = Field(SHOWN_IN_FULL, ge=timedelta(seconds=30), le=SHOWN_IN_FULL)
    """For how long a subject's numbers stand in a chat in full."""

    request_reminder: Seconds = Field(REQUEST_REMINDER, ge=timedelta(minutes=15))
    """For how long an account request waits before its supervisors are reminded, and how often they are."""

    demo: bool = False
    clock_file: Path | None = None
    """A clock that can be turned; the demo's only (T44)."""

    @classmethod
    def read(cls) -> Self:
        """The settings as the environment has them, and the folder that `TRAMBOT_SECRETS_DIR` names."""
        return cls(_secrets_dir=os.environ.get("TRAMBOT_SECRETS_DIR"))

    @field_validator("service_key")
    @classmethod
    def _is_ascii(cls, key: SecretStr) -> SecretStr:
        if not (key.get_secret_value().isascii() and key.get_secret_value().isprintable()):
            raise ValueError("a header carries printable ASCII only")
        return key

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        _ = self.policy, self.keys
        if self.clock_file and not self.demo:
            raise ValueError("clock_file is for the demo only")
        return self

    @cached_property
    def policy(self) -> Policy:
        """The values of R6."""
        return Policy(
            otp_failures=self.otp_failures,
            otp_lock=self.otp_lock,
            otp_digits=self.otp_digits,
            otp_lifetime=self.otp_lifetime,
            resend_pause=self.resend_pause,
            session_idle=self.session_idle,
            session_lifetime=self.session_lifetime,
        )

    @cached_property
    def keys(self) -> Keys:
        """The data keys."""
        sealing = {number: _key_bytes(key) for number, key in self.sealing_keys.items()}
        return Keys(self.sealing_key, sealing, _key_bytes(self.digest_key))

    def clock(self) -> Clock:
        """The one clock of this process."""
        return TurnableClock(self.clock_file) if self.clock_file else SystemClock()


def _key_bytes(key: SecretStr) -> bytes:
    try:
        return b64decode(key.get_secret_value(), validate=True)
    except NotBase64:
        raise ValueError(f"a key is {KEY_BYTES} bytes in base64") from None
