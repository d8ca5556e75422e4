"""A person at work: signs in, looks at the login history, and leaves; does what the newest message asks for."""

import asyncio
import random
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from simulator.heard import inline_rows, words
from simulator.person import CODE, Person
from simulator.wire import Impossible, Json

THINKING = (0.1, 0.9)
"""Seconds between reading and doing, at least and at most."""
PATIENCE = 90.0
"""Seconds without an answer after which it counts as lost."""
RESEND_AFTER = 61.0
"""Seconds without the SMS after which one asks for another (R4)."""

SHOWN_TWICE = 10.0
"""Seconds after which a message that looks like the one before was meant, and not just shown twice."""

ANOTHER_PASSWORD = "hoa-dao-dien-tap"

Act = Callable[[], Awaitable[object]]
Ending = Literal["signed_out", "not_me", "stays"]


@dataclass
class Wait:
    """One act, and when it was answered (monotonic seconds); None: never."""

    what: str
    began: float
    meant: float
    """When one first tried: «Thử lại» goes on with what was asked before."""
    ended: float | None = None

    def seconds(self, now: float) -> float:
        """How long it took, or has taken by now, until there was an answer of any kind."""
        return (self.ended or now) - self.began

    def seconds_in_all(self, now: float) -> float:
        """The same from the first try on."""
        return (self.ended or now) - self.meant


@dataclass
class Shift:
    """What one person set out to do and what they saw of it."""

    username: str
    phone: str
    chat: int
    ending: Ending
    waits: list[Wait] = field(default_factory=list)
    welcomes: int = 0
    retries: int = 0
    resends: int = 0
    secrets_again: int = 0
    started_over: int = 0
    signed_in_again: int = 0
    """How often the session had ended by what was just done, and nobody could say so any more."""
    shown_twice: int = 0
    sms: int = 0
    is_done: bool = False
    trouble: str = ""


class Lost(Exception):
    """No answer came; the text is the chat as it stands."""


