"""The way to the SMS gateway: what is handed over, and what may be said of it afterwards (T36)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

import aiohttp
from pydantic import SecretStr

from models.words import SmsOutcome

CONNECTED_WITHIN = 1.0
HANDED_OVER_WITHIN = 1.5
"""Seconds. The person's turn ends within three, and the rest of the request needs some too."""

REQUEST_TIMED_OUT = 408


class SmsSender(Protocol):
    """Hands an SMS over, once; what cannot be known is `unknown`, and nothing is tried again."""

    async def send(self, to: str, text: str, request_id: str) -> SmsOutcome:
        """`to` in E.164. The gateway takes a `request_id` once, whatever happens on the way."""
        ...


class HttpGateway:
    """A gateway that takes `{"to", "text", "request_id"}` as JSON, under a bearer key."""

    def __init__(self, http: aiohttp.ClientSession, url: str, key: SecretStr) -> None:
        self._http = http
        self._url = url
        self._key = key

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str, key: SecretStr) -> AsyncIterator["HttpGateway"]:
        """A gateway with its connections, which end with it."""
        # A kept connection may be found dead only when the SMS is on it, and then nobody knows: a new one each time.
        connector = aiohttp.TCPConnector(force_close=True)
        timeout = aiohttp.ClientTimeout(total=HANDED_OVER_WITHIN, sock_connect=CONNECTED_WITHIN)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:
            yield cls(http, url, key)

    async def send(self, to: str, text: str, request_id: str) -> SmsOutcome:
        """`sent` only if the gateway says so; `failed` only if it surely has not taken it."""
        order = {"to": to, "text": text, "request_id": request_id}
        headers = {"Authorization": f"Bearer {self._key.get_secret_value()}"}
        try:
            async with self._http.post(self._url, json=order, headers=headers, allow_redirects=False) as answer:
                return _outcome(answer.status)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return SmsOutcome.FAILED
        except (TimeoutError, aiohttp.ClientError, OSError):
            return SmsOutcome.UNKNOWN


def _outcome(status: int) -> SmsOutcome:
    if 200 <= status < 300:
        return SmsOutcome.SENT
    if (400 <= status < 500 and status != REQUEST_TIMED_OUT) or status == 503:
        return SmsOutcome.FAILED
    return SmsOutcome.UNKNOWN
