"""Every setting as it is written, right or wrong, so that one that is wrong hides nothing else."""

import json
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings, EnvSettingsSource, SecretsSettingsSource, SettingsConfigDict

from bot.settings import BotSettings
from trambot.settings import SECRETS

PREFIX = "TRAMBOT_"
WORTH_HIDING = 6  # characters; shorter ones occur in ordinary words


class Given(BaseSettings):
    """What stands in `TRAMBOT_…` and in the secrets folder; None where nothing does."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, hide_input_in_errors=True, extra="ignore", frozen=True
    )

    database_owner_url: SecretStr | None = None
    database_url: SecretStr | None = None
    redis_url: SecretStr | None = None

    service_key: SecretStr | None = None
    sealing_keys: SecretStr | None = None
    sealing_key: str = "1"
    digest_key: SecretStr | None = None
    journal_key: SecretStr | None = None

    sms_url: str | None = None
    sms_key: SecretStr | None = None
    api_url: str | None = None

    bot_token: SecretStr | None = None
    telegram_url: str = str(BotSettings.model_fields["telegram_url"].default)
    updates: str = "polling"
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None

    demo: str = ""
    clock_file: Path | None = None
    allow_forgetful_redis: str = ""

    @classmethod
    def read(cls) -> Self:
        """From the environment, and from the secrets folder as far as it can be read."""
        folder = folder_given()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a file that is not taken is told of by the configuration
            return cls(_secrets_dir=folder if folder and not unreadable(folder) else None)

    def secrets(self) -> Iterator[str]:
        """Everything that must never be shown, whole and in parts."""
        written = [value for _, value in self if value is not None]
        for value in (each.get_secret_value() if isinstance(each, SecretStr) else str(each) for each in written):
            yield from _passwords(value)
        for value in (each.get_secret_value() for each in written if isinstance(each, SecretStr)):
            yield value
            yield from _parts(value)

    def hide(self, text: str) -> str:
        """The text without any secret of this installation, whoever put it there (T24)."""
        for secret in sorted(set(self.secrets()), key=len, reverse=True):
            if len(secret) >= WORTH_HIDING:
                text = text.replace(secret, "…")
        return text


def named(field: str) -> str:
    """What the setting is called outside."""
    return f"{PREFIX}{field.upper()}"


def is_on(written: str) -> bool:
    """Whether a switch is on, as pydantic reads it."""
    return written.strip().lower() in {"1", "true", "t", "yes", "y", "on"}


def folder_given() -> Path | None:
    """The folder that TRAMBOT_SECRETS_DIR names."""
    folder = os.environ.get(SECRETS)
    return Path(folder).expanduser() if folder else None


def unreadable(folder: Path) -> str:
    """Why the secrets in the folder cannot be read; nothing if they can."""
    if not folder.is_dir():
        return "there is no such folder"
    try:
        for file in secret_files(folder):
            file.read_text(encoding="utf-8")
    except PermissionError:
        return "this user may not read everything in it"
    except (OSError, UnicodeDecodeError):
        return "something in it is not a text file"
    return ""


def secret_files(folder: Path) -> list[Path]:
    """The files in it that are named like a setting.

    Raises OSError: it cannot be looked into.
    """
    return sorted(file for file in folder.iterdir() if file.name.upper().startswith(PREFIX) and file.is_file())


def given_twice(folder: Path) -> list[str]:
    """The settings that stand in the environment and, differently, in the folder."""
    environment = EnvSettingsSource(Given)()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        files = SecretsSettingsSource(Given, folder)()
    return sorted(name for name in environment.keys() & files.keys() if environment[name] != files[name])


def _passwords(value: str) -> Iterator[str]:
    """What stands before the @ of an address, as it is written there and as it is meant."""
    try:
        password = urlsplit(value).password
    except ValueError:
        return
    if password:
        yield password
        yield unquote(password)


def _parts(value: str) -> Iterator[str]:
    """The keys in a set of keys, and the secret half of a bot's token."""
    yield value.partition(":")[2]
    try:
        keys = json.loads(value)
    except ValueError:
        return
    if isinstance(keys, dict):
        yield from (str(part) for pair in keys.items() for part in pair)
