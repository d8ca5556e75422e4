"""The settings of the bot's process, read once where it starts; there are no default secrets."""

import hashlib
import os
import re
from base64 import b64decode
from binascii import Error as NotBase64
from functools import cached_property
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, HttpUrl, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.clock import Clock, SystemClock, TurnableClock
from models.rules import MIN_SECRET_LENGTH
from models.sealing import KEY_BYTES, Keys

KEY_NUMBER = 1
"""The journal lives for a day and its key has no successor: whoever changes it lets open talks start over."""


class BotSettings(BaseSettings):
    """Every setting, from `TRAMBOT_…` in the environment or from a file of that name in the secrets folder.

    Raises:
        pydantic.ValidationError: something is missing, too short, or does not go together (T15).
    """

    model_config = SettingsConfigDict(env_prefix="TRAMBOT_", hide_input_in_errors=True, extra="ignore", frozen=True)

    bot_token: SecretStr
    telegram_url: HttpUrl = HttpUrl("https://api.telegram.org")

    api_url: HttpUrl
    service_key: SecretStr = Field(min_length=MIN_SECRET_LENGTH)
    """What the bot shows to the API that it is the bot."""

    redis_url: SecretStr
    allow_forgetful_redis: bool = False
    """Start although Valkey may evict keys, or loses what it holds when it restarts (T34)."""
    journal_key: SecretStr
    """32 bytes in base64: seals the journal, and makes the ids of buttons and effects."""

    updates: Literal["polling", "webhook"] = "polling"
    webhook_url: HttpUrl | None = None
    """Where Telegram reaches this process; its path is the path that is listened on."""
    webhook_secret: SecretStr | None = Field(None, min_length=MIN_SECRET_LENGTH)
    host: str = "127.0.0.1"
    port: int = Field(8001, ge=1, le=65535)
    """For `/health`, and the webhook."""

    demo: bool = False
    clock_file: Path | None = None
    """A clock that can be turned; the demo's only (T44)."""

    @classmethod
    def read(cls) -> Self:
        """The settings as the environment has them, and the folder that `TRAMBOT_SECRETS_DIR` names."""
        return cls(_secrets_dir=os.environ.get("TRAMBOT_SECRETS_DIR"))

    @field_validator("bot_token")
    @classmethod
    def _is_a_token(cls, token: SecretStr) -> SecretStr:
        return _matching(token, r"\d+:[A-Za-z0-9_-]+", "a bot's token looks like 123456:secret")

    @field_validator("webhook_secret")
    @classmethod
    def _is_of_telegrams_alphabet(cls, secret: SecretStr | None) -> SecretStr | None:
        return secret and _matching(
            secret, r"[A-Za-z0-9_-]{1,256}", "Telegram takes up to 256 of A–Z, a–z, 0–9, _ and -"
        )

    @field_validator("service_key")
    @classmethod
    def _fits_a_header(cls, key: SecretStr) -> SecretStr:
        return _matching(key, r"[!-~]+", "a header carries printable ASCII only")

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        _ = self.keys
        if self.updates == "webhook" and not (self.webhook_url and self.webhook_secret):
            raise ValueError("a webhook needs webhook_url and webhook_secret")
        if self.clock_file and not self.demo:
            raise ValueError("clock_file is for the demo only")
        return self

    @cached_property
    def keys(self) -> Keys:
        """The keys that the one journal key makes."""
        try:
            key = b64decode(self.journal_key.get_secret_value(), validate=True)
        except NotBase64:
            key = b""
        if len(key) != KEY_BYTES:
            raise ValueError(f"journal_key is {KEY_BYTES} bytes in base64")
        return keys_of(key)

    @property
    def webhook_path(self) -> str:
        """The path of the webhook's address."""
        return urlsplit(str(self.webhook_url)).path

    def clock(self) -> Clock:
        """The one clock of this process."""
        return TurnableClock(self.clock_file) if self.clock_file else SystemClock()


def _matching(secret: SecretStr, pattern: str, otherwise: str) -> SecretStr:
    if not re.fullmatch(pattern, secret.get_secret_value()):
        raise ValueError(otherwise)
    return secret


def keys_of(key: bytes) -> Keys:
    """A key for sealing and one for digests, out of one."""
    sealing, digesting = (
        hashlib.blake2b(key=key, digest_size=KEY_BYTES, person=use).digest() for use in (b"sealing", b"digesting")
    )
    return Keys(KEY_NUMBER, {KEY_NUMBER: sealing}, digesting)
