"""What a person did in the chat, as the talks see it."""

from dataclasses import dataclass

from api.client.files import FileSent


@dataclass(frozen=True)
class Said:
    """A line of text; `message` is its number in the chat."""

    text: str
    message: int


@dataclass(frozen=True)
class Commanded:
    """A command, without its slash: «start», «huy»; `text` is the line as it was typed."""

    name: str
    message: int
    text: str = ""


@dataclass(frozen=True)
class Pressed:
    """A button under a message. `button` is its opaque id, `press` the number that a toast answers."""

    button: str
    message: int
    press: str


@dataclass(frozen=True)
class SharedContact:
    """A contact card; it is the person's own only if Telegram says so and it was not forwarded (T08)."""

    phone: str
    is_own: bool
    message: int


@dataclass(frozen=True)
class SentFile:
    """A file, with or without words."""

    file: FileSent
    message: int


@dataclass(frozen=True)
class SentOther:
    """Something that no question takes: a sticker, a picture with or without words, a voice message."""

    message: int


@dataclass(frozen=True)
class Edited:
    """An earlier message was changed; what it said first stands."""

    message: int


@dataclass(frozen=True)
class WentOn:
    """Nobody did anything: the question of that number goes on by itself, if it still stands."""

    question: int


Event = Said | Commanded | Pressed | SharedContact | SentFile | SentOther | Edited | WentOn
