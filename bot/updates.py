"""What is read of Telegram's updates (Bot API, «Update»), and nothing else.

The library makes an object of every field of everything; of ninety fields a turn reads five. In a burst that was a
third of the bot's time.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from telegram.constants import MessageAttachmentType

from bot.alarm import alarm


class Read(BaseModel):
    """Of what Telegram tells, some fields; it may tell more with every release."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", hide_input_in_errors=True)


class User(Read):
    """Somebody with an account at Telegram."""

    id: int
    language_code: str | None = None


class Chat(Read):
    """Where something is said."""

    id: int
    type: str


class Entity(Read):
    """A part of a text that means something; counted in UTF-16's units."""

    type: str
    offset: int
    length: int


class Contact(Read):
    """A card that was shared."""

    phone_number: str
    user_id: int | None = None


class Document(Read):
    """A file; Telegram need not tell its name or its size."""

    file_id: str
    file_name: Any = None
    file_size: Any = None


class Message(Read):
    """What was said, shared or sent; of an attachment, that it is there."""

    model_config = ConfigDict(extra="allow")

    message_id: int
    chat: Chat
    sender: User | None = Field(default=None, alias="from")
    text: str | None = None
    caption: str | None = None
    entities: list[Entity] = []
    contact: Contact | None = None
    document: Document | None = None
    animation: Any = None
    forward_origin: Any = None

    @property
    def has_attachment(self) -> bool:
        """Whether something came that is no words."""
        return any(getattr(self, kind, None) for kind in MessageAttachmentType)


class MessageOfPress(Read):
    """The message that a button stands under; one that is too old to be shown has no more than this."""

    message_id: int
    chat: Chat


class Press(Read):
    """A button was pressed."""

    id: str
    sender: User = Field(alias="from")
    message: MessageOfPress | None = None
    data: str | None = None


class Member(Read):
    """How somebody stands in a chat."""

    status: str


class Membership(Read):
    """The bot came into a chat, or went."""

    chat: Chat
    sender: User = Field(alias="from")
    new_chat_member: Member


class Update(Read):
    """One thing that happened; all of these are None for what nobody here asks about."""

    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: Press | None = None
    my_chat_member: Membership | None = None


def update_of(raw: object) -> Update | None:
    """What Telegram sent, as an update.

    None if it cannot be read: the alarm has told, and it is to be acknowledged, or it would come again and again and
    hold up the others (T30).
    """
    try:
        return Update.model_validate(raw)
    except ValidationError as shape:
        alarm(shape)
        return None
