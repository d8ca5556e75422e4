"""Files that were sent, and the ids Telegram knows them by."""

import io
import mimetypes
from base64 import b64decode, b64encode
from dataclasses import dataclass
from secrets import token_urlsafe

from PIL import Image, UnidentifiedImageError

from simulator.wire import Json, bad_request

LARGEST_UPLOAD = 50 * 1024 * 1024
LARGEST_PHOTO = 10 * 1024 * 1024
LARGEST_DOWNLOAD = 20 * 1024 * 1024

BEGINNINGS = {"documents": "BQACAgUAAxk", "voice": "AwACAgUAAxk"}
"""How the ids of a kind begin; the rest says nothing."""


@dataclass
class StoredFile:
    """A file's bytes and what was said about them; `folder` is Telegram's (`photos`, `documents` …)."""

    file_id: str
    unique_id: str
    folder: str
    name: str
    mime_type: str
    body: bytes
    width: int = 0
    height: int = 0

    @property
    def path(self) -> str:
        """Where `/file/bot…/` serves it; Telegram names it anew, keeping only the ending."""
        ending = self.name.rpartition(".")[2] if "." in self.name else ""
        return f"{self.folder}/file_{self.unique_id}" + (f".{ending}" if ending.isalnum() else "")

    def as_file(self) -> Json:
        """Telegram's File, without the path."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.body)}

    def as_document(self) -> Json:
        return self.as_file() | {"file_name": self.name, "mime_type": self.mime_type}

    def as_photo(self) -> list[Json]:
        return [self.as_file() | {"width": self.width, "height": self.height}]

    def as_json(self) -> Json:
        return vars(self) | {"body": b64encode(self.body).decode()}


def file_from(shape: Json) -> StoredFile:
    """The file that `as_json` wrote down."""
    return StoredFile(**(shape | {"body": b64decode(shape["body"])}))


class Files:
    """Every file of the town, by its ids."""

    def __init__(self) -> None:
        self.by_id: dict[str, StoredFile] = {}
        self.by_unique_id: dict[str, StoredFile] = {}

    def put(self, stored: StoredFile) -> StoredFile:
        self.by_id[stored.file_id] = stored
        self.by_unique_id[stored.unique_id] = stored
        return stored

    def keep(self, folder: str, name: str, mime_type: str, body: bytes) -> StoredFile:
        """Keep a file under new ids."""
        kind = mime_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
        unique = token_urlsafe(12).replace("-", "A").replace("_", "B")
        beginning = BEGINNINGS.get(folder, "AgACAgUAAxk")
        return self.put(StoredFile(f"{beginning}{token_urlsafe(40)}", unique, folder, name, kind, body))

    def keep_photo(self, name: str, body: bytes) -> StoredFile:
        """Keep a picture; refuses, as Telegram does, what is none."""
        width, height, kind = picture_size(body)
        photo = self.keep("photos", name or "photo.jpg", kind, body)
        photo.width, photo.height = width, height
        return photo

    def at(self, path: str) -> StoredFile | None:
        return next((each for each in self.by_id.values() if each.path == path), None)


def picture_size(body: bytes) -> tuple[int, int, str]:
    """Width, height and MIME type of a picture."""
    if len(body) > LARGEST_PHOTO:
        raise bad_request("file is too big")
    try:
        with Image.open(io.BytesIO(body)) as picture:
            (width, height), kind = picture.size, picture.get_format_mimetype()
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise bad_request("IMAGE_PROCESS_FAILED") from error
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height, kind or "image/jpeg"
