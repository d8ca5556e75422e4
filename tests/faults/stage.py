"""The whole product: a bot, the service and the local Telegram, and a way to each server that can fail."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from pydantic import HttpUrl, SecretStr

from api.app import make_app
from api.settings import ApiSettings
from bot.settings import BotSettings
from conversations.texts import word
from models.clock import SystemClock
from models.rules import RESEND_PAUSE
from simulator import app as simulator_app
from simulator import person
from simulator.town import Town
from tests.api.hands import Registry, served
from tests.bot.hands import SERVICE_KEY, SMS_KEY, TOKEN, Service, Telegram, free_port, running_bot
from tests.faults.proxy import Proxy

TIME_PASSES = "UPDATE otp_sms SET claimed_at = claimed_at - %s WHERE account_id = %s"
BREATH = 0.3  # seconds


@dataclass(frozen=True)
class Stage:
    """What happens on it, and the ways on which it can be made to fail."""

    telegram: Telegram
    service: Service
    to_telegram: Proxy
    to_sms: Proxy
    to_postgres: Proxy
    to_valkey: Proxy
    bot_settings: BotSettings
    owner_url: str

    @property
    def registry(self) -> Registry:
        """The database from the owner's side, over a link that is made again if PostgreSQL has ended it."""
        registry = self.service.registry
        try:
            registry.owner.execute("SELECT")
        except psycopg.OperationalError:
            registry.owner.close()
            registry.owner = psycopg.connect(self.owner_url, autocommit=True)
        return registry

    async def time_passes(self, account: int) -> None:
        """For the SMS of an account, as long as one has to wait for another; once PostgreSQL can be told."""
        while True:
            try:
                self.registry.owner.execute(TIME_PASSES, [RESEND_PAUSE, account])
            except psycopg.OperationalError:
                await asyncio.sleep(BREATH)
            else:
                return

    async def heal(self) -> None:
        """Everything works."""
        for way in (self.to_telegram, self.to_sms, self.to_postgres, self.to_valkey):
            await way.heal()
        await self.telegram.play.clear_faults()

    @asynccontextmanager
    async def with_bot(self) -> AsyncIterator[None]:
        """A bot works on it; at the end it finds everything in order, and may end its turns."""
        async with running_bot(self.bot_settings):
            try:
                yield
            finally:
                await self.heal()


@asynccontextmanager
async def staged(api_url: str, owner_url: str, redis_url: str, **bot: Any) -> AsyncIterator[Stage]:
    """A stage on that database and that Valkey, without a bot yet."""
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        telegram = await enter(_telegram())
        to_telegram, to_sms = [await enter(Proxy.before(telegram.address.url)) for _ in range(2)]
        to_postgres, to_valkey = [await enter(Proxy.before(url)) for url in (api_url, redis_url)]
        settings = api_settings(to_postgres.instead_of(api_url), to_sms.instead_of(f"{telegram.address.url}/sms"))
        owner = psycopg.connect(owner_url, autocommit=True)
        url = await enter(served(make_app(settings, word, SystemClock())))
        usual: dict[str, Any] = {
            "bot_token": TOKEN,
            "telegram_url": to_telegram.instead_of(telegram.address.url),
            "api_url": url,
            "service_key": SERVICE_KEY,
            "redis_url": to_valkey.instead_of(redis_url),
            "allow_forgetful_redis": True,
            "journal_key": base64.b64encode(b"a journal key of 32 bytes, made.").decode(),
            "port": free_port(),
        }
        service = Service(url, Registry(owner, settings.keys), owner)
        bot_settings = BotSettings(**(usual | bot))
        try:
            yield Stage(telegram, service, to_telegram, to_sms, to_postgres, to_valkey, bot_settings, owner_url)
        finally:
            service.registry.owner.close()


@asynccontextmanager
async def _telegram() -> AsyncIterator[Telegram]:
    town = Town(simulator_app.bot_of(TOKEN, "trambot_demo_bot", "TramBot"))
    app = simulator_app.make_app(token=TOKEN, sms_key=SMS_KEY, town=town)
    async with simulator_app.running("127.0.0.1", 0, app) as address, person.Town(address.url) as play:
        yield Telegram(address, town, play)


def api_settings(database_url: str, sms_url: str) -> ApiSettings:
    """An installation's settings, with the rules' own values."""
    return ApiSettings(
        database_url=SecretStr(database_url),
        service_key=SecretStr(SERVICE_KEY),
        sealing_keys={1: SecretStr(base64.b64encode(bytes(range(32))).decode())},
        digest_key=SecretStr(base64.b64encode(bytes(range(32, 64))).decode()),
        sms_url=HttpUrl(sms_url),
        sms_key=SecretStr(SMS_KEY),
    )
