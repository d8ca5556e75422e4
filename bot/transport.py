"""The way to Telegram's servers: python-telegram-bot's requests over aiohttp, which bears many chats at once.

What it raises tells apart what surely never reached Telegram from what may have (T37):

    TelegramError
    +-- NetworkError
        +-- NoConnection           surely not sent
        +-- CutOff                 maybe
        +-- TimedOut               maybe
            +-- NoRoom             surely not sent
"""

import asyncio
import json
from io import BytesIO
from typing import Any

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import JSONDict, ODVInput
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

READ_TIMEOUT = 5.0  # seconds, where a call names none
WRITE_TIMEOUT = 5.0
UPLOAD_TIMEOUT = 20.0  # of a call that carries files
CONNECT_TIMEOUT = 2.0
POOL_TIMEOUT = 1.0
KEPT_ALIVE = 15.0  # seconds; shorter than Telegram's, so that no request goes into a connection just closed there

URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}


class NoConnection(NetworkError):
    """No connection came about: surely not sent."""


class NoRoom(TimedOut):
    """No connection became free, or none was made, in time: surely not sent."""


class CutOff(NetworkError):
    """The connection broke after the request had begun."""


class AiohttpRequest(BaseRequest):
    """Requests over one aiohttp session of at most `connections` connections."""

    def __init__(self, connections: int = 256) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds."""
        return READ_TIMEOUT

    async def initialize(self) -> None:
        """Open the session; once is enough."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEPT_ALIVE)
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), headers={"User-Agent": self.USER_AGENT}
            )

    async def shutdown(self) -> None:
        """Close the session."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Ask, and give the answer's status and body.

        No cause is kept: aiohttp's errors name the address, and the token is part of it.
        """
        has_files = request_data is not None and request_data.contains_files
        connect = _or(connect_timeout, CONNECT_TIMEOUT) + _or(pool_timeout, POOL_TIMEOUT)
        read = _or(read_timeout, READ_TIMEOUT)
        # aiohttp has no time-out for writing, so everything together has one.
        whole = connect + read + _or(write_timeout, UPLOAD_TIMEOUT if has_files else WRITE_TIMEOUT)
        try:
            async with asyncio.timeout(whole):
                return await self._ask(
                    url, method, request_data, aiohttp.ClientTimeout(connect=connect, sock_read=read)
                )
        except aiohttp.ConnectionTimeoutError:
            raise NoRoom from None
        except TimeoutError:
            raise TimedOut from None
        except aiohttp.ClientConnectorError as error:
            raise NoConnection(type(error).__name__) from None
        except aiohttp.ClientError as error:
            raise CutOff(type(error).__name__) from None

    async def _ask(
        self,
        url: str,
        method: str,
        data: RequestData | None,
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("the request is used before it is initialized, or after it was shut down")
        body, headers = _body(data)
        async with self._session.request(method, url, data=body, headers=headers, timeout=timeout) as response:
            return response.status, await response.read()

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """As the library's own, but that it does not write what it cannot read into the log: it may be a message."""
        try:
            parsed: JSONDict = json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            raise TelegramError("Invalid server response") from None
        return parsed


def _body(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    if data is None:
        return None, {}
    if not data.contains_files:
        return data.url_encoded_parameters().encode(), URLENCODED
    return _form(data), {}


def _form(data: RequestData) -> aiohttp.FormData:
    """The parameters and the files. Telegram takes names of files as they are, not percent-encoded."""
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mimetype) in data.multipart_data.items():
        file = BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, file, filename=_one_line(filename), content_type=mimetype)
    return form


def _one_line(filename: str) -> str:
    """A line break in a name would begin a header of its own."""
    return filename.replace("\r", "").replace("\n", "")


def _or(timeout: ODVInput[float] | Any, default: float) -> float:
    """Seconds: the ones given, or the default."""
    return default if timeout is None or isinstance(timeout, DefaultValue) else float(timeout)
