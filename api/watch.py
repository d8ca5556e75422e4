"""The watch over every request: its line in the log, its size, and the one alarm."""

import time
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import HTTPException, Request
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.faults import answer_to
from api.files import MOST, too_big

log = structlog.stdlib.get_logger()

MOST_BODY = 16 * 1024
"""Bytes of a request's body that is no file; the longest that makes sense has some 2,000."""
NOT_KEPT = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
GONE = 499
"""What the log calls a caller who did not wait for the answer."""


class Watch:
    """The outermost: whatever nobody else caught ends here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, answered = time.perf_counter(), Answered(send)
        try:
            await self._app(scope, receive, answered)
        except ClientDisconnect:
            answered.status = GONE
        except Exception as fault:  # noqa: BLE001 - the one alarm
            answer = answer_to(fault, Request(scope))
            if answered.status is None:
                await answer(scope, receive, answered)
        finally:
            log.info("request", status=answered.status, **_line(scope, time.perf_counter() - began))


class Answered:
    """Remembers the status that was sent, and lets nobody on the way keep the answer: it may hold a token."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": [*message.get("headers", []), *NOT_KEPT]}
        await self._send(message)


class Measured:
    """Refuses a body that is too long while it comes, whatever its header says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = 0

        async def measured() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > scope.get(MOST, MOST_BODY):
                raise too_big() if MOST in scope else HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        await self._app(scope, measured, send)


def _line(scope: Scope, seconds: float) -> dict[str, Any]:
    """What the log may know of a request: the route's template, never the path, the query or a header."""
    visit = scope.get("state", {}).get("visit")
    turn = visit.turn if visit else None
    return {
        "method": scope["method"],
        "route": getattr(scope.get("route"), "path", None),
        "ms": round(seconds * 1000, 1),
        "channel": turn and turn.caller.channel.value,
        "account": turn and turn.account_id,
    }
