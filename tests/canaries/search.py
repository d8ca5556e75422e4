"""The search: canaries in bytes of any kind, in every spelling that programs give to text."""

import base64
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import quote

from tests.canaries.flock import Canary, Flock

SHORT = 6
"""Characters; so short a value is looked for where it stands alone: some bytes anywhere will be the same."""


@dataclass(frozen=True)
class Artefact:
    """Something that is left behind."""

    kind: str
    name: str
    body: bytes = field(repr=False)


@dataclass
class Search:
    """What was looked through, and what was found."""

    artefacts: int = 0
    size: int = 0
    leaks: list[str] = field(default_factory=list)


def search(artefacts: Iterable[Artefact], flock: Flock) -> Search:
    """Look for every canary in every artefact where it is not meant to be."""
    done = Search()
    for artefact in artefacts:
        done.artefacts += 1
        done.size += len(artefact.body)
        done.leaks += (f"{what} in {artefact.kind}: {artefact.name}" for what in _found(artefact, flock))
    return done


def _found(artefact: Artefact, flock: Flock) -> Iterator[str]:
    for canary in flock.others:
        if not canary.may_be_in(artefact.kind):
            yield from _spelt_in(canary, artefact.body)
    if not _has_mark(artefact.body, flock.mark):
        return
    body = artefact.body
    for canary in flock.marked:
        if canary.may_be_in(artefact.kind):
            body = _without(body, canary)
    named = [what for canary in flock.marked if not canary.may_be_in(artefact.kind) for what in _spelt_in(canary, body)]
    yield from named
    if not named and _has_mark(body, flock.mark):
        yield "a piece of some canary"


def _spelt_in(canary: Canary, body: bytes) -> Iterator[str]:
    for spelling, form in spellings(canary.value):
        if len(canary.value) <= SHORT and spelling.endswith("raw"):
            stands = re.search(rb"(?<![0-9A-Za-z.])" + re.escape(form) + rb"(?![0-9A-Za-z])", body) is not None
        else:
            stands = form in body
        if stands:
            yield f"{canary.name} ({spelling})"


def _has_mark(body: bytes, mark: str) -> bool:
    return any(form in body for spelt in (mark, mark.upper()) for _, form in spellings(spelt))


def _without(body: bytes, canary: Canary) -> bytes:
    for _, form in spellings(canary.value):
        body = body.replace(form, b"")
    return body


@cache
def spellings(value: str) -> list[tuple[str, bytes]]:
    """(how it is spelt, the bytes): composed and decomposed; raw, escaped, percent-encoded, in hex, base64, UTF-16.

    In base64 without what its neighbours would change, so that it is found at each of the three places in a group.
    """
    forms: dict[bytes, str] = {}
    for composition in ("NFC", "NFD"):
        text = unicodedata.normalize(composition, value)
        for how, form in _forms(text):
            forms.setdefault(form, f"{composition} {how}")
    return [(how, form) for form, how in forms.items()]


def _forms(text: str) -> Iterator[tuple[str, bytes]]:
    raw = text.encode()
    yield "raw", raw
    yield "escaped", json.dumps(text)[1:-1].encode()
    yield "percent-encoded", quote(text, safe="").encode()
    for codec in ("utf-16-le", "utf-16-be"):
        yield codec, text.encode(codec)
    yield "hex", raw.hex().encode()
    yield "HEX", raw.hex().upper().encode()
    for shift in range(3):
        for alphabet in (base64.b64encode, base64.urlsafe_b64encode):
            encoded = alphabet(bytes(shift) + raw)
            yield f"base64 at {shift}", encoded[-(-8 * shift // 6) : 8 * (shift + len(raw)) // 6]
