"""Plays a talk through the engine, with the journal through JSON and the function begun anew before every turn."""

import hashlib
import json
import re
import traceback
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from api.client import Api
from api.client.files import FileSent
from conversations.desk import Desk
from conversations.events import Commanded, Edited, Event, Pressed, Said, SentFile, SentOther, SharedContact
from conversations.journal import Chat, Entry
from conversations.menu import standing_button
from conversations.replies import REPLIES, Document, Message, Reply, Retire, Toast
from conversations.run import Run
from conversations.turn import Turn
from tests.api.hands import HandClock


@dataclass
class Stage:
    """The edge of a rehearsal: nothing but what the test can see."""

    api: Api
    clock: HandClock
    chat: int = 1001
    entries: list[str] = field(default_factory=list)
    forgotten: list[int] = field(default_factory=list)
    can_forget: bool = True
    bugs: list[Exception] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    """What Telegram keeps, by its ids."""
    unfetched: BaseException | None = None
    """What comes of fetching one, instead of its bytes."""
    ids: Any = field(default_factory=lambda: count(1))

    def now(self) -> datetime:
        return self.clock.now()

    def time_left(self) -> float:
        return 30  # nobody is hurried on a busy machine

    def new_id(self) -> str:
        return f"id-{next(self.ids)}"

    def mark(self, *parts: object) -> str:
        return hashlib.blake2b(f"{self.chat}{parts}".encode(), digest_size=11).hexdigest()

    def alarm(self, error: Exception) -> str:
        self.bugs.append(error)
        traceback.print_exception(error)
        return f"bug{len(self.bugs)}"

    async def save(self, entries: list[Entry]) -> None:
        self.entries += [json.dumps(entry) for entry in entries]

    async def forget(self, message: int) -> bool:
        self.forgotten.append(message)
        return self.can_forget

    async def fetch(self, file: str) -> bytes:
        if self.unfetched:
            raise self.unfetched
        return self.files[file]

    async def typing(self) -> None:
        """Nobody watches."""


class Rehearsal:
    """One chat, played. `is_live` keeps the talk's run between turns instead of beginning anew each time."""

    def __init__(self, api: Api, clock: HandClock, *, is_live: bool = False) -> None:
        self.stage = Stage(api, clock)
        self.is_live = is_live
        self.replies: list[Reply] = []
        self._run: Run | None = None
        self._messages = count(1)
        self._updates = count(1)
        self._buttons: dict[str, str] = {}

    # What the person does

    async def opens(self, talk: str) -> None:
        """Press the menu's button of that talk, as it stands on the desk."""
        desk = Desk(self.chat(), self.stage)
        await self.does(Pressed(standing_button(desk, talk), 0, "press"))

    async def says(self, text: str) -> None:
        await self.does(Said(text, next(self._messages)))

    async def commands(self, name: str) -> None:
        await self.does(Commanded(name, next(self._messages)))

    async def presses(self, label: str) -> None:
        """Press the latest button with that label.

        Raises:
            KeyError: there never was one.
        """
        await self.does(Pressed(self._buttons[label], 0, "press"))

    async def shares(self, phone: str, *, is_own: bool = True) -> None:
        await self.does(SharedContact(phone, is_own, next(self._messages)))

    async def sends_a_sticker(self) -> None:
        await self.does(SentOther(next(self._messages)))

    async def sends_a_file(self, name: str, content: bytes) -> None:
        """Keep it with Telegram, under an id that tells nothing."""
        id_ = f"file {next(self._messages)}"
        self.stage.files[id_] = content
        await self.does(SentFile(FileSent(id_, name, len(content)), next(self._messages)))

    async def edits(self) -> None:
        await self.does(Edited(next(self._messages)))

    async def does(self, event: Event) -> None:
        """One turn."""
        if not self.is_live:
            self._run = None
        desk = Desk(self.chat(), self.stage)
        turn = Turn(desk, self._run)
        await turn.take(event)
        self._run = turn.run
        await self.stage.save(desk.notes)
        self.replies = REPLIES.validate_json(REPLIES.dump_json(desk.replies))
        await self._sent()

    # What the test sees

    def chat(self) -> Chat:
        """The chat, as a process that just started would know it."""
        return Chat.of([json.loads(entry) for entry in self.stage.entries])

    def compact(self) -> None:
        """Replace the journal by its snapshot."""
        self.stage.entries = [json.dumps(self.chat().snapshot())]

    @property
    def messages(self) -> list[Message]:
        """The messages of the last turn."""
        return [reply for reply in self.replies if isinstance(reply, Message)]

    @property
    def text(self) -> str:
        """What the last turn said, without markup."""
        return re.sub(r"</?\w+>", "", "\n".join(message.text for message in self.messages))

    @property
    def documents(self) -> list[Document]:
        """The files of the last turn."""
        return [message.document for message in self.messages if message.document]

    @property
    def toasts(self) -> list[str | None]:
        return [reply.text for reply in self.replies if isinstance(reply, Toast)]

    @property
    def retired(self) -> list[int]:
        return [reply.message for reply in self.replies if isinstance(reply, Retire)]

    @property
    def labels(self) -> list[str]:
        """The labels under the last message."""
        return [button.label for row in self.messages[-1].buttons for button in row]

    async def _sent(self) -> None:
        for message in self.messages:
            number = next(self._messages)
            if message.is_question:
                await self.stage.save([["shown", number]])
            self._buttons |= {button.label: button.id for row in message.buttons for button in row}
