"""Files on their way between a chat and the API."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True)
class FileSent:
    """A file that somebody sent in the chat: how Telegram knows it, its name, and how many bytes it has."""

    id: str
    name: str
    size: int


@dataclass(frozen=True)
class FileMade:
    """A file that the API made."""

    name: str
    content: bytes


Fetch = Callable[[str], Awaitable[bytes]]
"""Gets the bytes of a file that was sent in a chat, by its id. Raises FileGone, FileTooBig, or an ApiFault."""


def file_of(headers: Mapping[str, str], content: bytes) -> FileMade:
    """The file in an answer with those headers."""
    name = headers.get("Content-Disposition", "").partition("filename*=UTF-8''")[2]
    return FileMade(unquote(name), content)
