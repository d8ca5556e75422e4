"""Bytes that no HTTP library would send: crooked heads, bodies and encodings; no answer is a fault of ours (T30)."""

import asyncio
import re
from collections import Counter
from random import Random
from urllib.parse import urlsplit

import pytest

from tests.api.hands import SERVICE_KEY, Town
from tests.fire.series import Fire

PATIENCE = 30.0  # seconds, on a busy machine
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")
PATHS = (b"/v1/sign-ins", b"/v1/me", b"/v1/me/login-history?after=x", b"/v1/captchas", b"/v1/effects/" + b"k" * 16)
ODD = (
    *(b"", b"\x00", b"\xff\xfe", b"\r\n", b"\n", b"%", b"%00", b"%ff", b"%2f..%2f", b"\xc3\x28", b"\xed\xa0\x80", b":"),
    *(b"1e999", b"nan", b"-1", b"0x10", "٣".encode(), "１".encode(), b"a" * 5000, b"\t", b" " * 300, b";q=", b",,,"),
)
BODIES = (
    *(b"", b"{", b"{}", b"null", b"[]", b'"x"', b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b"[" * 9000, b'{"a":' * 3000),
    *(b'{"username": "x", "password": "y"}', b'{"username": "\\ud800", "password": "\\u0000"}', b'{"username": 1e400}'),
    *(b'{"username": "x", "username": "y", "password": NaN}', b'{"username": "\xff", "password": ""}', b"x" * 20_000),
)
NAMES = (b"Accept-Language", b"Authorization", b"X-Service-Key", b"X-Chat-Id", b"Idempotency-Key", b"X-Forwarded-For")


@pytest.mark.fire("fuzz")
async def test_T30_no_bytes_whatever_break_the_service(fire: Fire, town: Town) -> None:
    statuses = Counter[str]()
    for block in (series := fire.series("blocks of crooked requests", range(fire.size(1, 20)))):
        dice, seen = fire.dice(block), Counter[str]()
        for _ in range(fire.size(60, 250)):
            request = crooked(dice)
            status = await answered(town, request)
            assert status < 500, request[:500]
            seen[str(status)] += 1
        assert (await town.raw("GET", "/v1/health"))[0] == 200
        series.keep(seen)
    for seen in series.results:
        statuses.update(seen)
    assert len(statuses) >= 4
    fire.figure("T30", "crooked requests, server errors", f"{statuses.total()}, 0")


def crooked(dice: Random) -> bytes:
    """A request that is wrong in several ways, or in none."""
    method = dice.choice((b"GET", b"POST", b"PUT", b"DELETE", b"PATCH", b"HEAD", b"OPTIONS", b"BREW", b"get"))
    path = dice.choice(PATHS) + (dice.choice(ODD) if dice.random() < 0.3 else b"")
    body = dice.choice(BODIES)
    headers = [(b"Host", b"x"), (b"Connection", b"close"), (b"Content-Type", _kind(dice)), *_length(dice, body)]
    headers += [(dice.choice(NAMES), _value(dice)) for _ in range(dice.randrange(5))]
    head = b"%s %s HTTP/1.1\r\n" % (method, path) + b"".join(b"%s: %s\r\n" % header for header in headers)
    request = head + b"\r\n" + body
    return _bent(request, dice) if dice.random() < 0.3 else request


def _value(dice: Random) -> bytes:
    """Something to stand in a header: a word that means something there, odd bytes, or both."""
    words = (b"vi", b"en;q=0.5", b"Bearer x", b"Basic eA==", SERVICE_KEY.encode(), b"5000", b"k" * 16, b"127.0.0.1")
    return b"".join(dice.sample([dice.choice(words), dice.choice(ODD)], dice.randrange(1, 3)))


def _kind(dice: Random) -> bytes:
    return dice.choice(
        (b"application/json", b"application/json; charset=holo", b"text/plain", b"multipart/form-data", b"/")
    )


def _length(dice: Random, body: bytes) -> list[tuple[bytes, bytes]]:
    """How long the body is: rightly, wrongly, in pieces, in two ways at once."""
    right, short = (b"Content-Length", b"%d" % len(body)), (b"Content-Length", b"%d" % (len(body) // 2))
    pieces = (b"Transfer-Encoding", b"chunked")
    return dice.choice(([right],) * 6 + ([short], [pieces], [right, pieces], [right, short], [], [(right[0], b"-1")]))


def _bent(request: bytes, dice: Random) -> bytes:
    """With some bytes changed, lost or doubled."""
    bent = bytearray(request)
    for _ in range(dice.randrange(1, 6)):
        at = dice.randrange(len(bent))
        bent[at : at + dice.randrange(3)] = dice.choice(ODD)[:50] if dice.random() < 0.5 else dice.randbytes(1)
    return bytes(bent)


async def answered(town: Town, request: bytes) -> int:
    """The status of the answer; 0 if there was none but the connection's end."""
    where = urlsplit(town.url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    try:
        async with asyncio.timeout(PATIENCE):
            writer.write(request)
            writer.write_eof()
            answer = await reader.read()
    except ConnectionError:
        return 0
    finally:
        writer.close()
    statuses = [int(status) for status in STATUS.findall(answer)]
    return max(statuses, default=0)
