"""What each part of the demo is told, and what it is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from trambot.demo import wiring
from trambot.demo.home import Home
from trambot.demo.keyring import Keyring
from trambot.demo.wiring import Addresses

ADDRESSES = Addresses("postgresql://api:password@127.0.0.1:1/trambot", "redis://:password@127.0.0.1:2/0", 3, 4, 5)


@pytest.fixture
def home(folder: Path) -> Iterator[Home]:
    with Home(folder).opened() as home:
        wiring.parts(ADDRESSES, home, Keyring(home.secrets))
        yield home


def known_to(part: str, home: Home) -> dict[str, str]:
    return {file.name: file.read_text() for file in (home.secrets / part).iterdir()}


def test_the_bot_knows_neither_the_database_nor_a_data_key(home: Home) -> None:
    api, bot = known_to("api", home), known_to("bot", home)
    assert "TRAMBOT_DATABASE_URL" in api
    assert "TRAMBOT_DATABASE_URL" not in bot
    shared = {name for name, value in api.items() if value in bot.values()}
    assert shared == {"TRAMBOT_SERVICE_KEY"}


def test_the_api_knows_neither_the_bots_token_nor_its_journals_key(home: Home) -> None:
    assert not {"TRAMBOT_BOT_TOKEN", "TRAMBOT_JOURNAL_KEY", "TRAMBOT_REDIS_URL"} & known_to("api", home).keys()


def test_T24_no_secret_stands_in_the_environment(home: Home) -> None:
    secrets = {value for part in ("simulator", "api", "bot") for value in known_to(part, home).values()}
    for part in wiring.parts(ADDRESSES, home, Keyring(home.secrets)):
        assert not secrets & set(part.environment.values())
