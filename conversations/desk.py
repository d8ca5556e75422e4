"""What lies on the desk during one turn: the chat as it is known, the notes made, and the replies to go out."""

import re
from collections.abc import Awaitable, Sequence
from datetime import datetime
from html import escape, unescape
from typing import Any, Protocol

from api.client import Api
from api.client.files import FileMade
from conversations.journal import Chat, Entry
from conversations.replies import Button, Document, Keyboard, Message, Reply, Retire, Toast
from conversations.texts import word

Rows = Sequence[Sequence[tuple[str, str]]]
"""Buttons as rows of (label, id)."""


LONGEST_TEXT = 4096  # Telegram's
LONGEST_CAPTION = 1024  # the same
TAG = re.compile(r"</?\w+[^>]*>")


class Edge(Protocol):
    """What a turn needs from outside; everything that is not decided by the chat and the event."""

    chat: int
    api: Api

    def now(self) -> datetime:
        """The one clock's time."""

    def time_left(self) -> float:
        """Seconds until this turn should have ended."""

    def new_id(self) -> str:
        """An id nobody can guess."""

    def mark(self, *parts: object) -> str:
        """A keyed digest of the parts and this chat, 22 characters: nobody else can make it."""

    def alarm(self, error: Exception) -> str:
        """Report a bug; the answer is the reference to show."""

    def save(self, entries: list[Entry]) -> Awaitable[None]:
        """Put entries into the journal now, before something is sent that must not be sent twice."""

    def forget(self, message: int) -> Awaitable[bool]:
        """Delete the person's message from the chat at once; False if it stays."""

    def fetch(self, file: str) -> Awaitable[bytes]:
        """The bytes of a file that was sent in the chat, by its id.

        Raises:
            FileGone, FileTooBig: it is not to be had, or not as it is.
            ApiSilent: not now.
        """

    def typing(self) -> Awaitable[None]:
        """Show that something is being done."""


class Desk:
    """The chat, the notes and the replies of one turn."""

    def __init__(self, chat: Chat, edge: Edge) -> None:
        self.chat = chat
        self.edge = edge
        self.notes: list[Entry] = []
        self.replies: list[Reply] = []
        self.has_effect = False
        self._passing: int | None = None

    @property
    def api(self) -> Api:
        """The API as whoever sits on this chat sees it."""
        seat = self.chat.seat
        return self.edge.api.by(
            chat=self.edge.chat,
            token=seat.token if seat else None,
            language=self.chat.language,
            fetch=self.edge.fetch,
        ).within(self.edge.time_left())

    def note(self, *entry: Any) -> None:
        """Write an entry and let it take effect."""
        self.chat = self.chat.note(list(entry))
        self.notes.append(list(entry))

    async def save(self) -> None:
        """Put the notes so far into the journal before going on."""
        notes, self.notes = self.notes, []
        await self.edge.save(notes)

    def word(self, name: str, /, **facts: Any) -> str:
        """A text in the chat's language, as HTML."""
        return word(self.chat.language, name, now=self.edge.now(), html=True, **facts)

    def label(self, name: str, /, **facts: Any) -> str:
        """A text in the chat's language, plain, for a button or a toast."""
        return word(self.chat.language, name, now=self.edge.now(), **facts)

    def show(
        self,
        name: str,
        /,
        *,
        buttons: Rows = (),
        keyboard: Keyboard | None = None,
        picture: bytes | None = None,
        document: FileMade | None = None,
        is_question: bool = False,
        replaces: int | None = None,
        **facts: Any,
    ) -> None:
        """Say a text, with what stands under it; one that is too long for a file's goes before the file."""
        closes_keyboard = self._closes_keyboard(has_buttons=bool(buttons))
        text = self.word(name, **facts)
        if document and _length(text) > LONGEST_CAPTION:
            self.replies[-1:] = joined(self.replies[-1:], Message(text=text))
            text = escape(document.name)
        message = Message(
            text=text,
            buttons=[[Button(label=label, id=id_) for label, id_ in row] for row in buttons],
            keyboard=keyboard,
            closes_keyboard=closes_keyboard,
            picture=picture,
            document=document and Document(name=document.name, content=document.content),
            is_question=is_question,
            replaces=replaces,
        )
        self.replies[-1:] = joined(self.replies[-1:], message)
        if keyboard is not None:
            self.note("keyboard", True)

    def toast(self, press: str, name: str | None = None) -> None:
        """End a press's waiting, with a short note or without."""
        self.replies.append(Toast(press=press, text=name and self.label(name)))

    def retire_question(self) -> None:
        """Take the buttons off the question that was answered."""
        question = self.chat.talk.question if self.chat.talk else None
        if question and question.message is not None:
            self.replies.append(Retire(message=question.message))
            self._passing = question.message if question.goes_on else None

    def take_passing(self) -> int | None:
        """The message of the question that just went on: it is not retired, for the next one takes its place."""
        message, self._passing = self._passing, None
        self.replies = [reply for reply in self.replies if message is None or reply != Retire(message=message)]
        return message

    def _closes_keyboard(self, *, has_buttons: bool) -> bool:
        """Whether the next message takes the keyboard of an answered question away.

        Telegram does that only with a message that has no buttons of its own; if it has, one goes before it.
        """
        question = self.chat.talk.question if self.chat.talk else None
        if not self.chat.keyboard_is_up or (question and question.has_keyboard):
            return False
        self.note("keyboard", False)
        if has_buttons:
            self.replies.append(Message(text=self.word("chat.keyboard_away"), closes_keyboard=True))
        return not has_buttons


def _length(html: str) -> int:
    """A text's length as Telegram counts it: without the markup, in UTF-16."""
    return len(unescape(TAG.sub("", html)).encode("utf-16-le")) // 2


def joined(last: list[Reply], message: Message) -> list[Reply]:
    """The last reply and the next, in one message where that loses nothing: fewer of them on a bad network."""
    match last:
        case [Message(buttons=[], keyboard=None, picture=None, document=None, closes_keyboard=False, text=text)] if (
            message.picture is None
            and message.document is None
            and message.replaces is None
            and len(text) + len(message.text) < LONGEST_TEXT
        ):
            return [message.model_copy(update={"text": f"{text}\n\n{message.text}"})]
        case _:
            return [*last, message]
