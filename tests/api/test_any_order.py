"""The steps of signing in, in any order, from any chat, at any time: the machine that looks for a way around R5."""

import asyncio
import itertools
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pydantic import SecretStr

from api.schemas import SessionOpened, SignInStarted
from models.refusals import OtpDisabled, OtpExpired, OtpLocked, OtpWrong, Refusal, SignInEnded
from models.rules import MAX_OTP_FAILURES, MAX_OTP_STREAK, OTP_LOCK
from tests.api.hands import PASSWORD, Staff, Town, another, password_hash
from tests.tables.figures import keep

T = TypeVar("T")
NUMBERS = itertools.count(1)
CHATS = st.integers(0, 1)
PAUSES = st.sampled_from([1, 59, 61, 240, 299, 301])


class SigningIn(RuleBasedStateMachine):
    """One account, two chats, a clock; what may be judged is kept beside, and every answer is held against it."""

    town: Town
    loop: asyncio.AbstractEventLoop
    most = 0
    """Guesses judged within five minutes, at the most."""

    @initialize()
    def an_account(self) -> None:
        number = next(NUMBERS)
        cheap = password_hash(PASSWORD.get_secret_value(), is_cheap=True)
        phone, name = f"+84912{number:06}", f"machine.{number:06}"
        self.staff: Staff = self.town.registry.account(phone, username=name, password_hash=cheap)
        self.chats = [self.town.chat(10_000 + 2 * number + chat) for chat in range(2)]
        self.town.clock.turn(timedelta(days=2))
        self.begun: dict[int, SignInStarted] = {}
        self.codes: dict[int, str] = {}
        self.judged: list[datetime] = []
        self.streak = 0
        self.locked_until: datetime | None = None

    @rule(chat=CHATS)
    def give_the_password(self, chat: int) -> None:
        outcome = self.outcome(self.chats[chat].start_sign_in(self.staff.username, self.staff.password))
        if self.is_shut():
            assert isinstance(outcome, OtpLocked | OtpDisabled)
        else:
            assert isinstance(outcome, SignInStarted)
            self.begun[chat] = outcome
            self.codes.pop(chat, None)
            self.read_the_sms(chat, sent=outcome.otp is not None and outcome.otp.sms == "sent")

    @precondition(lambda self: self.begun)
    @rule(chat=CHATS)
    def resend(self, chat: int) -> None:
        if chat in self.begun:
            begun = self.begun[chat]
            outcome = self.outcome(self.chats[chat].resend_otp(begun.id, begun.token))
            self.read_the_sms(chat, sent=not isinstance(outcome, Refusal))

    @precondition(lambda self: self.begun)
    @rule(chat=CHATS, times=st.integers(1, 7))
    def guess_wrong(self, chat: int, times: int) -> None:
        for _ in range(times if chat in self.begun else 0):
            begun, was_shut = self.begun[chat], self.is_shut()
            wrong = another(self.codes.get(chat, "000000"))
            outcome = self.outcome(self.chats[chat].confirm_otp(begun.id, begun.token, wrong))
            assert isinstance(outcome, OtpWrong | OtpLocked | OtpDisabled | OtpExpired | SignInEnded)
            if not was_shut and isinstance(outcome, OtpWrong | OtpLocked | OtpDisabled):
                self.count(outcome)

    @precondition(lambda self: self.codes)
    @rule(chat=CHATS, elsewhere=st.booleans())
    def answer_right(self, chat: int, elsewhere: bool) -> None:
        if chat not in self.codes:
            return
        begun, code = self.begun[chat], SecretStr(self.codes[chat])
        asked = self.chats[1 - chat if elsewhere else chat]
        outcome = self.outcome(asked.confirm_otp(begun.id, begun.token, code))
        if isinstance(outcome, SessionOpened):
            assert not self.is_shut()
            assert not elsewhere
            self.judged, self.streak, self.locked_until = [], 0, None
            del self.codes[chat], self.begun[chat]
        else:
            assert isinstance(outcome, OtpLocked | OtpDisabled | OtpExpired | SignInEnded)

    @rule(seconds=PAUSES)
    def wait(self, seconds: int) -> None:
        self.town.clock.turn(timedelta(seconds=seconds))

    @invariant()
    def five_guesses_in_five_minutes_and_fifty_in_a_row(self) -> None:
        if hasattr(self, "staff"):
            since = self.town.clock.now() - OTP_LOCK
            failures, streak, _ = self.town.registry.guard(self.staff)
            judged = sum(at > since for at in self.judged)
            SigningIn.most = max(SigningIn.most, judged)
            assert judged <= MAX_OTP_FAILURES
            assert (streak, failures <= MAX_OTP_FAILURES) == (self.streak, True)

    def count(self, outcome: OtpWrong | OtpLocked | OtpDisabled) -> None:
        self.judged.append(self.town.clock.now())
        self.streak += 1
        if isinstance(outcome, OtpLocked):
            self.locked_until = outcome.until
            self.codes = {}  # after the lock the password comes first again

    def is_shut(self) -> bool:
        locked = self.locked_until is not None and self.town.clock.now() < self.locked_until
        return locked or self.streak >= MAX_OTP_STREAK

    def read_the_sms(self, chat: int, *, sent: bool) -> None:
        if sent:
            self.codes[chat] = self.town.inbox.last_code(self.staff.phone or "")

    def outcome(self, asked: Coroutine[Any, Any, T]) -> T | Refusal:
        """What came of it; the machine itself runs beside the loop."""
        try:
            return asyncio.run_coroutine_threadsafe(asked, self.loop).result(timeout=20)
        except Refusal as refusal:
            return refusal


SHAPES = [(500, 6, 1), (500, 6, 2), (500, 6, 3), (480, 6, 4), (20, 30, 5)]
"""Sequences, steps of each, and the seed: 2,000 in all, some of them long enough for fifty wrong ones in a row."""


@pytest.mark.parametrize(("sequences", "steps", "dice"), SHAPES)
async def test_T02_T13_no_order_of_steps_gets_more_than_five_guesses_judged(
    town: Town, sequences: int, steps: int, dice: int
) -> None:
    SigningIn.town, SigningIn.loop, SigningIn.most = town, asyncio.get_running_loop(), 0
    short = settings(
        max_examples=sequences,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, seed(dice)(SigningIn), settings=short)
    keep("T02", f"part {dice}", f"{sequences} orders of {steps} steps; judged in five minutes at most {SigningIn.most}")
