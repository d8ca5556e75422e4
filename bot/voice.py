"""The bot's voice: says a reply in a chat, and knows what became of it (T37)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.alarm import alarm
from bot.face import markup_of, speak, speak_plainly
from bot.plain import PlainBot
from bot.transport import CutOff, NoConnection, NoRoom
from conversations.replies import Message, Reply

NO_CHAT = "chat not found"
PAUSE = 1.0
"""Seconds before something that Telegram surely did not take is tried again, if it names no other time."""


class Unsaid(Exception):
    """A reply did not, or may not have, come to the chat."""


class NotSent(Unsaid):
    """Telegram surely has not got it; it may be said again after so many seconds."""

    def __init__(self, after: float, *, is_asked: bool = False) -> None:
        super().__init__(after)
        self.after = after
        self.is_asked = is_asked
        """Telegram itself named the time."""


class MaybeSent(Unsaid):
    """Telegram may have got it: saying it again might show it twice."""


class Blocked(Unsaid):
    """The person has blocked the bot, or is gone."""


class NotTaken(Unsaid):
    """Telegram does not take it, however it is put."""


async def say(bot: PlainBot, chat: int, reply: Reply, *, patience: float) -> int | None:
    """Say it, with `patience` seconds for Telegram's answer; the number of the message, if it became one.

    Raises:
        Unsaid: one of its kinds.
    """
    if isinstance(reply, Message) and reply.replaces is not None:
        return await change(bot, chat, reply.replaces, reply.model_copy(update={"replaces": None}), patience=patience)
    with _told_apart():
        return await _as_well_as_it_goes(bot, chat, reply, patience)


async def change(bot: PlainBot, chat: int, number: int, message: Message, *, patience: float) -> int | None:
    """Put it in the place of the chat's message of that number, or say it where there is none that can be changed.

    Raises:
        Unsaid: one of its kinds. To change a message twice shows nothing twice, so what may have been done is not sent.
    """
    try:
        with _told_apart():
            await bot.change_text(
                chat, number, message.text, parse_mode=ParseMode.HTML, markup=markup_of(message), patience=patience
            )
            return number
    except MaybeSent:
        raise NotSent(PAUSE) from None
    except NotTaken as refusal:
        if "not modified" in _words_of(refusal):
            return number
    return await say(bot, chat, message, patience=patience)


async def take_back(bot: PlainBot, chat: int, number: int, message: Message, *, patience: float) -> int | None:
    """Delete the chat's message of that number; where Telegram does not, say the message instead.

    Raises:
        Unsaid: one of its kinds. To delete a message twice is to delete it, so what may have been done is not sent.
    """
    try:
        with _told_apart():
            await bot.delete_message(chat, number, read_timeout=patience)
            return None
    except MaybeSent:
        raise NotSent(PAUSE) from None
    except NotTaken as refusal:
        if "not found" in _words_of(refusal):  # it is gone already
            return None
    return await say(bot, chat, message, patience=patience)


@contextmanager
def _told_apart() -> Iterator[None]:
    """What Telegram, or the way there, says, as what became of it."""
    try:
        yield
    except RetryAfter as busy:
        raise NotSent(seconds(busy.retry_after), is_asked=True) from None
    except (NoConnection, NoRoom):
        raise NotSent(PAUSE) from None
    except (TimedOut, CutOff) as silence:
        raise MaybeSent from silence
    except Forbidden:
        raise Blocked from None
    except BadRequest as error:
        raise (Blocked if NO_CHAT in error.message.lower() else NotTaken) from error
    except NetworkError:  # Telegram's 5xx: it could not do it
        raise NotSent(PAUSE) from None
    except TelegramError as error:  # a wrong token, an answer that is none
        raise NotSent(PAUSE) from error


async def _as_well_as_it_goes(bot: PlainBot, chat: int, reply: Reply, patience: float) -> int | None:
    """As it should be, else its words alone. A press may be too old to answer, a button already gone: no matter."""
    try:
        return await speak(bot, chat, reply, patience=patience)
    except BadRequest as error:
        if not isinstance(reply, Message):
            return None
        if NO_CHAT in error.message.lower():
            raise
        alarm(error)
        return await speak_plainly(bot, chat, reply, patience=patience)


def _words_of(refusal: NotTaken) -> str:
    return str(refusal.__cause__).lower()


def seconds(time: float | timedelta) -> float:
    """Seconds, however the library says it."""
    return time.total_seconds() if isinstance(time, timedelta) else time
