"""The steps of signing in, in any order, from any place, at any time: walks that look for a way around R5.

Every answer is held against the rules, and so are the guard and the login history after it. Two processes' worth of
the service answer in turns, and one of them begins anew in the middle; the service keeps nothing in Valkey.
"""

import itertools
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from pydantic import SecretStr

from api.app import make_app
from api.client import Api
from api.schemas.signing_in import SessionOpened, SignInStarted
from api.settings import ApiSettings
from conversations.texts import word
from models.refusals import Refusal, SessionEnded
from models.rules import MAX_OTP_FAILURES, MAX_OTP_STREAK, OTP_LIFETIME, OTP_LOCK
from tests.api.hands import PASSWORD, Town, another, served
from tests.api.rules_of_signing_in import Begun, Rules
from tests.fire.series import Fire

T = TypeVar("T")
Step = Callable[[], Coroutine[Any, Any, None]]
PLACES = 3
"""Two chats, and an address without a chat."""
PAUSES = [timedelta(seconds=s) for s in (1, 59, 61, 61, 240, 299, 301, 1801)]
ABOUT_A_LOCK = PAUSES[-3:]
SHORT, LONG = (3, 4, 4, 5, 7), (70,)
"""Steps of a walk; a long one comes as far as fifty wrong codes in a row."""
ONE_IN = 100
"""So many short walks are there for a long one."""
NUMBERS = itertools.count(1)


class Branches:
    """The service served twice on one database."""

    def __init__(self, town: Town, settings: ApiSettings) -> None:
        self.town = town
        self._settings = settings
        self._url = ""
        self._running = AsyncExitStack()

    async def restart(self) -> None:
        """Begin the second one anew."""
        await self.close()
        app = make_app(self._settings, word, self.town.clock)
        self._url = await self._running.enter_async_context(served(app))

    async def close(self) -> None:
        await self._running.aclose()

    def at(self, place: int, number: int, dice: random.Random) -> Api:
        """Either of them, as that place of that walk sees it."""
        chats = (self.town.chat(10_000 + 2 * number), self.town.chat(10_001 + 2 * number), self.town.caller())
        url = dice.choice([self.town.url, self._url])
        return Api(self.town.http, url, chats[place].service_key, chats[place].chat, patience=30)


@pytest.fixture
async def branches(town: Town, settings: ApiSettings) -> AsyncIterator[Branches]:
    branches = Branches(town, settings)
    await branches.restart()
    yield branches
    await branches.close()


