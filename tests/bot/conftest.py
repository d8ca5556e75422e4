"""The bot as people meet it: the local Telegram, the real service, a real Valkey, and the bot between them."""

import base64
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.app import make_app
from api.settings import ApiSettings
from bot.settings import BotSettings
from conversations.menu import FOR_GUESTS, TALKS
from conversations.texts import word
from models.clock import TurnableClock
from simulator import app as simulator_app
from simulator import person
from simulator.town import Town
from tests.api.hands import Registry, served
from tests.bot.hands import SERVICE_KEY, SMS_KEY, TOKEN, Service, Telegram, free_port, running_bot


@pytest.fixture(autouse=True)
def _own_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the bot's process sets it."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture(scope="session")
async def _telegram() -> AsyncIterator[Telegram]:
    town = Town(simulator_app.bot_of(TOKEN, "trambot_demo_bot", "TramBot"))
    app = simulator_app.make_app(token=TOKEN, sms_key=SMS_KEY, town=town)
    async with simulator_app.running("127.0.0.1", 0, app) as address, person.Town(address.url) as play:
        yield Telegram(address, town, play)


@pytest.fixture
async def telegram(_telegram: Telegram) -> AsyncIterator[Telegram]:
    """The local Telegram, with nothing to be fetched and nothing ordered."""
    _telegram.town.updates.drop()
    _telegram.town.updates.allowed = []
    yield _telegram
    await _telegram.delete_webhook()
    await _telegram.play.clear_faults()
    await _telegram.play.limits()
    _telegram.town.updates.shuffle = _telegram.town.updates.duplicate = 0
    _telegram.town.updates.drop()


@pytest.fixture
async def nurse(telegram: Telegram) -> person.Person:
    """Somebody who has not written to the bot yet, with a Vietnamese mobile."""
    return await telegram.play.newcomer("Demo", phone="+84912345678")


@pytest.fixture(scope="session")
def clock_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the clocks of the service and of the bot are turned by."""
    return tmp_path_factory.mktemp("clock") / "offset"


@pytest.fixture(scope="session")
async def _service(api_url: str, owner_url: str, _telegram: Telegram, clock_file: Path) -> AsyncIterator[Service]:
    settings = ApiSettings(
        database_url=api_url,
        service_key=SERVICE_KEY,
        sealing_keys={1: base64.b64encode(bytes(range(32))).decode()},
        digest_key=base64.b64encode(bytes(range(32, 64))).decode(),
        sms_url=f"{_telegram.address.url}/sms",
        sms_key=SMS_KEY,
    )
    with psycopg.connect(owner_url, autocommit=True) as owner:
        async with served(make_app(settings, word, TurnableClock(clock_file))) as url:
            yield Service(url, Registry(owner, settings.keys), owner)


@pytest.fixture
def service(_service: Service, database: str) -> Service:
    """The real service, its registry empty."""
    return _service


@pytest.fixture
def settings(telegram: Telegram, redis_url: str, clock_file: Path) -> Callable[..., BotSettings]:
    """Makes the settings of a bot; no API answers at its address unless one is named."""

    def make(**given: Any) -> BotSettings:
        usual: dict[str, Any] = {
            "bot_token": TOKEN,
            "telegram_url": telegram.address.url,
            "api_url": "http://127.0.0.1:9",
            "service_key": SERVICE_KEY,
            "redis_url": redis_url,
            "allow_forgetful_redis": True,
            "journal_key": base64.b64encode(b"a journal key of 32 bytes, made.").decode(),
            "port": free_port(),
            "demo": True,
            "clock_file": clock_file,
        }
        return BotSettings(**(usual | given))

    return make


@pytest.fixture
async def bot(settings: Callable[..., BotSettings]) -> AsyncIterator[None]:
    """A bot whose API is gone: enough for whoever is not signed in."""
    async with running_bot(settings()):
        yield


@pytest.fixture
async def signing_bot(settings: Callable[..., BotSettings], service: Service) -> AsyncIterator[None]:
    """A bot with the real API behind it."""
    async with running_bot(settings(api_url=service.url)):
        yield


@pytest.fixture
def at_the_menu(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Lets a talk of the test's own stand where «Đăng nhập» stands."""

    def put(talk: Any) -> None:
        monkeypatch.setitem(FOR_GUESTS, "sign_in", talk)
        monkeypatch.setitem(TALKS, "sign_in", talk)

    return put
