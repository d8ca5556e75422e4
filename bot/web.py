"""What the bot's process answers over HTTP: its health, and Telegram's webhook."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bot.inbox import Inbox
from bot.turns import NotNow
from bot.updates import update_of
from models.sealing import same

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
LARGEST_UPDATE = 1024 * 1024
GRACE = 4.0
"""Seconds for the turns under way when the process is to end."""


class CannotListen(Exception):
    """The address is taken, or not this machine's."""


def health() -> web.RouteDef:
    """Answers as soon as the bot works."""

    async def healthy(_: web.Request) -> web.Response:
        return web.Response(text="ok")

    return web.get("/health", healthy)


def webhook(path: str, secret: str, inbox: Inbox) -> web.RouteDef:
    """Takes updates from Telegram: 200 when the turn is saved, 503 when the update must come again (T15, T16)."""

    async def receive(request: web.Request) -> web.Response:
        shown = request.headers.get(SECRET, "")
        if not same(shown.encode(errors="surrogateescape"), secret):
            return web.Response(status=403)
        raw = read(await request.read())
        if not isinstance(raw, dict) or type(raw.get("update_id")) is not int:  # nothing that Telegram sends
            return web.Response(status=400)
        try:
            update = update_of(raw)
            if update is not None:
                await inbox.take(update, patiently=False)
        except NotNow:
            return web.Response(status=503)
        return web.Response()

    return web.post(path, receive)


def read(body: bytes) -> Any:
    """The JSON in a body; None if it is none, or too deep for anybody."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


@asynccontextmanager
async def listening(host: str, port: int, *routes: web.RouteDef) -> AsyncIterator[None]:
    """Serve the routes; at the end the turns under way are waited for.

    No access log: it would hold what a wrong guess tried.

    Raises CannotListen.
    """
    app = web.Application(client_max_size=LARGEST_UPDATE)
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    try:
        await _open(runner, host, port)
        yield
    finally:
        await runner.cleanup()


async def _open(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as problem:
        raise CannotListen(f"The bot cannot listen on {host}:{port}: {problem.strerror}.") from None
