"""Telegram at hand: the chats of many people, in this process, for tests of so many calls that a network takes hours.

It knows no more of Telegram than these chats need; the local Telegram with its rules is the simulator.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from telegram.request import BaseRequest, RequestData

NOW = 1_634_256_000
COMMAND = "/"


@dataclass
class Shown:
    """A message of the bot's as it stands in the chat, with the buttons that are still under it."""

    text: str
    buttons: dict[str, str]
    """The data of each, by its label."""


@dataclass
class ChatAtHand:
    """A person's private chat with the bot: what stands there, and what the person makes of it."""

    id: int
    shown: dict[int, Shown] = field(default_factory=dict)
    deleted: list[int] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)
    """The presses that the bot has answered."""
    last: int = 0
    """The number of the last message, whoever it was from."""

    def said(self, text: str) -> dict[str, Any]:
        """The update's content when the person says that."""
        message = {**self._message(), "text": text}
        if text.startswith(COMMAND):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        return {"message": message}

    def sent_a_sticker(self) -> dict[str, Any]:
        size = {"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1}
        sticker = {**size, "is_animated": False, "is_video": False, "type": "regular"}
        return {"message": {**self._message(), "sticker": sticker}}

    def buttons(self) -> list[tuple[int, str]]:
        """Those that can be pressed: message and label."""
        return [(number, label) for number, shown in self.shown.items() for label in shown.buttons]

    def press(self, message: int, label: str) -> dict[str, Any]:
        """The update's content when the person presses that."""
        self.pressed.append(f"{self.id}-{len(self.pressed)}")
        under = {"message_id": message, "date": NOW, "chat": self._chat, "text": "x"}
        data = self.shown[message].buttons[label]
        query = {"id": self.pressed[-1], "from": self._person, "chat_instance": "1", "data": data, "message": under}
        return {"callback_query": query}

    def take(self, method: str, given: dict[str, Any]) -> Any:
        """A call of the bot's; what Telegram answers."""
        match method:
            case "sendMessage":
                rows = given.get("reply_markup", {}).get("inline_keyboard", [])
                labels = {button["text"]: button["callback_data"] for row in rows for button in row}
                self.last += 1
                self.shown[self.last] = Shown(given["text"], labels)
                return {"message_id": self.last, "date": NOW, "chat": self._chat}
            case "editMessageReplyMarkup":
                self.shown[given["message_id"]].buttons.clear()
            case "deleteMessage":
                self.deleted.append(given["message_id"])
        return True

    @property
    def _person(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": False, "first_name": "Demo"}

    @property
    def _chat(self) -> dict[str, Any]:
        return {"id": self.id, "type": "private", "first_name": "Demo"}

    def _message(self) -> dict[str, Any]:
        self.last += 1
        return {"message_id": self.last, "date": NOW, "chat": self._chat, "from": self._person}


class TelegramAtHand(BaseRequest):
    """What the bot asks over, instead of a network."""

    def __init__(self) -> None:
        self.chats: dict[int, ChatAtHand] = {}

    def chat(self, number: int) -> ChatAtHand:
        return self.chats.setdefault(number, ChatAtHand(number))

    @property
    def read_timeout(self) -> float:
        """Seconds."""
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: object, **__: object
    ) -> tuple[int, bytes]:
        """The answer's status and body."""
        given = dict(request_data.parameters) if request_data else {}
        name = url.rpartition("/")[2]
        if name == "answerCallbackQuery":
            press = str(given["callback_query_id"])
            self.chats[int(press.partition("-")[0])].answered.add(press)
            answer: Any = True
        else:
            answer = self.chats[int(str(given["chat_id"]))].take(name, given)
        return 200, json.dumps({"ok": True, "result": answer}).encode()
