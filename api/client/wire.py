"""One request to the API over HTTP, and its answer."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from http import HTTPStatus
from io import BytesIO
from typing import Any, Self, TypeVar, cast

import aiohttp
from pydantic import BaseModel, SecretStr, TypeAdapter
from pydantic_core import to_json

from api.client.faults import ApiSilent, said_no
from api.client.files import Fetch, FileMade, FileSent, file_of
from api.schemas.values import Request
from models.refusals import FileGone

UNANSWERED = {HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}
"""Statuses of an answer from before the service, or of one that does not know what became of it."""

PATIENCE = 2.5
"""Seconds the API gets to answer: a turn of the chat must end within three."""

LEAST_PATIENCE = 0.05
"""Seconds; none at all would mean for ever."""

A = TypeVar("A")


@dataclass(frozen=True)
class Wire:
    """Who asks, from which chat, and how long they wait; what is asked is said by the nouns built on it."""

    http: aiohttp.ClientSession
    url: str
    service_key: str | None = None
    chat: int | None = None
    token: str | None = None
    language: str = "vi"
    key: str | None = None
    patience: float = PATIENCE
    fetch: Fetch | None = None

    def by(self, *, chat: int, token: str | None, language: str, fetch: Fetch | None = None) -> Self:
        """The same API as that chat and session see it; `fetch` gets what was sent there."""
        return replace(self, chat=chat, token=token, language=language, fetch=fetch)

    def within(self, seconds: float) -> Self:
        """The same API, given so many seconds to answer, and never more than it has patience for."""
        return replace(self, patience=min(self.patience, seconds))

    def under(self, key: str) -> Self:
        """The same API for one effect, done at most once under that Idempotency-Key."""
        return replace(self, key=key)

    async def _ask(
        self, method: str, path: str, answer: type[A], body: Request | None = None, token: str | None = None
    ) -> A:
        content = await self._send(method, path, body, token or self.token)
        read: A = _reader_of(cast("Any", answer)).validate_json(content)
        return read

    async def _upload(self, method: str, path: str, answer: type[A], file: FileSent) -> A:
        """Hand the file on, as `_hand_on` does."""
        _, content = await self._hand_on(method, path, file)
        read: A = _reader_of(cast("Any", answer)).validate_json(content)
        return read

    async def _hand_on(self, method: str, path: str, file: FileSent) -> tuple[Mapping[str, str], bytes]:
        """Get the file from where it was sent to, and hand it on in what is left of the time.

        Raises:
            FileGone, FileTooBig: it cannot be had; nothing was asked of the API.
        """
        began = time.monotonic()
        if self.fetch is None:
            raise FileGone
        content = await self.fetch(file.id)
        left = self.within(max(self.patience - (time.monotonic() - began), LEAST_PATIENCE))
        return await left._exchange(method, path, content, self.token)

    async def _download(self, path: str) -> FileMade:
        """A file that the API makes."""
        return file_of(*await self._exchange("GET", path, None, self.token))

    async def _send(self, method: str, path: str, body: Request | bytes | None, token: str | None) -> bytes:
        return (await self._exchange(method, path, body, token))[1]

    async def _exchange(
        self, method: str, path: str, body: Request | bytes | None, token: str | None
    ) -> tuple[Mapping[str, str], bytes]:
        """A request and its answer's headers and body; bytes are sent as they are, anything else as JSON."""
        timeout = aiohttp.ClientTimeout(total=self.patience)
        is_file = isinstance(body, bytes)
        data = BytesIO(body) if isinstance(body, bytes) else body and _with_secrets(body)
        headers = self._headers(token, "application/octet-stream" if is_file else "application/json")
        try:
            async with self.http.request(
                method, f"{self.url}/v1/{path}", data=data, headers=headers, timeout=timeout
            ) as response:
                content = await response.read()
        except (TimeoutError, aiohttp.ClientError) as silence:
            raise ApiSilent(type(silence).__name__) from None
        if response.status in UNANSWERED:
            raise ApiSilent(str(response.status))
        if response.status >= 400:
            raise said_no(content)
        return response.headers, content

    def _headers(self, token: str | None, kind: str) -> dict[str, str]:
        headers = {"Accept-Language": self.language, "Content-Type": kind}
        optional = {
            "X-Service-Key": self.service_key,
            "X-Chat-Id": self.chat,
            "Authorization": token and f"Bearer {token}",
            "Idempotency-Key": self.key,
        }
        return headers | {name: str(value) for name, value in optional.items() if value is not None}


@cache
def _reader_of(answer: Any) -> TypeAdapter[Any]:
    """Reads such answers; made once, for making one takes longer than reading ten."""
    return TypeAdapter(answer)


def _with_secrets(body: BaseModel) -> bytes:
    """The request as JSON, its secrets opened: this is the one place they leave the process."""
    return to_json(_opened(body))


def _opened(value: object) -> object:
    match value:
        case SecretStr():
            return value.get_secret_value()
        case BaseModel():
            return _opened(dict(value))
        case dict():
            return {name: _opened(inner) for name, inner in value.items()}
        case _:
            return value
