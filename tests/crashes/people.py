"""People who do what the newest message tells them, and the stories that they live through."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from pydantic import SecretStr

from models.seals import CAPTCHA_ANSWER
from simulator import person
from simulator.heard import Heard, as_line
from tests.api.hands import PASSWORD, Staff
from tests.crashes.lanes import GLANCE, Lane

PATIENCE = 90.0  # seconds for a story, on a busy machine
RETRY = "🔁 Thử lại"
A_MINUTE = timedelta(seconds=61)

Act = Callable[["Somebody"], Awaitable[None]]


@dataclass(frozen=True)
class Story:
    """What a person does, from where it begins until it is done. Processes die in between, and not before."""

    name: str
    begins: Act
    does: Mapping[str, Act]
    """What the person does when the newest message has those words; the first that fit count."""
    ends: tuple[str, ...]
    """Words that the person waits for, be it in different messages."""
    before: Act
    """What has happened before."""
    has_phone: bool = True
    """Whether the account has one in the beginning."""
    is_at_the_department: bool = False
    """Whether the account is an admin of the Department of Health, and not of a health station."""


@dataclass
class Somebody:
    """A person of a lane with an account, and what they remember."""

    lane: Lane
    nurse: person.Person
    staff: Staff
    others: list[person.Person] = field(default_factory=list)
    """People in whose chats something is to be heard."""
    secrets: list[str] = field(default_factory=list)
    """What they typed that nobody may see."""
    sms_seen: int = 0
    """How many SMS there were when they last did what brings one."""
    sms_missed: int = 0
    """How many never came."""
    _reacted_to: Heard | None = None

    # What they do

    async def say(self, text: str) -> None:
        await self.nurse.say(text)

    async def say_secret(self, secret: str) -> None:
        self.secrets.append(secret)
        await self.nurse.say(secret)

    async def press(self, label: str) -> None:
        await self.nurse.press(label)

    async def lives_through(self, story: Story) -> None:
        """Begin, then do what one is told until it is over."""
        await self.follow(story.does, story.ends, begins=story.begins)

    async def follow(self, does: Mapping[str, Act], until: tuple[str, ...], *, begins: Act) -> None:
        """Do what the newest message says until all those words were said, and nothing more is being done.

        Raises:
            TimeoutError: it was not to be.
        """
        after = self.lane.town.last_message_id
        self._reacted_to = next(reversed(self.heard()), None)  # by beginning
        await begins(self)
        async with asyncio.timeout(PATIENCE):
            while self._is_busy() or not self._has_heard(until, after):
                seen = self.lane.town.news.last
                if not self._has_heard(until, after):
                    await self._react(does)
                await self.lane.town.news.wait(seen, GLANCE)

    def _has_heard(self, words: tuple[str, ...], after: int) -> bool:
        said = "\n".join(heard.text for heard in self.heard(after))
        return all(some in said for some in words)

    async def _react(self, does: Mapping[str, Act]) -> None:
        """Once to every message; to one that was said before only if nothing else comes."""
        newest, last = next(reversed(self.heard()), None), self._reacted_to
        if newest is None or (last and last.id == newest.id) or (last and last.text == newest.text and self._is_busy()):
            return
        if act := tries_again if RETRY in newest.buttons else _first_that_fits(does, newest.text):
            self._reacted_to = newest
            await act(self)

    def _is_busy(self) -> bool:
        """Whether the bot has still something to do."""
        return bool(self.lane.town.updates.pending)

    # What they see

    def heard(self, after: int = 0) -> list[Heard]:
        """What the bot said in this chat, in its order."""
        return [told for told in self.chat() if told.by_bot and told.id > after]

    def chat(self, chat: int | None = None) -> list[Heard]:
        """The chat, as it stands."""
        town = self.lane.town
        return [Heard.of(town.shown(told)) for told in town.chats[chat or self.nurse.id].visible()]

    def transcript(self) -> str:
        """This chat and those of the others for human eyes, what is gone included and marked."""
        town = self.lane.town
        chats = [town.chats[other.id].messages.values() for other in (self.nurse, *self.others)]
        return "\n\n".join("\n".join(as_line(town.shown(told)) for told in chat) for chat in chats)

    def tells_no_secret(self) -> bool:
        """Whether none of what nobody may see stands in the chat, whoever said it."""
        return not any(secret in told.text for told in self.chat() for secret in self.secrets)

    def inbox(self) -> list[str]:
        """The SMS on their phone."""
        return [sms.text for sms in self.lane.town.sms.inbox(self.nurse.phone)]

    def texts(self) -> list[str]:
        """What the bot said in this chat; numbers and times left out."""
        return _texts(self.chat())

    def notices(self) -> list[str]:
        """The same, in the chats of the others."""
        return [text for other in self.others for text in _texts(self.chat(other.id))]


def _first_that_fits(does: Mapping[str, Act], text: str) -> Act | None:
    return next((act for words, act in does.items() if words in text), None)


def _texts(chat: list[Heard]) -> list[str]:
    return [re.sub(r"\d+", "…", told.text) for told in chat if told.by_bot]


# Acts


def says(text: str) -> Act:
    """An act: to say that."""
    return lambda one: one.say(text)


def says_secret(secret: SecretStr) -> Act:
    """An act: to say that, which nobody may see."""
    return lambda one: one.say_secret(secret.get_secret_value())


def presses(label: str) -> Act:
    """An act: to press the button of that label."""
    return lambda one: one.press(label)


def presses_for_a_code(label: str) -> Act:
    """An act: to press that button, some time after the last SMS; it brings an OTP."""

    return _for_a_code(presses(label))


def says_secret_for_a_code(secret: SecretStr) -> Act:
    """An act: to say that, which nobody may see, some time after the last SMS; it brings an OTP."""
    return _for_a_code(says_secret(secret))


async def presses_first(one: Somebody) -> None:
    """The first button under the newest message."""
    newest = one.heard()[-1]
    await one.nurse.press(newest.buttons[0], on=newest)


async def tries_again(one: Somebody) -> None:
    """After some seconds, as the message asks for."""
    await one.lane.api_serves()
    await one.press(RETRY)


async def says_username(one: Somebody) -> None:
    await one.say(one.staff.username)


async def gives_phone(one: Somebody) -> None:
    """Typed by one half of the people, shared by the other."""
    if one.nurse.id % 2:
        await one.say(one.nurse.phone)
    else:
        await one.press("📱 Chia sẻ số của tôi")


async def reads_captcha(one: Somebody) -> None:
    query = "SELECT id, answer_sealed FROM captcha WHERE judged_at IS NULL ORDER BY made_at DESC LIMIT 1"
    [(captcha, sealed)] = one.lane.registry.rows(query)
    one.sms_seen = len(one.inbox())
    await one.say_secret(one.lane.registry.keys.opened(sealed, CAPTCHA_ANSWER, captcha))


async def gives_code(one: Somebody) -> None:
    """The code of the SMS; if none came, another one is asked for."""
    if len(one.inbox()) > one.sms_seen:
        await one.say_secret(await one.nurse.last_code())
    else:
        one.sms_missed += 1
        await asks_for_another_code(one)


def _for_a_code(act: Act) -> Act:
    """The act, when an SMS may go; later ones are those that it brings."""

    async def wait_and_do(one: Somebody) -> None:
        one.lane.turn(A_MINUTE)
        one.sms_seen = len(one.inbox())
        await act(one)

    return wait_and_do


says_password = says_secret_for_a_code(PASSWORD)
asks_for_another_code = presses_for_a_code("Gửi lại mã OTP")
