"""Looking somebody up: by full name and a number, never by one of them (R16); and the keys that find them.

A key is the first 64 bits of a keyed hash of kind, name and number together. There is no key of a name or of a number
alone, so a search by one of them cannot be written, and whoever has the database but not the secret can try no names
(T27). Two people in the whole registry may share a key by chance, so what a key finds is compared before it is told.
"""

import hashlib
import re
from dataclasses import dataclass, field

from models.full_name import full_name, name_to_find
from models.id_number import id_number
from models.phone import subject_phone
from models.refusals import IdNumberInvalid, NameMissing, NumberInvalid, NumberMissing, SubjectPhoneInvalid
from models.sealing import KEY_BYTES, Keys
from models.spelling import plain_number
from models.words import NumberKind

KEY_BITS = 64
_PERSON = b"trambot.look-up"
_DERIVED = "look-up secret"


@dataclass(frozen=True)
class Number:
    """A phone's or a paper's number, in its one spelling."""

    kind: NumberKind
    value: str


@dataclass(frozen=True)
class Wanted:
    """Whom somebody looks for."""

    full_name: str
    number: Number


@dataclass(frozen=True)
class LookUpSecrets:
    """The secret that keys are made with, and the one before it while that is being given up."""

    current: bytes = field(repr=False)
    former: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if any(len(secret) != KEY_BYTES for secret in self._both):
            raise ValueError(f"every look-up key is {KEY_BYTES} bytes")

    @classmethod
    def of(cls, keys: Keys) -> "LookUpSecrets":
        """The secret of an installation: derived from its digest key, which lies outside the database as well."""
        return cls(keys.derived(_DERIVED))

    def key(self, name: str, number: Number) -> int:
        """The key that somebody is kept under from now on, as PostgreSQL's bigint has it."""
        return _key(self.current, name, number)

    def keys(self, wanted: Wanted) -> list[int]:
        """The keys that somebody may be found by: nobody is unfindable while the secret changes."""
        return [_key(secret, wanted.full_name, wanted.number) for secret in self._both]

    @property
    def _both(self) -> list[bytes]:
        return [self.current, *([self.former] if self.former is not None else [])]


def number(typed: str) -> Number:
    """The number that was meant: twelve digits of a CCCD, nine of a CMT, a passport's letters, else a phone's.

    Raises:
        NumberInvalid: neither a paper's number nor a Vietnamese phone's.
    """
    try:
        return Number(NumberKind.DOCUMENT, id_number(typed).number)
    except IdNumberInvalid:
        pass
    try:
        return Number(NumberKind.PHONE, subject_phone(typed))
    except SubjectPhoneInvalid:
        raise NumberInvalid from None


def wanted(line: str) -> Wanted:
    """Whom a line such as «Nguyễn Văn A 0987 654 321» names; the number may come first.

    Raises:
        NumberMissing, NameMissing: only one of the two is there (R16).
        FullNameInvalid, NumberInvalid: what is not one.
    """
    words = line.split()
    is_number = [any(c.isdecimal() for c in word) or not any(c.isalpha() for c in word) for word in words]
    name = " ".join(word for word, is_it in zip(words, is_number, strict=True) if not is_it)
    digits = " ".join(word for word, is_it in zip(words, is_number, strict=True) if is_it)
    return wanted_by(name.strip(" ,;:"), digits)


def wanted_by(name: str, typed_number: str) -> Wanted:
    """Whom a name and a number name; for the rest as `wanted`."""
    if not re.search(r"\w", plain_number(typed_number)):
        raise NumberMissing
    if not name.strip():
        raise NameMissing
    return Wanted(full_name(name), number(typed_number))


def is_the_same(wanted: Wanted, name: str, number: Number) -> bool:
    """Whether somebody of that name and number is meant; what a key found is nobody else by chance."""
    return number == wanted.number and name_to_find(name) == name_to_find(wanted.full_name)


def _key(secret: bytes, name: str, number: Number) -> int:
    said = f"{number.kind}\0{name_to_find(name)}\0{number.value}"
    digest = hashlib.blake2b(said.encode(), key=secret, digest_size=KEY_BITS // 8, person=_PERSON).digest()
    return int.from_bytes(digest, "big", signed=True)
