"""The service, and the whole product, with a proxy on each of their ways."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import psycopg
import pytest
from pydantic import HttpUrl, SecretStr

from api.app import make_app
from api.settings import ApiSettings
from conversations.texts import word
from models import database
from tests.api.conftest import gateway, settings
from tests.api.hands import HandClock, Inbox, Registry, Town, served
from tests.faults.proxy import Proxy
from tests.faults.stage import Stage, staged

__all__ = ["gateway", "settings"]

SOON = 2.0
"""Seconds after which the service gives a silent database up, sooner than in real life."""


@dataclass(frozen=True)
class Beset:
    """The service, and the ways from it to PostgreSQL and to the SMS gateway."""

    town: Town
    postgres: Proxy
    sms: Proxy

    async def warm_up(self) -> None:
        """See that a good connection waits in the pool, as after any quiet minute."""
        for _ in range(2):  # the first finds out about a broken one
            await self.town.raw("GET", "/v1/health")


@pytest.fixture(scope="session")
async def _beset(settings: ApiSettings, gateway: Inbox, api_url: str, owner_url: str) -> AsyncIterator[Beset]:
    with pytest.MonkeyPatch.context() as early:
        early.setattr(database, "COMMAND_WITHIN", SOON)
        async with _beset_service(settings, gateway, api_url, owner_url) as beset:
            yield beset


@asynccontextmanager
async def _beset_service(settings: ApiSettings, gateway: Inbox, api_url: str, owner_url: str) -> AsyncIterator[Beset]:
    async with Proxy.before(api_url) as postgres, Proxy.before(gateway.url) as sms:
        through = {
            "database_url": SecretStr(postgres.instead_of(api_url)),
            "sms_url": HttpUrl(sms.instead_of(gateway.url)),
        }
        clock = HandClock()
        app = make_app(settings.model_copy(update=through), word, clock)
        with psycopg.connect(owner_url, autocommit=True) as owner:
            async with served(app) as url, aiohttp.ClientSession() as http:
                yield Beset(Town(url, http, app, clock, gateway, Registry(owner, settings.keys)), postgres, sms)


@pytest.fixture
async def beset(_beset: Beset, database: str) -> AsyncIterator[Beset]:
    """The service with nothing wrong, its registry empty."""
    _beset.town.clock.turn_back()
    _beset.town.inbox.be_good()
    yield _beset
    await _beset.postgres.heal()
    await _beset.sms.heal()


@pytest.fixture
async def stage(
    api_url: str, owner_url: str, redis_url: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """A stage of its own, with a bot."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # as the bot's process sets it
    async with staged(api_url, owner_url, redis_url) as stage, stage.with_bot():
        yield stage
