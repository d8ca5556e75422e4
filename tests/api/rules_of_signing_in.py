"""What must come of each step of signing in, as the rules say it: said a second time, to hold the service against."""

from dataclasses import dataclass, field
from datetime import datetime

from api.schemas.own_account import OtpProven
from api.schemas.signing_in import OtpSent, SessionOpened, SignInStarted
from models.refusals import (
    NotFound,
    OtpDisabled,
    OtpExpired,
    OtpLocked,
    OtpWrong,
    Refusal,
    ResendTooSoon,
    SignInEnded,
    TooManySms,
)
from models.rules import MAX_OTP_FAILURES, MAX_OTP_STREAK, OTP_LIFETIME, OTP_LOCK, SIGN_IN_LIFETIME
from models.words import SmsOutcome

NO_SMS = ResendTooSoon | TooManySms


@dataclass
class Begun:
    """A sign-in that was begun at a place, with what it waits for."""

    place: int
    at: datetime
    answer: SignInStarted
    phone: str | None
    """Where its codes go; None before a first number was given."""
    code: str = ""
    code_until: datetime | None = None
    old_codes: list[str] = field(default_factory=list)
    is_over: bool = False

    def has_code(self, now: datetime) -> bool:
        """Whether there is a code that would be judged."""
        return self.code_until is not None and now < self.code_until

    def take_code(self, code: str, now: datetime) -> None:
        """A new code makes the old one void (R4)."""
        self.old_codes.append(self.code)
        self.code, self.code_until = code, now + OTP_LIFETIME


@dataclass
class Rules:
    """One account, as far as R1, R3, R4 and R5 go."""

    phone: str | None
    failures: int = 0
    streak: int = 0
    locked_until: datetime | None = None
    sessions: int = 0
    session_code: str = ""
    """Of the session of whoever signed in last, for something sensitive; void once it is used."""
    session_code_until: datetime | None = None
    begun: list[Begun] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    """The attempts that are to be written down (R2)."""

    def shut(self, now: datetime) -> OtpLocked | OtpDisabled | None:
        """Why nothing is judged now (R5)."""
        if self.streak == MAX_OTP_STREAK:
            return OtpDisabled()
        if self.locked_until is not None and now < self.locked_until:
            return OtpLocked(until=self.locked_until, max=MAX_OTP_FAILURES)
        return None

    def live(self, now: datetime) -> list[Begun]:
        """The sign-ins that still wait for something."""
        return [begun for begun in self.begun if not begun.is_over and now < begun.at + SIGN_IN_LIFETIME]

    # Steps: what must come of each

    def password_given(self, place: int, answer: SignInStarted | Refusal, now: datetime) -> None:
        """The right password; it begins a sign-in, and ends those of the same place."""
        shut = self.shut(now)
        self.history.append(_row(shut) if shut else "password_right")
        if shut is not None:
            assert answer == shut
            return
        assert isinstance(answer, SignInStarted)
        assert (answer.needs_phone, answer.otp is None) == (self.phone is None, self.phone is None)
        self.end([begun for begun in self.begun if begun.place == place])
        self.begun.append(Begun(place, now, answer, self.phone))

    def number_given(self, begun: Begun, place: int, phone: str, answer: OtpSent | Refusal, now: datetime) -> None:
        """A first number, with a solved captcha; another one corrects it (R3)."""
        expected = self._not_here(begun, place, now)
        if expected is None and not begun.answer.needs_phone:
            expected = NotFound()
        if expected is None and self.phone is not None:
            expected = SignInEnded()
        if _is_sent(answer, expected):
            begun.phone = phone

    def sent_again(self, begun: Begun, place: int, answer: OtpSent | Refusal, now: datetime) -> None:
        """A new code was asked for (R4)."""
        expected = self._not_here(begun, place, now)
        if expected is None and begun.phone is None:
            expected = NotFound()
        _is_sent(answer, expected)

    def guessed(self, begun: Begun, place: int, code: str, answer: SessionOpened | Refusal, now: datetime) -> None:
        """A code was given: refused unjudged, or judged and counted (R5)."""
        refusal = self._not_here(begun, place, now)
        if refusal is None and not begun.has_code(now):
            refusal = OtpExpired()
        if refusal is None and self.phone != (None if begun.answer.needs_phone else begun.phone):
            refusal = SignInEnded()
        if refusal is None and code != begun.code:
            refusal = self._counted(now)
        if refusal is None:
            assert isinstance(answer, SessionOpened)
            self._let_in(begun)
        else:
            assert answer == refusal
            self.history += [] if refusal == SignInEnded() else [_row(refusal)]

    def session_code_sent(self, answer: OtpSent | Refusal, now: datetime) -> bool:
        """A code was asked for in the middle of a session."""
        return _is_sent(answer, self.shut(now))

    def session_code_given(self, code: str, answer: OtpProven | Refusal, now: datetime) -> None:
        """It was given: by the same guard as every other (R5)."""
        refusal: Refusal | None = self.shut(now)
        if refusal is None and (self.session_code_until is None or now >= self.session_code_until):
            refusal = OtpExpired()
        if refusal is None and code != self.session_code:
            refusal = self._counted(now)
        if refusal is None:
            assert isinstance(answer, OtpProven)
            self.failures, self.streak, self.locked_until = 0, 0, None
            self.session_code_until = None
            self.history.append("otp_confirmed")
        else:
            assert answer == refusal
            self.history.append(_row(refusal))

    def password_changed(self) -> None:
        """Every sign-in on its way ends with the old password."""
        self.end(self.begun)

    def end(self, some: list[Begun]) -> None:
        for begun in some:
            begun.is_over = True

    def _not_here(self, begun: Begun, place: int, now: datetime) -> Refusal | None:
        """Why a step of a sign-in is not even looked at."""
        if begun.place != place:
            return SignInEnded()
        return self.shut(now) or (None if begun in self.live(now) else SignInEnded())

    def _counted(self, now: datetime) -> Refusal:
        """After a lock the count begins anew, the streak goes on; the fifth ends what is on its way."""
        self.failures = 1 if self.locked_until else self.failures + 1
        self.streak += 1
        self.locked_until = now + OTP_LOCK if self.failures == MAX_OTP_FAILURES else None
        shut = self.shut(now)
        if shut is not None:
            self.end(self.begun)
        return shut or OtpWrong(left=MAX_OTP_FAILURES - self.failures)

    def _let_in(self, begun: Begun) -> None:
        self.failures, self.streak, self.locked_until = 0, 0, None
        self.phone = begun.phone
        self.sessions += 1
        self.session_code_until = None
        self.history.append("signed_in")
        begun.is_over = True


def _is_sent(answer: OtpSent | Refusal, expected: Refusal | None) -> bool:
    """Whether an SMS went; that it may be too soon for one is another test's matter (T06)."""
    if expected is not None:
        assert answer == expected
        return False
    assert isinstance(answer, NO_SMS) or (isinstance(answer, OtpSent) and answer.sms is SmsOutcome.SENT)
    return isinstance(answer, OtpSent)


def _row(refusal: Refusal) -> str:
    """What the login history calls it."""
    match refusal:
        case OtpWrong():
            return "wrong_otp"
        case OtpLocked():
            return "otp_locked"
        case OtpDisabled():
            return "otp_disabled"
        case _:
            return "otp_expired"
