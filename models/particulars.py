"""What is known of a subject («Đối tượng tiêm»): the sensitive four, the rest, and the numbers they are found by."""

import json
from dataclasses import dataclass
from typing import Self

from pydantic_core import to_json

from models.birth import Birth
from models.look_up import Number
from models.words import Gender, NumberKind


@dataclass(frozen=True)
class Sensitive:
    """What changes only with an OTP, unless one's own unit keeps the subject (R17): name, birth, papers, residence."""

    full_name: str
    birth: Birth
    id_numbers: tuple[str, ...]
    scheme: int
    area: str
    """The commune where the subject lives now."""
    address: str
    """What comes before the commune: house, street, hamlet; may be empty."""

    def sealable(self) -> str:
        """What of it is sealed: the commune is not, because lists go by it."""
        return _json([self.full_name, str(self.birth), self.id_numbers, self.address])

    @classmethod
    def read(cls, opened: str, scheme: int, area: str) -> Self:
        """What was sealed, with the commune."""
        full_name, birth, id_numbers, address = json.loads(opened)
        return cls(full_name, Birth.read(birth), tuple(id_numbers), scheme, area, address)


@dataclass(frozen=True)
class Rest:
    """What anybody who works with the subject may correct."""

    gender: Gender
    phones: tuple[str, ...]
    guardian: str
    """Whose phone it is, if it is not the subject's own, as with a child; else empty."""

    def sealable(self) -> str:
        """As it is sealed."""
        return _json([self.gender, self.phones, self.guardian])

    @classmethod
    def read(cls, opened: str) -> Self:
        """What was sealed."""
        gender, phones, guardian = json.loads(opened)
        return cls(Gender(gender), tuple(phones), guardian)


@dataclass(frozen=True)
class Particulars:
    """Both parts."""

    sensitive: Sensitive
    rest: Rest

    @property
    def phones(self) -> list[Number]:
        """The phones they are found by."""
        return [Number(NumberKind.PHONE, phone) for phone in self.rest.phones]

    @property
    def documents(self) -> list[Number]:
        """The papers they are found by."""
        return [Number(NumberKind.DOCUMENT, number) for number in self.sensitive.id_numbers]

    def is_known_by(self, number: Number) -> bool:
        """Whether it is one of theirs."""
        return number in (*self.phones, *self.documents)


def _json(parts: list[object]) -> str:
    return to_json(parts).decode()
