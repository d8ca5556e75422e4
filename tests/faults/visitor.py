"""Somebody who signs in, has the code sent again and changes the password, doing what the newest message asks for."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count

from simulator.heard import Heard
from simulator.person import Person
from simulator.wire import Impossible
from tests.api.hands import PASSWORD, Staff
from tests.faults.stage import BREATH, Stage

NEW_PASSWORD = "Mạ non xanh rì rào"
NUMBERS = count(1)
PATIENCE = 15.0  # seconds without any answer; then a person begins again
IN_ALL = 240.0  # seconds, on a busy machine
SMS_ARRIVES_WITHIN = 2.0
STALE = "Nút này không còn hiệu lực"
TROUBLE = ("đang chậm", "đang bận", "gặp lỗi")

Act = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Answer:
    """What somebody heard, how long after they had acted, and when."""

    text: str
    seconds: float
    at: float

    @property
    def is_trouble(self) -> bool:
        """Whether it tells that something does not work just now."""
        return any(word in self.text for word in TROUBLE)


class Visitor:
    """A person with an account, and what happened to them."""

    def __init__(self, stage: Stage, person: Person, staff: Staff, *, patience: float, resends: bool) -> None:
        self.person = person
        self.staff = staff
        self.answers: list[Answer] = []
        self.begun_again = 0
        """How often nothing was heard at all, until they began again."""
        self.asked_for_sms = 0
        self.is_in = False
        self._stage = stage
        self._patience = patience
        self._resends = resends
        self._has_changed = False
        self._passwords = [PASSWORD.get_secret_value(), NEW_PASSWORD]
        self._codes_used = 0
        self._is_over = False

    @classmethod
    async def arrives(cls, stage: Stage, *, patience: float = PATIENCE, resends: bool = True) -> "Visitor":
        phone = f"+84912{next(NUMBERS):06}"
        person = await stage.telegram.play.newcomer("Demo", phone=phone)
        staff = stage.registry.account(phone=phone)
        return cls(stage, person, staff, patience=patience, resends=resends)

    async def go(self) -> "Visitor":
        """Do all of it."""
        try:
            async with asyncio.timeout(IN_ALL):
                await self._go()
        except TimeoutError:
            raise AssertionError(f"not through in time\n{await self.person.transcript()}") from None
        return self

    async def _go(self) -> None:
        await self._act(lambda: self.person.say("/start"))
        while not self._is_over:
            newest = await self._newest()
            act = await self._answer_to(newest.text if newest else "/start")
            await (self._act(act) if act else self._wait(newest))

    def served_after(self, moment: float) -> float | None:
        """Seconds from then until something was heard that was no trouble; None if nothing more was to be heard."""
        return next((each.at - moment for each in self.answers if each.at > moment and not each.is_trouble), None)

    async def _answer_to(self, told: str) -> Act | None:
        say, press = self.person.say, self.person.press
        if "bấm «Thử lại»" in told:
            await asyncio.sleep(BREATH)
            return lambda: press("🔁 Thử lại")
        if "Tiếp tục bản nháp?" in told:
            return lambda: press("Tiếp tục bản nháp")
        if "nhập Tên đăng nhập" in told:
            return lambda: say(self.staff.username)
        if "nhập Mật khẩu" in told:
            return self._password(told, asks_for_sms=True)
        if "Xác nhận OTP" in told:
            return await self._code(told)
        if "nhập mật khẩu hiện tại" in told:
            return self._password(told, asks_for_sms=False)
        if "nhập mật khẩu mới" in told:
            return self._new_password(told)
        if "Bạn muốn làm gì" in told:
            return self._at_the_menu(told)
        if "Vui lòng đăng nhập" in told or "bấm «Đăng nhập»" in told:
            return lambda: press("Đăng nhập")
        return None

    def _password(self, told: str, *, asks_for_sms: bool) -> Act:
        if "không đúng" in told:
            self._passwords.reverse()
        self.asked_for_sms += asks_for_sms
        return lambda: self.person.say(self._passwords[0])

    async def _code(self, told: str) -> Act:
        if self._resends:
            self._resends = False
            return await self._resend()
        if "Chưa gửi được SMS" in told:
            await asyncio.sleep(BREATH)
            return await self._resend()
        if "gián đoạn" in told:
            self._codes_used -= 1
        inbox = len(await self.person.inbox())
        until = time.monotonic() + SMS_ARRIVES_WITHIN
        while inbox <= self._codes_used and time.monotonic() < until:
            await asyncio.sleep(BREATH)
            inbox = len(await self.person.inbox())
        if inbox <= self._codes_used:
            return await self._resend()
        self._codes_used = inbox
        code = await self.person.last_code()
        return lambda: self.person.say(code)

    async def _resend(self) -> Act:
        """After as long as one has to wait; what had come by then is void."""
        self._codes_used = len(await self.person.inbox())
        await self._stage.time_passes(self.staff.id)
        self.asked_for_sms += 1
        return lambda: self.person.press("Gửi lại mã OTP")

    def _new_password(self, told: str) -> Act:
        if "trùng mật khẩu cũ" in told:  # it was changed before, and nobody told them
            self._has_changed = True
            return lambda: self.person.say("/huy")
        return lambda: self.person.say(NEW_PASSWORD)

    def _at_the_menu(self, told: str) -> Act | None:
        self.is_in = True
        if "Đã đổi mật khẩu" in told or self._has_changed:
            self._is_over = True
            return None
        return lambda: self.person.press("Đổi mật khẩu")

    async def _act(self, act: Act) -> None:
        """Do it and wait for an answer."""
        before, seen, began = await self._newest(), await self.person.town.now(), time.monotonic()
        try:
            await act()
        except Impossible:  # the button has just gone
            await asyncio.sleep(BREATH)
        heard = await self._news(before, seen)
        now = time.monotonic()
        if heard is None:
            await self._begin_again()
            return
        self.answers.append(Answer(heard, now - began, now))
        if STALE in heard:
            await self._act(lambda: self.person.say("/start"))

    async def _wait(self, newest: Heard | None) -> None:
        """What was said last asks for nothing; more may come."""
        if not self._is_over and await self._news(newest, await self.person.town.now()) is None:
            await self._begin_again()

    async def _begin_again(self) -> None:
        self.begun_again += 1
        before, seen = await self._newest(), await self.person.town.now()
        await self.person.say("/start")
        await self._news(before, seen)

    async def _news(self, before: Heard | None, seen: int) -> str | None:
        """What the bot says next, if it says anything: a message, or that a button is of no use any more."""
        until = time.monotonic() + self._patience
        while (left := until - time.monotonic()) > 0:
            newest = await self._newest()
            if newest is not None and (before is None or newest.id > before.id):
                return newest.text
            for event in await self.person.town.events(seen, min(0.5, left)):
                seen = event["seq"]
                if event["kind"] == "answer" and event["person_id"] == self.person.id and STALE in event["text"]:
                    return STALE
        return None

    async def _newest(self) -> Heard | None:
        told = [heard for heard in await self.person.messages() if heard.by_bot]
        return told[-1] if told else None
