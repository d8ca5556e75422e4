"""One request in a scene of its own, while one round of it is spoilt; and how it goes when nothing is."""

import itertools
from collections.abc import Awaitable
from dataclasses import dataclass

from api.client.faults import ApiFault
from models.refusals import Busy, Refusal
from tests.faults.asks import Ask
from tests.faults.conftest import Beset
from tests.faults.proxy import Trap
from tests.faults.state import State, Traces

KEYS = itertools.count(1)
TRIES = 6
KEYLESS = ("/v1/effects", "/v1/deliveries")


@dataclass(frozen=True)
class Ended:
    """How a request went: what was answered, what it left, how many SMS came; and whether its round came at all."""

    answer: object
    left: State
    sms: int
    was_spoilt: bool = True
    rounds: int = 0
    """How many it made with PostgreSQL."""

    @property
    def kind(self) -> str:
        return type(self.answer).__name__


class Trial:
    """A request, ready to be made."""

    def __init__(self, beset: Beset, ask: Ask) -> None:
        self._beset = beset
        self._ask = ask

    async def prepare(self) -> "Trial":
        self._scene = await self._ask.prepare(self._beset.town)
        await self._beset.warm_up()
        self._traces = Traces(self._scene)
        self._api = self._scene.api
        if not any(keyless in self._ask.route for keyless in KEYLESS):
            self._api = self._api.under(f"the-key-of-trial-{next(KEYS)}")
        return self

    async def go(self, trap: Trap | None = None) -> Ended:
        """Make it, with that trap in its way to PostgreSQL."""
        self._beset.postgres.trap = trap
        rounds = self._beset.postgres.listen_in()
        answer = await outcome_of(self._scene.call(self._api))
        self._beset.postgres.trap = None
        was_spoilt = trap is not None and trap.sprung.is_set()
        return Ended(answer, self._traces.now(), self._traces.sms(), was_spoilt, len(rounds))

    async def go_again(self) -> Ended:
        """Make it again under the same key, until it is known what became of it."""
        for _ in range(TRIES):
            ended = await self.go()
            if not isinstance(ended.answer, ApiFault | Busy):
                break
        return ended


async def outcome_of(asked: Awaitable[object]) -> object:
    """What was answered, or what kept it from being answered."""
    try:
        return await asked
    except (Refusal, ApiFault) as outcome:
        return outcome