class Walk:
    """One account, its person or somebody who has its password, and the steps they take."""

    def __init__(self, branches: Branches, dice: random.Random, *, is_long: bool) -> None:
        self.branches, self.town, self.dice = branches, branches.town, dice
        self.number, self.is_long = next(NUMBERS), is_long
        self.phones = [f"+8491{network}{self.number:06}" for network in (2, 3)]
        self.rules = Rules(None if dice.random() < 0.12 else self.phones[0])
        self.staff = self.town.registry.account(self.rules.phone, api_permission=True)
        self.password = PASSWORD
        self.session: tuple[int, str] | None = None
        """The place where somebody signed in last, and the token they got."""
        self.steps = self._steps()
        self.trail: list[str] = []
        self.counted: Counter[str] = Counter()
        self.judged: list[datetime] = []
        """When, since the last right one."""

    def _steps(self) -> dict[Step, int]:
        """How likely each step is; some walks never take some of them."""
        usual = {self.guess: 16, self.wait: 2, self.resend: 2, self.give_the_password: 1}
        if self.is_long:  # somebody who has the password and not the SMS
            return usual
        seldom = {
            self.answer: 6,
            self.give_a_number: 1 if self.rules.phone else 12,
            self.change_the_password: 2,
            self.ask_for_a_session_code: 3,
            self.give_the_session_code: 4,
        }
        return {step: often * self.dice.randint(0, 2) for step, often in (usual | seldom).items()} | {self.guess: 8}

    async def go(self, *, restarts: bool) -> Counter[str]:
        """Walk; what was met on the way, by its name."""
        self.town.clock.turn(timedelta(days=2))
        self.town.inbox.be_good()
        steps = self.dice.choice(LONG if self.is_long else SHORT)
        restart_at = self.dice.randrange(steps) if restarts else None
        for number in range(steps):
            if number == restart_at:
                await self.branches.restart()
            await self._take(self._next())
        assert self.town.registry.attempts(self.staff) == self.rules.history, self.trail
        sessions = self.town.registry.one("SELECT count(*) FROM session WHERE account_id = %s", self.staff.id)
        assert sessions == self.rules.sessions, self.trail
        return self.counted

    def _next(self) -> Step:
        if not self.rules.begun:
            return self.give_the_password
        has_code = any(begun.has_code(self.now()) for begun in self.rules.live(self.now()))
        if not has_code and self.dice.random() < 0.7:
            return self.dice.choice(self._ways_to_a_code())
        [step] = self.dice.choices(list(self.steps), list(self.steps.values()))
        return step

    def _ways_to_a_code(self) -> list[Step]:
        """Without one, little is judged."""
        if self.rules.shut(self.now()):
            return [self.wait]
        if not self.rules.live(self.now()):
            return [self.give_the_password]
        return [self.wait, self.resend if self.rules.phone else self.give_a_number]

    async def _take(self, step: Step) -> None:
        self.trail.append(step.__name__)
        try:
            await step()
            self._look_at_the_guard()
        except AssertionError as wrong:
            wrong.add_note(f"after {' '.join(self.trail)}")
            raise

    def _look_at_the_guard(self) -> None:
        """The row counts what the rules count; and never more than R5 allows, whatever the rules made of it here."""
        failures, streak, locked_until = self.town.registry.guard(self.staff)
        assert (failures, streak, locked_until) == (self.rules.failures, self.rules.streak, self.rules.locked_until)
        self.judged = [*self.judged, *(streak - len(self.judged)) * [self.now()]] if streak else []
        lately = sum(at > self.now() - OTP_LOCK for at in self.judged)
        assert lately <= MAX_OTP_FAILURES
        assert len(self.judged) <= MAX_OTP_STREAK
        self.counted["judged in five minutes"] = max(self.counted["judged in five minutes"], lately)
        self.counted["judged in a row"] = max(self.counted["judged in a row"], streak)

    # Steps

    async def give_the_password(self) -> None:
        place = self.dice.randrange(PLACES)
        answer = await self._outcome(self._at(place).start_sign_in(self.staff.username, self.password))
        self.rules.password_given(place, answer, self.now())
        if isinstance(answer, SignInStarted) and answer.otp and answer.otp.sms == "sent":
            self._read_the_sms(self.rules.begun[-1])

    async def give_a_number(self) -> None:
        begun, place = self._somewhere()
        api, phone = self._at(place), self.dice.choice(self.phones)
        captcha = await self.town.solved_captcha(api)
        answer = await self._outcome(api.give_phone(begun.answer.id, begun.answer.token, phone, captcha))
        self.rules.number_given(begun, place, phone, answer, self.now())
        if not isinstance(answer, Refusal):
            self._read_the_sms(begun)

    async def resend(self) -> None:
        begun, place = self._somewhere()
        answer = await self._outcome(self._at(place).resend_otp(begun.answer.id, begun.answer.token))
        self.rules.sent_again(begun, place, answer, self.now())
        if not isinstance(answer, Refusal):
            self._read_the_sms(begun)

    async def guess(self) -> None:
        """Wrong ones: made up, of before a resend, of another sign-in; several of them at a time."""
        begun, place = self._somewhere()
        made_up = another(begun.code or "000000").get_secret_value()
        others = [code for other in self.rules.begun for code in (other.code, *other.old_codes)]
        times = self.dice.choice([5, 6] if self.is_long else [1, 1, 2, 4, 6])
        for _ in range(times if begun in self.rules.live(self.now()) else 1):
            code = self.dice.choice([made_up, self.dice.choice(others)]) or made_up
            await self._give(begun, place, code if code != begun.code else made_up)

    async def answer(self) -> None:
        begun, place = self._somewhere()
        if begun.code:
            await self._give(begun, place, begun.code)

    async def change_the_password(self) -> None:
        if (api := self._inside()) is None:
            return
        new = SecretStr(f"đồng xanh mây trắng {len(self.trail)}")
        proven = await self._outcome(api.prove_password(self.password))
        changed = proven if isinstance(proven, Refusal) else await self._outcome(api.change_password(new))
        if not self._is_over(changed):
            self.password = new
            self.rules.password_changed()

    async def ask_for_a_session_code(self) -> None:
        if (api := self._inside()) is None:
            return
        answer = await self._outcome(api.send_otp())
        if self._is_over(answer):
            return
        if self.rules.session_code_sent(answer, self.now()):
            assert self.rules.phone
            self.rules.session_code = self.town.inbox.last_code(self.rules.phone)
            self.rules.session_code_until = self.now() + OTP_LIFETIME

    async def give_the_session_code(self) -> None:
        """Mostly a wrong one, or one that was for something else."""
        if (api := self._inside()) is None:
            return
        right = self.rules.session_code
        others = [begun.code for begun in self.rules.begun if begun.code not in {"", right}]
        wrong = self.dice.choice([another(right or "000000").get_secret_value(), *others])
        for code in [*self.dice.choice([0, 1, 5]) * [wrong], *self.dice.choice([[], [right or wrong]])]:
            answer = await self._outcome(api.prove_otp(SecretStr(code)))
            if self._is_over(answer):
                return
            self.counted[type(answer).__name__] += 1
            self.rules.session_code_given(code, answer, self.now())

    async def wait(self) -> None:
        self.town.clock.turn(self.dice.choice(ABOUT_A_LOCK if self.rules.shut(self.now()) else PAUSES))

    # What steps are made of

    def now(self) -> datetime:
        return self.town.clock.now()

    def _somewhere(self) -> tuple[Begun, int]:
        """A sign-in, mostly one that still waits, and mostly at its own place."""
        live = self.rules.live(self.now())
        begun = self.dice.choice(live if live and self.dice.random() < 0.85 else self.rules.begun)
        return begun, begun.place if self.dice.random() < 0.85 else self.dice.randrange(PLACES)

    def _at(self, place: int) -> Api:
        return self.branches.at(place, self.number, self.dice)

    def _inside(self) -> Api | None:
        """As whoever signed in last sees it."""
        if self.session is None:
            return None
        place, token = self.session
        return replace(self._at(place), token=token)

    def _is_over(self, answer: object) -> bool:
        if answer == SessionEnded():
            self.session = None
        return self.session is None

    def _read_the_sms(self, begun: Begun) -> None:
        assert begun.phone
        begun.take_code(self.town.inbox.last_code(begun.phone), self.now())

    async def _give(self, begun: Begun, place: int, code: str) -> None:
        """Once, or twice under one key, which is once."""
        api, comes_again = self._at(place), self.dice.random() < 0.1
        if comes_again:
            api = api.under(str(uuid4()))
        answer = await self._outcome(api.confirm_otp(begun.answer.id, begun.answer.token, SecretStr(code)))
        self.counted[type(answer).__name__] += 1
        self.rules.guessed(begun, place, code, answer, self.now())
        if comes_again:
            again = await self._outcome(api.confirm_otp(begun.answer.id, begun.answer.token, SecretStr(code)))
            assert again == answer
        if isinstance(answer, SessionOpened):
            self.session = place, answer.token

    async def _outcome(self, asked: Coroutine[Any, Any, T]) -> T | Refusal:
        try:
            return await asked
        except Refusal as refusal:
            return refusal