class Visitor:
    """Somebody with a phone and an account, and a shift to do."""

    def __init__(self, person: Person, shift: Shift, password: str) -> None:
        self.person = person
        self.shift = shift
        self.news: asyncio.Queue[Json] = asyncio.Queue()
        """The bot's messages to this chat and the SMS to this phone, put here by whoever watches the town."""
        self._password = password
        self._codes: list[str] = []
        self._used = ""
        self._last = ""
        self._unread: deque[Json] = deque()
        self._has_seen_history = False

    async def work(self) -> None:
        """The whole shift.

        Raises Lost.
        """
        await self._do("/start", self._say("/start"))
        while not self.shift.is_done:
            message = await self._message(PATIENCE)
            if message is None:
                raise Lost(await self.person.transcript())
            await self._read(message)

    async def _read(self, message: Json) -> None:
        if words(message) == self._last and AGAIN not in labels(message):
            self.shift.shown_twice += 1
            if meant := await self._message(SHOWN_TWICE):
                message = meant
        self._last = words(message)
        for pattern, reaction in REACTIONS:
            if re.search(pattern, f"{words(message)}\n[{'] ['.join(labels(message))}]"):
                await reaction(self, message)
                return

    # What one does about what one reads

    async def _try_again(self, message: Json) -> None:
        self.shift.retries += 1
        await self._press(message, AGAIN)

    async def _leave(self, _: Json) -> None:
        self.shift.is_done = True

    async def _begin(self, message: Json) -> None:
        await self._press(message, "Đăng nhập")

    async def _give_name(self, _: Json) -> None:
        await self._do("username", self._say(self.shift.username))

    async def _give_password(self, message: Json) -> None:
        self._note_repetition(message)
        await self._do("password", self._say(self._password))

    async def _give_code(self, message: Json) -> None:
        self._note_repetition(message)
        if await self._code_came():
            self._used = self._codes[-1]
            await self._do("OTP", self._say(self._used))
        else:
            self.shift.resends += 1
            await self._press(message, "Gửi lại mã OTP")

    async def _choose(self, message: Json) -> None:
        """At the menu."""
        self.shift.welcomes += "Đăng nhập thành công" in words(message)
        if self.shift.ending == "stays":
            self.shift.is_done = True
        elif self._has_seen_history:
            await self._press(message, "Đăng xuất")
        else:
            await self._press(message, "Lịch sử đăng nhập")

    async def _read_history(self, message: Json) -> None:
        self._has_seen_history = True
        if self.shift.ending == "not_me":
            await self._press(message, "🚫 Không phải tôi")
        else:
            await self._do("/menu", self._say("/menu"))

    async def _press_first(self, message: Json) -> None:
        await self._press(message, inline_rows(message)[0][0]["text"])

    async def _start_over(self, message: Json) -> None:
        self.shift.started_over += 1
        await self._begin(message)

    async def _sign_in_again(self, message: Json) -> None:
        self.shift.signed_in_again += 1
        if "Đăng nhập" in labels(message):
            await self._begin(message)
        else:
            await self._give_name(message)

    async def _choose_password(self, _: Json) -> None:
        self._password = ANOTHER_PASSWORD
        await self._do("new password", self._say(self._password))

    def _note_repetition(self, message: Json) -> None:
        self.shift.secrets_again += "nhập lại" in words(message) and "gián đoạn" in words(message)

    # Doing and hearing

    async def _press(self, message: Json, label: str) -> None:
        at = [
            (row, column)
            for row, buttons in enumerate(inline_rows(message))
            for column, button in enumerate(buttons)
            if button["text"] == label
        ]
        row, column = at[0]
        await self._do(
            f"[{label}]",
            lambda: self.person.act("press", message_id=message["message_id"], row=row, column=column),
        )

    def _say(self, text: str) -> Act:
        return lambda: self.person.act("say", text=text)

    async def _do(self, what: str, act: Act) -> None:
        await asyncio.sleep(random.uniform(*THINKING))
        now, waits = time.monotonic(), self.shift.waits
        meant = waits[-1].meant if what == f"[{AGAIN}]" and waits else now
        waits.append(Wait(what, now, meant))
        try:
            await act()
        except Impossible:  # the button is gone: the question was answered, and the next message is on its way
            waits.pop()

    async def _message(self, within: float) -> Json | None:
        """The bot's next message; None if none comes."""
        deadline = time.monotonic() + within
        while not self._unread:
            if not await self._listen(deadline):
                return None
        return self._unread.popleft()

    async def _code_came(self) -> bool:
        """Whether an SMS with a code not used yet is there, or comes before another may be asked for."""
        deadline = time.monotonic() + RESEND_AFTER
        while not self._codes or self._codes[-1] == self._used:
            if not await self._listen(deadline):
                return False
        return True

    async def _listen(self, deadline: float) -> bool:
        """Take note of the next piece of news; False if none comes."""
        try:
            event = await asyncio.wait_for(self.news.get(), max(0.0, deadline - time.monotonic()))
        except TimeoutError:
            return False
        if event["kind"] == "sms":
            self._note_code(event)
        else:
            self._unread.append(event["message"])
            if self.shift.waits and self.shift.waits[-1].ended is None:
                self.shift.waits[-1].ended = time.monotonic()
        return True

    def _note_code(self, event: Json) -> None:
        self.shift.sms += 1
        if found := CODE.search(event["sms"]["text"]):
            self._codes.append(found[0])


def labels(message: Json) -> list[str]:
    """Of the buttons under the message."""
    return [button["text"] for row in inline_rows(message) for button in row]


AGAIN = "🔁 Thử lại"

REACTIONS: list[tuple[str, Callable[[Visitor, Json], Awaitable[None]]]] = [
    (rf"\[{AGAIN}\]", Visitor._try_again),
    (r"không còn giữ được việc đang làm dở", Visitor._start_over),
    (r"Đã đăng xuất\.|Đã kết thúc \d+ phiên", Visitor._leave),
    (r"Phiên đăng nhập đã kết thúc", Visitor._sign_in_again),
    (r"nhập mật khẩu mới", Visitor._choose_password),
    (r"\[🚫 Không phải tôi, kết thúc|Lần đăng nhập nào|Đăng xuất khỏi cuộc trò chuyện", Visitor._press_first),
    (r"\[🚫 Không phải tôi\]", Visitor._read_history),
    (r"Bạn muốn làm gì", Visitor._choose),
    (r"Vui lòng nhập mã OTP", Visitor._give_code),
    (r"\[Quên mật khẩu\?\]", Visitor._give_password),
    (r"\[Đăng nhập\]", Visitor._begin),
    (r"nhập Tên đăng nhập", Visitor._give_name),
]
"""What is done about a message whose text and buttons match; the first that does."""
