"""Sealing of personal data and keyed digests; the keys live outside the database."""

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_BYTES = 32
DIGEST_BYTES = 16
LEAST_SEALED = 1 + NONCE_BYTES + 16
"""Bytes of a sealed value around what is sealed: the key's number, the nonce, and AES-GCM's tag."""


class SealBroken(Exception):
    """A sealed value does not open: wrong key, or moved from the place it was sealed for (T26)."""


@dataclass(frozen=True)
class Keys:
    """The data keys of an installation: sealing keys by their number, and the key of the digests.

    A sealed value is one byte of key number, 12 bytes of nonce, then AES-GCM's ciphertext and tag. What it is bound to
    is its place: table, part and row, so that it opens nowhere else (T26).
    """

    current: int
    sealing: dict[int, bytes] = field(repr=False)
    digesting: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if any(len(key) != KEY_BYTES for key in (*self.sealing.values(), self.digesting)):
            raise ValueError(f"every key is {KEY_BYTES} bytes")
        if self.current not in self.sealing:
            raise ValueError("the current key is not among the keys")

    def seal(self, plain: str, place: str, row: object) -> bytes:
        """`plain`, sealed with the current key for the one place it belongs to, such as ("account.phone", 17)."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = _cipher(self.sealing[self.current]).encrypt(
            nonce, plain.encode(), self._bound(self.current, place, row)
        )
        return bytes([self.current]) + nonce + sealed

    def opened(self, sealed: bytes, place: str, row: object) -> str:
        """What was sealed for that place.

        Raises:
            SealBroken: another place's, another key's, or changed since.
        """
        if len(sealed) <= 1 + NONCE_BYTES:
            raise SealBroken(place)
        number, nonce = sealed[0], sealed[1 : 1 + NONCE_BYTES]
        try:
            cipher = _cipher(self.sealing[number])
            return cipher.decrypt(nonce, sealed[1 + NONCE_BYTES :], self._bound(number, place, row)).decode()
        except (KeyError, InvalidTag):
            raise SealBroken(place) from None

    def digest(self, kind: str, value: str) -> bytes:
        """A keyed digest to find or compare a value by, without keeping the value; 16 bytes, its own for each kind."""
        return hashlib.blake2b(
            value.encode(), key=self.digesting, digest_size=DIGEST_BYTES, person=kind.encode()
        ).digest()

    def derived(self, purpose: str) -> bytes:
        """A key of its own for one purpose; whoever has it learns nothing of the key that it comes from."""
        return hashlib.blake2b(digest_size=KEY_BYTES, key=self.digesting, person=purpose.encode()).digest()

    @staticmethod
    def _bound(number: int, place: str, row: object) -> bytes:
        return f"{number}|{place}|{row}".encode()


@cache
def _cipher(key: bytes) -> AESGCM:
    """Made once for each of a few keys; making one takes as long as opening a value."""
    return AESGCM(key)


def token_digest(token: str) -> bytes:
    """What the database keeps of a bearer token: tokens are 256 random bits, so a plain hash gives nothing away."""
    return hashlib.sha256(token.encode()).digest()


def same(one: bytes | str, other: bytes | str) -> bool:
    """Whether two secrets are equal, in constant time."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def _bytes(secret: bytes | str) -> bytes:
    return secret.encode() if isinstance(secret, str) else secret
