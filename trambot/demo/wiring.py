"""What each of the demo's processes is told: addresses in the environment, secrets in files, no more than needed."""

import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass

from models.sealing import Keys
from trambot.demo.home import Home
from trambot.demo.keyring import Keyring
from trambot.demo.parts import Part
from trambot.servers.folder import LOOPBACK
from trambot.settings import SECRETS

BOT_ID = 2021101200  # Telegram's tokens begin with the bot's number; this one exists in the demo alone
DATA_KEY = 1  # its number


@dataclass(frozen=True)
class Addresses:
    """Where everything is; the ports are on loopback."""

    api_database: str
    redis: str
    page: int
    api: int
    bot: int

    @property
    def page_url(self) -> str:
        """What the person opens; the local Telegram and the SMS gateway are at the same address."""
        return f"http://{LOOPBACK}:{self.page}"

    @property
    def api_url(self) -> str:
        """What the bot calls."""
        return f"http://{LOOPBACK}:{self.api}"


def data_keys(keyring: Keyring) -> Keys:
    """The keys that seal the demo's personal data."""
    sealing, digesting = b64decode(keyring.key("data-key")), b64decode(keyring.key("digest-key"))
    return Keys(DATA_KEY, {DATA_KEY: sealing}, digesting)


def parts(addresses: Addresses, home: Home, keyring: Keyring) -> list[Part]:
    """The processes, each after those it calls."""
    simulator = _part("simulator", home, keyring, (addresses.page, "/"), _simulator(addresses, home, keyring))
    api = _part("api", home, keyring, (addresses.api, "/v1/health"), _api(addresses, keyring))
    bot = _part("bot", home, keyring, (addresses.bot, "/health"), _bot(addresses, keyring))
    return [simulator, api, bot]


Told = tuple[Mapping[str, str], Mapping[str, str]]
"""What may stand in the environment, and what goes by file."""


def _part(name: str, home: Home, keyring: Keyring, health: tuple[int, str], told: Told) -> Part:
    public, secret = told
    environment = {
        "TRAMBOT_DEMO": "1",
        "TRAMBOT_CLOCK_FILE": str(home.clock),
        SECRETS: str(keyring.hand_to(name, secret)),
    }
    return Part(name, {**public, **environment}, home.logs, health)


def _simulator(addresses: Addresses, home: Home, keyring: Keyring) -> Told:
    return {
        "TRAMBOT_SIMULATOR_PORT": str(addresses.page),
        "TRAMBOT_SIMULATOR_PEOPLE": str(home.people),
        "TRAMBOT_SIMULATOR_STATE": str(home.chats),
    }, {
        "TRAMBOT_BOT_TOKEN": _bot_token(keyring),
        "TRAMBOT_SMS_KEY": keyring.secret("sms-key"),
    }


def _api(addresses: Addresses, keyring: Keyring) -> Told:
    return {
        "TRAMBOT_PORT": str(addresses.api),
        "TRAMBOT_SMS_URL": f"{addresses.page_url}/sms",
        "TRAMBOT_SEALING_KEY": str(DATA_KEY),
    }, {
        "TRAMBOT_DATABASE_URL": addresses.api_database,
        "TRAMBOT_SERVICE_KEY": keyring.secret("service-key"),
        "TRAMBOT_SEALING_KEYS": json.dumps({DATA_KEY: keyring.key("data-key")}),
        "TRAMBOT_DIGEST_KEY": keyring.key("digest-key"),
        "TRAMBOT_SMS_KEY": keyring.secret("sms-key"),
    }


def _bot(addresses: Addresses, keyring: Keyring) -> Told:
    return {
        "TRAMBOT_PORT": str(addresses.bot),
        "TRAMBOT_API_URL": addresses.api_url,
        "TRAMBOT_TELEGRAM_URL": addresses.page_url,
        "TRAMBOT_ALLOW_FORGETFUL_REDIS": "1",  # ours keeps everything; somebody's own is good enough for a demo
    }, {
        "TRAMBOT_BOT_TOKEN": _bot_token(keyring),
        "TRAMBOT_REDIS_URL": addresses.redis,
        "TRAMBOT_SERVICE_KEY": keyring.secret("service-key"),
        "TRAMBOT_JOURNAL_KEY": keyring.key("journal-key"),
    }


def _bot_token(keyring: Keyring) -> str:
    return keyring.secret("bot-token", f"{BOT_ID}:{keyring.secret('bot-secret')}")
