"""Codes where they do not belong: every chat, sign-in, token and code that there is, crossed with all others (T05)."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID, uuid4

import psycopg
import pytest
from pydantic import SecretStr

from api.client import Api
from api.schemas.signing_in import SessionOpened
from models.refusals import OtpWrong, Refusal, SignInEnded
from models.rules import MAX_OTP_FAILURES
from tests.api.hands import SECOND, Staff, Town
from tests.fire.series import Fire

SIGN_IN, FIRST_PHONE = "sign in", "first phone"
NOBODYS = "nobody's"
NO_CHAT = 0


@dataclass(frozen=True)
class Code:
    """A code that went out, with all that it is for."""

    digits: str
    user: str
    purpose: str
    phone: str
    is_void: bool = False


@dataclass(frozen=True)
class Waiting:
    """A sign-in that waits for its code."""

    staff: Staff
    chat: int
    id: UUID
    token: str
    code: Code
    is_dead: bool = False
    """Its account got a number meanwhile, through another sign-in."""


class Crossed(NamedTuple):
    """A confirmation put together from what belongs to different sign-ins; by their names."""

    chat: int
    sign_in: str
    token: str
    code: str


class Cast:
    """Accounts that sign in at the same time, so that each pair differs in something, and in as little as can be."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.waiting: dict[str, Waiting] = {}
        self.codes: dict[str, Code] = {}

    async def take_places(self) -> None:
        """All within the life of a code, and none sooner after another than SMS may go."""
        user, other, same_phone = self._account("+84912000001"), self._account("+84912000002"), "+84912000001"
        new, late = self._account(None), self._account(None)
        await self._begin("one", user, 1)
        await self._begin("another user in the same chat", other, 1)
        await self._begin_first("first number", new, 3, "+84912000003")
        await self._begin_first("overtaken", late, 5, "+84912000005", is_dead=True)
        self.town.clock.turn(61 * SECOND)
        await self._resend("one")
        await self._correct("first number", "+84912000004")
        await self._use(late, 6, "+84912000006")
        self.town.clock.turn(61 * SECOND)
        await self._begin("the same user in another chat", user, 2)
        await self._begin_first("another first number in another chat", new, 4, "+84912000007")
        await self._begin("the user who was overtaken", late, 7, "+84912000006")
        self.town.clock.turn(61 * SECOND)
        await self._begin("the same user without a chat", user, NO_CHAT)
        self.town.clock.turn(61 * SECOND)
        await self._begin("another user with the same number", self._account(same_phone), 8)

    def api(self, chat: int) -> Api:
        return self.town.chat(chat) if chat != NO_CHAT else self.town.caller()

    def every_crossing(self) -> Iterator[Crossed]:
        """All there are, but those of which nothing is crossed, and those that chance made right."""
        chats = [*sorted({waiting.chat for waiting in self.waiting.values()}), 99]
        names = [*self.waiting, NOBODYS]
        for crossed in map(Crossed._make, itertools.product(chats, names, names, self.codes)):
            if not self.is_right(crossed):
                yield crossed

    def is_right(self, crossed: Crossed) -> bool:
        target = self.target(crossed)
        return target is not None and self.codes[crossed.code].digits == target.code.digits

    def target(self, crossed: Crossed) -> Waiting | None:
        """The sign-in whose the chat, the id and the token are; its code is what is wrong."""
        waiting = self.waiting.get(crossed.sign_in)
        return waiting if waiting and (crossed.chat, crossed.token) == (waiting.chat, crossed.sign_in) else None

    def expected(self, crossed: Crossed) -> tuple[Refusal, dict[int, int]]:
        """What comes of it, and what is counted: a wrong code where a sign-in waits for one, nothing elsewhere."""
        target = self.target(crossed)
        if target is None or target.is_dead:
            return SignInEnded(), {}
        return OtpWrong(left=MAX_OTP_FAILURES - 1), {target.staff.id: 1}

    async def outcome(self, crossed: Crossed) -> SessionOpened | Refusal:
        sign_in, owner = self.waiting.get(crossed.sign_in), self.waiting.get(crossed.token)
        token, code = owner.token if owner else "nobody's-token-0123456789", self.codes[crossed.code].digits
        try:
            return await self.api(crossed.chat).confirm_otp(sign_in.id if sign_in else uuid4(), token, SecretStr(code))
        except Refusal as refusal:
            return refusal

    def dimensions(self, crossed: Crossed) -> dict[str, object]:
        code = self.codes[crossed.code]
        of_code = {"user": code.user, "purpose": code.purpose, "phone": code.phone, "void": code.is_void}
        return {"chat": crossed.chat, "sign-in": crossed.sign_in, "token": crossed.token, **of_code}

    # How it comes about

    def _account(self, phone: str | None) -> Staff:
        return self.town.registry.account(phone, api_permission=True)

    async def _begin(self, name: str, staff: Staff, chat: int, phone: str | None = None) -> None:
        begun = await self.api(chat).start_sign_in(staff.username, staff.password)
        phone = phone or staff.phone or ""
        code = self._read(name, staff, SIGN_IN, phone)
        self.waiting[name] = Waiting(staff, chat, begun.id, begun.token, code)

    async def _begin_first(self, name: str, staff: Staff, chat: int, phone: str, *, is_dead: bool = False) -> None:
        begun = await self.api(chat).start_sign_in(staff.username, staff.password)
        await self.api(chat).give_phone(begun.id, begun.token, phone, await self.town.solved_captcha(self.api(chat)))
        code = self._read(name, staff, FIRST_PHONE, phone)
        self.waiting[name] = Waiting(staff, chat, begun.id, begun.token, code, is_dead)

    async def _resend(self, name: str) -> None:
        waiting = self._void(name)
        await self.api(waiting.chat).resend_otp(waiting.id, waiting.token)
        self._renew(name, waiting, waiting.code.phone)

    async def _correct(self, name: str, phone: str) -> None:
        waiting, api = self._void(name), self.api(self.waiting[name].chat)
        await api.give_phone(waiting.id, waiting.token, phone, await self.town.solved_captcha(api))
        self._renew(name, waiting, phone)

    async def _use(self, staff: Staff, chat: int, phone: str) -> None:
        """A first number is confirmed; the code was good once."""
        await self._begin_first("used", staff, chat, phone)
        used = self.waiting.pop("used")
        await self.api(chat).confirm_otp(used.id, used.token, SecretStr(used.code.digits))
        self._put_aside("used", used.code)

    def _void(self, name: str) -> Waiting:
        self._put_aside(f"{name}, before", self.waiting[name].code)
        return self.waiting[name]

    def _renew(self, name: str, waiting: Waiting, phone: str) -> None:
        code = self._read(name, waiting.staff, waiting.code.purpose, phone)
        self.waiting[name] = Waiting(waiting.staff, waiting.chat, waiting.id, waiting.token, code)

    def _read(self, name: str, staff: Staff, purpose: str, phone: str) -> Code:
        self.codes[name] = Code(self.town.inbox.last_code(phone), staff.username, purpose, phone)
        return self.codes[name]

    def _put_aside(self, name: str, code: Code) -> None:
        self.codes[name] = Code(code.digits, code.user, code.purpose, code.phone, is_void=True)