PARTS = 8
WALKS = 50
"""In a block."""


@pytest.mark.fire("orders")
@pytest.mark.parametrize("part", range(PARTS))
async def test_T02_T13_no_order_of_steps_gets_more_than_five_guesses_judged(
    branches: Branches, fire: Fire, part: int
) -> None:
    blocks = range(fire.size(short=2000, long=10_000) // PARTS // WALKS)
    for block in (series := fire.series("blocks of walks", blocks)):
        dice, met = fire.dice(block), Counter[str]()
        restarted = dice.randrange(WALKS) if fire.is_long or block == 0 else None
        for number in range(WALKS):
            walk = Walk(branches, dice, is_long=(block * WALKS + number) % ONE_IN == 0)
            met = _together(met, await walk.go(restarts=number == restarted))
        series.keep(met)
    met = reduce(_together, map(Counter, series.results))
    most, kinds = met.pop("judged in five minutes"), ", ".join(f"{count} {kind}" for kind, count in sorted(met.items()))
    what = f"judged within five minutes at most, part {part + 1} of {PARTS}"
    fire.figure("T02", what, f"{most} in {len(blocks) * WALKS} orders of steps ({kinds})")


def _together(some: Counter[str], more: Counter[str]) -> Counter[str]:
    """Both, the most of what is a limit, and the sum of what is not."""
    summed = some + more
    return Counter({n: max(some[n], more[n]) if n.startswith("judged") else count for n, count in summed.items()})
