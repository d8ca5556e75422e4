"""Chats and their messages, as both sides see them."""

from dataclasses import asdict, dataclass, field
from typing import Literal, TypeAlias

from simulator.wire import Json

# What the bot is to a chat. A stranger has never been written to; Telegram then pretends that there is no such chat.
Standing: TypeAlias = Literal["stranger", "member", "kicked", "left"]

FORGETTING = 48 * 3600  # seconds in which a bot may still delete or edit


@dataclass
class Message:
    """One message; `content` holds Telegram's own fields (text, entities, photo, contact, forward_origin …)."""

    id: int
    chat_id: int
    sender_id: int
    date: int
    content: Json
    markup: Json | None = None
    reply_to: int | None = None
    edit_date: int | None = None
    deleted: bool = False
    taken: bool = False  # the bot has acknowledged it: two ticks

    @property
    def text(self) -> str:
        return str(self.content.get("text", self.content.get("caption", "")))

    @property
    def inline_keyboard(self) -> list[list[Json]]:
        return list((self.markup or {}).get("inline_keyboard", []))

    def as_json(self) -> Json:
        return asdict(self)


@dataclass
class Keyboard:
    """The reply keyboard at the foot of a chat, and the message that brought it."""

    message_id: int
    markup: Json
    hidden: bool = False  # a one-time keyboard after its use: folded away, still there


@dataclass
class Chat:
    """A private chat (its id is the person's) or a group (negative id)."""

    id: int
    kind: Literal["private", "group"] = "private"
    title: str = ""
    members: list[int] = field(default_factory=list)
    standing: Standing = "stranger"
    messages: dict[int, Message] = field(default_factory=dict)
    keyboard: Keyboard | None = None

    def find(self, message_id: int) -> Message | None:
        """The message, unless it is gone."""
        message = self.messages.get(message_id)
        return None if message is None or message.deleted else message

    def visible(self) -> list[Message]:
        return [message for message in self.messages.values() if not message.deleted]

    def as_json(self) -> Json:
        """For the snapshot. What is deleted is left out: a password that was wiped stays wiped."""
        shape = asdict(self)
        shape["messages"] = [message.as_json() for message in self.visible()]
        return shape


def chat_from(shape: Json) -> Chat:
    """The chat that `as_json` wrote down."""
    messages = {each["id"]: Message(**each) for each in shape["messages"]}
    keyboard = Keyboard(**shape["keyboard"]) if shape["keyboard"] else None
    return Chat(**(shape | {"messages": messages, "keyboard": keyboard}))
