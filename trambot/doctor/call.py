"""One call over HTTP, and why there was no answer, in words."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import aiohttp

from trambot.doctor.finding import Trouble

PATIENCE = 4.0
"""Seconds for an answer."""
LARGEST = 1024 * 1024
"""Bytes of an answer that are read."""


@dataclass(frozen=True)
class Answer:
    """What came back, and the time here before and after it was asked for."""

    status: int
    date: str | None
    body: bytes
    asked_at: datetime
    answered_at: datetime

    @property
    def took(self) -> float:
        """Milliseconds."""
        return (self.answered_at - self.asked_at).total_seconds() * 1000


async def call(url: str, *, method: str = "GET", headers: dict[str, str] | None = None, body: str = "") -> Answer:
    """Ask once; redirects are not followed.

    Raises:
        Trouble: there was no answer. Its words name the host alone: an address may hold a secret.
    """
    where = host_of(url)
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as http:
            asked_at = datetime.now(UTC)
            async with http.request(method, url, headers=headers, data=body or None, allow_redirects=False) as answer:
                answered_at = datetime.now(UTC)
                read = await _beginning(answer.content)
                return Answer(answer.status, answer.headers.get("Date"), read, asked_at, answered_at)
    except aiohttp.ClientConnectorDNSError:
        raise Trouble(f"No name server knows {where}.", "Look at the spelling, and at this machine's DNS.") from None
    except aiohttp.ClientConnectorCertificateError:
        raise Trouble(f"The certificate of {where} is not to be trusted.", CERTIFICATE) from None
    except aiohttp.ClientSSLError:
        raise Trouble(f"{where} does not speak TLS as it should.", "Look whether http or https is meant.") from None
    except aiohttp.ClientConnectorError:
        raise Trouble(
            f"Nobody answers at {where}.", "Start what should listen there, or correct the address."
        ) from None
    except TimeoutError:
        text = f"{where} did not answer within {PATIENCE:.0f} seconds."
        raise Trouble(text, "Look at the network and the firewall between here and there.") from None
    except (aiohttp.ClientError, ValueError):
        raise Trouble(f"{where} broke the call off, or the address is none.", "Correct the address.") from None


CERTIFICATE = "Renew it, or install the certificate of whoever signed it on this machine."


def host_of(url: str) -> str:
    """The host, and the port where one is written: all of an address that may be shown."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "nowhere", parts.port
    except ValueError:
        return "an address that is none"
    return f"{host}:{port}" if port else host


async def _beginning(content: aiohttp.StreamReader) -> bytes:
    """All of it, or as much as is looked at; a single read gives what has come so far."""
    read = bytearray()
    async for piece in content.iter_any():
        read += piece
        if len(read) >= LARGEST:
            break
    return bytes(read[:LARGEST])
