"""The two that die: the bot around Valkey, Telegram and the API; the API around PostgreSQL and the SMS gateway."""

import asyncio
import os
from collections.abc import Callable
from typing import Any

import aiohttp
import asyncpg
import uvicorn
from asyncpg.prepared_stmt import PreparedStatement
from redis.asyncio import Redis
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_connection
from starlette.types import ASGIApp, Receive, Scope, Send

from api.app import make_app
from api.logs import write_json_logs
from api.serving import serving
from api.settings import ApiSettings
from bot import courier, inbox, run
from bot.alarm import start_log
from bot.settings import BotSettings
from conversations.texts import word
from tests.crashes.points import IS_WANTED, Points, by_itself

SOON = 0.25
"""Seconds between two looks for deliveries; the real one would be waited for in every story with a notice."""
BY_ITSELF = ("getUpdates", "deliveries/claim", "sendChatAction")
"""Calls of the bot that come and go by the clock."""


def the_bot(settings: BotSettings, points: Points) -> Callable[[], None]:
    """The bot's life."""
    start_log()
    os.environ["PTB_TIMEDELTA"] = "true"
    by_itself(inbox.Inbox, "_go_on")
    courier.IDLE = courier.FIRST_PAUSE = SOON
    points.around(Redis, "execute_command", _name_of_script)
    points.around(aiohttp.ClientSession, "_request", _name_of_request)
    return lambda: asyncio.run(run.serve(settings))


def the_api(settings: ApiSettings, points: Points) -> Callable[[], None]:
    """The API's life."""
    write_json_logs()
    points.around(asyncpg.Connection, "execute", _name_of_statement)
    points.around(asyncpg.Connection, "executemany", _name_of_statement)
    points.around(asyncpg.Connection, "fetchrow", _name_of_statement)
    points.around(PreparedStatement, "fetch", lambda statement, *_: _name_of_statement(None, statement.get_query()))
    points.around(aiohttp.ClientSession, "_request", _name_of_request)
    by_itself(AsyncAdapt_asyncpg_connection, "_async_ping")  # there is one only if the connection was used before
    IS_WANTED.set(False)
    app = make_app(settings, word, settings.clock())
    app.add_middleware(Requests)
    app.openapi()  # its routes are put together when they are first asked for
    config = serving(app, settings.host, settings.port)
    config.load()
    return uvicorn.Server(config).run


class Requests:
    """Lets requests have points, but for the courier's looking for deliveries that are not there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        IS_WANTED.set(scope["type"] == "http" and not scope["path"].endswith("/deliveries/claim"))
        await self._app(scope, receive, send)


def _name_of_script(_redis: object, command: str, sha: str = "", _keys: int = 0, key: str = "", *_: Any) -> str | None:
    by_the_clock = key == "poller" or key.startswith("{telegram}")
    return f"Valkey {sha[:4]}" if command == "EVALSHA" and not by_the_clock else None


def _name_of_request(_session: object, method: str, url: object, **_: Any) -> str | None:
    path = str(url).partition("/v1/")[2] or ("a file" if "/file/bot" in str(url) else str(url).rpartition("/")[2])
    return None if path in BY_ITSELF else f"{method} {path}"


def _name_of_statement(_link: object, sql: str, *_: Any) -> str | None:
    if sql.startswith("UPDATE delivery SET leased_until"):
        IS_WANTED.set(True)  # now there is one to be brought
    return " ".join(sql.split()[:3])