def pairs(dimensions: dict[str, object]) -> set[tuple[object, ...]]:
    """The pairs of values of different dimensions."""
    return set(itertools.combinations(dimensions.items(), 2))


def some_of_every_pair(all_: list[Crossed], dice: random.Random) -> list[Crossed]:
    """Crossings in which each pair of chat, sign-in, token and code occurs that occurs in all of them."""
    met: set[tuple[object, ...]] = set()
    chosen = []
    for crossed in dice.sample(all_, len(all_)):
        new = pairs(crossed._asdict()) - met
        if new:
            met |= new
            chosen.append(crossed)
    return chosen


@pytest.fixture
def forgetting(superuser_url: str) -> Iterator[psycopg.Connection]:
    """Somebody whom no wall holds: wrong ones are forgotten only for a right one, for everybody else."""
    with psycopg.connect(superuser_url, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        yield superuser


def counted(forgetting: psycopg.Connection) -> dict[int, int]:
    """The wrong ones of each account that has any; they are then forgotten, so that no lock hides the next answer."""
    counted = forgetting.execute("SELECT account_id, failures FROM otp_guard WHERE failures > 0").fetchall()
    if counted:
        forgetting.execute("UPDATE otp_guard SET failures = 0, streak = 0, locked_until = NULL")
    return dict(counted)


@pytest.mark.fire("orders")
async def test_T05_no_code_is_good_for_anything_but_what_it_was_sent_for(
    town: Town, forgetting: psycopg.Connection, fire: Fire
) -> None:
    cast = Cast(town)
    await cast.take_places()
    tried = list(cast.every_crossing())
    if not fire.is_long:
        tried = some_of_every_pair(tried, fire.dice())
    for chat in fire.series("chats", sorted({crossed.chat for crossed in tried})):
        for crossed in (one for one in tried if one.chat == chat):
            assert (await cast.outcome(crossed), counted(forgetting)) == cast.expected(crossed), crossed
    met = set[tuple[object, ...]]().union(*(pairs(cast.dimensions(crossed)) for crossed in tried))
    fire.figure("T05", "crossed confirmations accepted", f"0 of {len(tried)}, with {len(met)} pairs of 7 dimensions")
    await each_is_good_for_its_own(cast)


async def each_is_good_for_its_own(cast: Cast) -> None:
    """What was crossed was all alive; of two first numbers of an account the one that comes first stands."""
    outcomes = {name: await cast.outcome(Crossed(one.chat, name, name, name)) for name, one in cast.waiting.items()}
    refused = {name for name, outcome in outcomes.items() if not isinstance(outcome, SessionOpened)}
    assert refused == {"overtaken", "another first number in another chat"}
