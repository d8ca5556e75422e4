"""A person who gets where they want whatever comes between: does what the newest message asks for, and no more."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from models.clock import TurnableClock
from models.seals import CAPTCHA_ANSWER
from simulator.person import Person
from simulator.wire import Impossible
from tests.api.hands import PASSWORD, Staff
from tests.bot.hands import Service

NEW_PASSWORD = "Mạ non xanh rì rào"
PATIENCE = 20.0  # seconds for an answer, on a machine with much else to do
TRIES = 60
A_WHILE = timedelta(minutes=2)

Act = Callable[[], Awaitable[None]]


@dataclass
class Determined:
    """Somebody with an account who wants to be signed in, and perhaps to have another password."""

    person: Person
    staff: Staff
    service: Service
    clock: TurnableClock
    wants_new_password: bool = False
    is_there: bool = False
    _password: str = PASSWORD.get_secret_value()
    _heard: int = 0

    async def arrive(self) -> None:
        """Go on until there."""
        for _ in range(TRIES):
            if self.is_there:
                return
            await self.step()
        raise AssertionError(f"{self.staff.username} never got there\n{await self.person.transcript()}")

    async def step(self) -> None:
        """Do the next thing, and hear what comes of it."""
        if self.is_there:
            return
        told, seen = await self._listen(), await self.person.town.now()
        if re.search("đợi|thử lại sau", told):
            self._let_time_pass()
        try:
            await self._does(told)()
        except Impossible:  # the button is gone already
            await self.person.say("/start")
        if not self.is_there:
            await self._await_answer(seen)

    async def _listen(self) -> str:
        """The newest message, if it was not heard yet."""
        new = [heard for heard in await self.person.messages() if heard.by_bot and heard.id > self._heard]
        if any("Đã đổi mật khẩu" in heard.text for heard in new):
            self._password, self.wants_new_password = NEW_PASSWORD, False
        self._heard = max([self._heard, *(heard.id for heard in new)])
        return new[-1].text if new else ""

    async def _await_answer(self, seen: int) -> None:
        """Wait until what was said or pressed is dealt with, and all that it led to is said."""
        async with asyncio.timeout(PATIENCE):
            while (await self.person.town.updates())["pending"]:
                seen = max([seen, *(event["seq"] for event in await self.person.town.events(seen, 0.1))])

    def _does(self, told: str) -> Act:
        """What the message asks for; /start if it asks for nothing."""
        return next((act for wording, act in self._answers() if re.search(wording, told)), partial(self._say, "/start"))

    def _answers(self) -> list[tuple[str, Act]]:
        say, press = self._say, self._press
        return [
            ("bấm «Thử lại»", partial(press, "🔁 Thử lại")),
            ("Choose a language", partial(press, "🇻🇳 Tiếng Việt")),
            ("Vui lòng đăng nhập để", partial(press, "Đăng nhập")),
            ("nhập Tên đăng nhập", partial(say, self.staff.username)),
            (r"nhập Mật khẩu\.|mật khẩu hiện tại\.", partial(say, self._password)),
            ("Nhập số di động", partial(say, self.person.phone)),
            ("ký tự trong hình", self._read_captcha),
            ("bấm «Gửi mã OTP»", partial(press, "📨 Gửi mã OTP")),
            ("nút bên dưới khi hết", partial(press, "🔄 Lấy mã xác nhận")),
            ("OTP đã hết hạn|Chưa gửi được SMS", partial(press, "Gửi lại mã OTP")),
            ("nhập mã OTP", self._type_code),
            ("nhập mật khẩu mới", partial(say, NEW_PASSWORD)),
            ("Bạn muốn làm gì", self._work),
            ("Tiếp tục bản nháp", partial(press, "Làm lại từ đầu")),
        ]

    async def _say(self, text: str) -> None:
        await self.person.say(text)

    async def _press(self, label: str) -> None:
        await self.person.press(label)

    async def _type_code(self) -> None:
        await self.person.say(await self.person.last_code())

    async def _read_captcha(self) -> None:
        newest = "SELECT id, answer_sealed FROM captcha WHERE source = %s ORDER BY made_at DESC LIMIT 1"
        [(captcha, sealed)] = self.service.registry.rows(newest, f"chat:{self.person.id}")
        await self.person.say(self.service.registry.keys.opened(sealed, CAPTCHA_ANSWER, captcha))

    async def _work(self) -> None:
        if self.wants_new_password:
            await self.person.press("Đổi mật khẩu")
        else:
            self.is_there = True

    def _let_time_pass(self) -> None:
        """Two minutes, and what counts by hours and days is forgotten."""
        self.clock.turn(A_WHILE)
        self.service.owner.execute("DELETE FROM password_wait")
        self.service.owner.execute("UPDATE otp_sms SET claimed_at = claimed_at - interval '2 days'")
