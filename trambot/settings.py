"""What the commands read from the environment that is about the wiring; one class for each process.

A setting may also lie in a file of its name in the folder TRAMBOT_SECRETS_DIR, so that passwords need not
stand in the environment.
"""

import os
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRETS = "TRAMBOT_SECRETS_DIR"


class DemoSettings(BaseSettings):
    """`trambot demo`: everything has a default."""

    model_config = SettingsConfigDict(env_prefix="TRAMBOT_", env_ignore_empty=True)

    home: Path | None = None
    """The demo's folder; by default `.demo` in the project."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8030
    """The port of the page."""
    subjects: Annotated[int, Field(ge=1_000, le=1_000_000)] = 20_000
    """How many made-up people the registry has."""
    database_url: Annotated[str | None, Field(validation_alias="DATABASE_URL")] = None
    """A PostgreSQL database of one's own, for a role that may create tables and roles in it."""
    redis_url: Annotated[str | None, Field(validation_alias="REDIS_URL")] = None
    """A Valkey or Redis of one's own."""


class SimulatorSettings(BaseSettings):
    """`trambot simulator`."""

    model_config = SettingsConfigDict(env_prefix="TRAMBOT_", env_ignore_empty=True, hide_input_in_errors=True)

    bot_token: SecretStr
    sms_key: SecretStr
    simulator_host: str = "127.0.0.1"
    simulator_port: int = 8030
    simulator_people: Path | None = None
    simulator_state: Path | None = None

    @classmethod
    def read(cls) -> Self:
        """The settings from the environment and the secrets folder."""
        return cls(_secrets_dir=os.environ.get(SECRETS))


class OwnerSettings(BaseSettings):
    """`trambot migrate` and `trambot create-admin`: the only ones that know the owner of the tables."""

    model_config = SettingsConfigDict(env_prefix="TRAMBOT_", env_ignore_empty=True, hide_input_in_errors=True)

    database_owner_url: SecretStr
    """The database for the role that owns the tables; it may log in and create roles."""
    database_url: SecretStr
    """The same database for the API's role, which `trambot migrate` makes if it is not there."""

    @classmethod
    def read(cls) -> Self:
        """The settings from the environment and the secrets folder."""
        return cls(_secrets_dir=os.environ.get(SECRETS))
