"""Requests to the service with what comes before them: those that are to be done, and those that are to be refused."""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pydantic import SecretStr

from api.client import Api
from api.schemas.signing_in import SignInStarted
from models.refusals import Refusal
from tests.api.hands import Staff, Town

Call = Callable[[Api], Awaitable[object]]
NUMBERS = itertools.count(1)
WRONG = SecretStr("không phải mật khẩu này")
NEW = SecretStr("Mạ non xanh rì rào")
HOUR = timedelta(hours=1)


@dataclass
class Scene:
    """Somebody at a chat of their own, and what they have in their hands."""

    town: Town
    chat: int
    phone: str
    staff: Staff
    api: Api
    begun: SignInStarted | None = None
    call: Call = field(default=Api.me)

    @classmethod
    def of(cls, town: Town, *, knows_phone: bool = True, **more: Any) -> "Scene":
        number = next(NUMBERS)
        phone = f"+84912{number:06}"
        town.clock.turn(HOUR)  # nothing that was sent before stands in the way
        staff = town.registry.account(phone if knows_phone else None, **more)
        return cls(town, number, phone, staff, town.chat(number))

    async def begin(self) -> SignInStarted:
        """The password step, done."""
        self.begun = await self.town.password_step(self.staff, self.api)
        return self.begun

    async def sign_in(self) -> None:
        self.api = await self.town.sign_in(self.staff, self.chat)

    def make_inactive(self) -> None:
        """The account is closed."""
        self.town.registry.owner.execute("UPDATE account SET is_active = false WHERE id = %s", [self.staff.id])

    @property
    def code(self) -> SecretStr:
        return SecretStr(self.town.inbox.last_code(self.phone))

    def now(self, call: Call) -> "Scene":
        """What is to be asked."""
        self.call = call
        return self


Prepare = Callable[[Town], Awaitable[Scene]]


@dataclass(frozen=True)
class Ask:
    """A request: the route it goes to, what comes before it, and why it is refused, if it is."""

    route: str
    what: str
    prepare: Prepare
    refusal: type[Refusal] | None = None

    def __str__(self) -> str:
        return f"{self.route} {self.what}"


ASKS: list[Ask] = []


def asks(route: str, *, refused: type[Refusal] | None = None) -> Callable[[Prepare], Prepare]:
    """A scene that asks this of the service."""

    def note(prepare: Prepare) -> Prepare:
        ASKS.append(Ask(route, prepare.__name__, prepare, refused))
        return prepare

    return note


async def refusal_of(asked: Awaitable[object]) -> Refusal:
    """Why it was refused."""
    try:
        answer = await asked
    except Refusal as refusal:
        return refusal
    raise AssertionError(f"it was not refused: {type(answer).__name__}")
