"""What a person hears: messages, toasts, and how they read in a transcript."""

import re
from dataclasses import dataclass, field

from simulator.wire import Json


class Unheard(AssertionError):
    """What was waited for did not come; the text ends with the transcript."""


@dataclass(frozen=True)
class Heard:
    """A message as a person sees it."""

    id: int
    chat_id: int
    text: str
    by_bot: bool
    buttons: list[str]  # labels of the inline keyboard, row by row
    raw: Json = field(repr=False)

    @property
    def file_name(self) -> str | None:
        """The name of the file that came with it."""
        name: str | None = self.raw.get("document", {}).get("file_name")
        return name

    @classmethod
    def of(cls, shape: Json) -> "Heard":
        rows = inline_rows(shape)
        return cls(
            id=shape["message_id"],
            chat_id=shape["chat"]["id"],
            text=words(shape),
            by_bot=shape["by_bot"],
            buttons=[button["text"] for row in rows for button in row],
            raw=shape,
        )


@dataclass(frozen=True)
class Toast:
    """The answer to a press: a toast, or an alert that must be closed."""

    text: str
    is_alert: bool


def words(shape: Json) -> str:
    """A message's text or caption."""
    return str(shape.get("text", shape.get("caption", "")))


def inline_rows(shape: Json) -> list[list[Json]]:
    """The buttons under a message, row by row."""
    rows: list[list[Json]] = (shape.get("reply_markup") or {}).get("inline_keyboard", [])
    return rows


def says(shape: Json, pattern: str) -> bool:
    return found_in(pattern, words(shape))


def found_in(pattern: str, text: str) -> bool:
    """Contained word for word, or found as a regular expression."""
    if pattern in text:
        return True
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def as_line(shape: Json) -> str:
    """One message of a transcript."""
    kinds = ("photo", "document", "sticker", "voice", "location", "contact", "new_chat_members", "left_chat_member")
    rows = inline_rows(shape)
    marks = [
        *(f"<{kind}>" for kind in kinds if kind in shape),
        *(" ".join(f"[{button['text']}]" for button in row) for row in rows),
        *(["(edited)"] if "edit_date" in shape else []),
        *(["(deleted)"] if shape["deleted"] else []),
    ]
    return " ".join([f"{shape['message_id']} {shape['from']['first_name']}:", words(shape), *marks]).rstrip()
