"""A running simulator for each test, a stock Bot that talks to it, and the people in it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from simulator import app as simulator_app
from simulator import person
from simulator.people import Person
from simulator.town import Town

TOKEN = "700000000:test-token"
SMS_KEY = "test-sms-key"

NURSE = Person(700_000_001, "Demo", "Y tá", "demo_nurse", "+84912000001", note="Y tá, có số điện thoại")
CLERK = Person(700_000_002, "Demo", "Cán bộ", "", "+84912000002", note="Cán bộ cơ sở tiêm")


class Clock:
    """Real time, moved forward by hand."""

    def __init__(self) -> None:
        self.ahead = 1_600_000_000.0

    def __call__(self) -> float:
        return self.ahead


@dataclass
class Running:
    """A simulator under test: its address, its inside and its clock."""

    address: simulator_app.Address
    town: Town
    clock: Clock

    def bot(self, token: str = TOKEN) -> Bot:
        # A long poll holds one connection; a second request must not wait for it.
        return Bot(
            token,
            base_url=self.address.base_url,
            base_file_url=self.address.base_file_url,
            request=HTTPXRequest(8, read_timeout=5),
            get_updates_request=HTTPXRequest(8, read_timeout=5),
        )


@pytest.fixture(autouse=True)
def _spans_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """PTB warns of the old way to give `retry_after` and friends; this is the new one."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    clock = Clock()
    town = Town(simulator_app.bot_of(TOKEN, "trambot_demo_bot", "TramBot"), [NURSE, CLERK], clock=clock)
    app = simulator_app.make_app(token=TOKEN, sms_key=SMS_KEY, town=town)
    async with simulator_app.running("127.0.0.1", 0, app) as address:
        yield Running(address, town, clock)


@pytest.fixture
async def bot(running: Running) -> AsyncIterator[Bot]:
    async with running.bot() as bot:
        yield bot


@pytest.fixture
async def play(running: Running) -> AsyncIterator[person.Town]:
    async with person.Town(running.address.url) as town:
        yield town


@pytest.fixture
async def nurse(play: person.Town) -> person.Person:
    """The nurse, who has written to the bot once; that update is confirmed."""
    nurse = await play.person("Y tá")
    await nurse.say("/start")
    return nurse
