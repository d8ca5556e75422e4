"""What goes back to the chat, before anybody knows how Telegram spells it."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True, ser_json_bytes="base64", val_json_bytes="base64")


class Button(_Reply):
    """A button under a message; `id` means something only to that person, account, chat and question."""

    label: str
    id: str


class Keyboard(_Reply):
    """Buttons in place of the phone's keyboard: share one's own contact, and words to be said."""

    share_contact: str
    words: list[str]


class Document(_Reply):
    """A file to be shown, by its name with the letters it has."""

    name: str
    content: bytes


class Message(_Reply):
    """A message. `text` is Telegram's HTML. A question's message keeps its buttons until it is answered.

    If it `replaces` a message of the chat, that is changed, as long as it is there to be.
    """

    kind: Literal["message"] = "message"
    text: str
    buttons: list[list[Button]] = []
    keyboard: Keyboard | None = None
    closes_keyboard: bool = False
    picture: bytes | None = None
    document: Document | None = None
    is_question: bool = False
    replaces: int | None = None


class Toast(_Reply):
    """The answer to a press: a short note over the chat, or nothing but the end of its waiting."""

    kind: Literal["toast"] = "toast"
    press: str
    text: str | None = None


class Retire(_Reply):
    """Take the buttons off an answered question."""

    kind: Literal["retire"] = "retire"
    message: int


Reply = Annotated[Message | Toast | Retire, Field(discriminator="kind")]
REPLIES: TypeAdapter[list[Reply]] = TypeAdapter(list[Reply])
