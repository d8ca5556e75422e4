"""The service as tests meet it: really served, on a real database, with an SMS gateway and a clock in hand."""

import asyncio
import base64
from collections.abc import AsyncIterator

import aiohttp
import psycopg
import pytest

from api.app import make_app
from api.settings import ApiSettings
from conversations.texts import word
from models.database import POOL_SIZE
from tests.api.hands import SERVICE_KEY, SMS_KEY, HandClock, Inbox, Registry, Town, served


@pytest.fixture(scope="session")
async def gateway() -> AsyncIterator[Inbox]:
    """The SMS gateway of the run."""
    async with Inbox().served() as inbox:
        yield inbox


@pytest.fixture(scope="session")
def settings(api_url: str, gateway: Inbox) -> ApiSettings:
    """An installation's settings, with the rules' own values."""
    return ApiSettings(
        database_url=api_url,
        service_key=SERVICE_KEY,
        sealing_keys={1: base64.b64encode(bytes(range(32))).decode()},
        digest_key=base64.b64encode(bytes(range(32, 64))).decode(),
        sms_url=gateway.url,
        sms_key=SMS_KEY,
    )


@pytest.fixture(scope="session")
async def running(settings: ApiSettings, gateway: Inbox, owner_url: str) -> AsyncIterator[Town]:
    """The service, for all tests of the worker."""
    clock = HandClock()
    app = make_app(settings, word, clock)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        async with served(app) as url, aiohttp.ClientSession() as http:
            town = Town(url, http, app, clock, gateway, Registry(owner, settings.keys))
            # Connections take their time; those that are there let parallel requests be really parallel.
            await asyncio.gather(*(town.raw("GET", "/v1/health") for _ in range(POOL_SIZE)))
            yield town


@pytest.fixture
def town(running: Town, database: str) -> Town:
    """The service with an empty registry, in the morning, its SMS gateway in order."""
    running.clock.turn_back()
    running.inbox.be_good()
    return running
