"""The people of the town: Telegram accounts with a phone in the hand."""

import json
import re
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from simulator.wire import Json

PHONE = re.compile(r"\+[1-9]\d{7,14}")  # E.164


@dataclass
class Person:
    """A Telegram user: who they are to Telegram, and what the page tells the one who plays them."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    phone: str = ""  # E.164; Telegram itself knows one of everybody
    language_code: str = "vi"
    note: str = ""  # who this is, for the one who chooses a phone to play
    hint: str = ""  # demo credentials to show beside the phone

    def __post_init__(self) -> None:
        if self.id <= 0 or not self.first_name:
            raise ValueError("a person needs a positive id and a first name")
        if self.phone and not PHONE.fullmatch(self.phone):
            raise ValueError(f"{self.first_name}: a phone is written +84…, digits only")

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def as_user(self) -> Json:
        """Telegram's User."""
        user: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        for field in ("last_name", "username", "language_code"):
            if value := getattr(self, field):
                user[field] = value
        return user

    def as_json(self) -> Json:
        return asdict(self) | {"name": self.name}


def person_from(shape: Json) -> Person:
    """A person from JSON; ValueError names what does not fit."""
    known = {field.name for field in fields(Person)}
    if unknown := set(shape) - known - {"name"}:
        raise ValueError(f"a person has no {', '.join(sorted(unknown))}")
    try:
        return Person(**{key: value for key, value in shape.items() if key in known})
    except TypeError as error:
        raise ValueError(f"a person lacks something: {error}") from error


def read_people(path: Path) -> list[Person]:
    """The people listed in a JSON file: an array of objects with the fields of `Person`."""
    return [person_from(shape) for shape in json.loads(path.read_text(encoding="utf-8"))]
