"""A bot process that dies by kill -9 at a chosen point around Valkey, Telegram or the API."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any

import aiohttp
from redis.asyncio import Redis

from bot import journal, polling, run
from bot.settings import BotSettings

SOON = timedelta(seconds=1.5)
"""Leases end sooner than in real life, so that a test need not wait for the dead."""
BUSINESS = (
    "EVALSHA",
    "sendMessage",
    "sendPhoto",
    "answerCallbackQuery",
    "editMessageReplyMarkup",
    "deleteMessage",
    "/v1/",
)
"""Calls that count as points; polls and claims of deliveries come and go by themselves."""
BY_ITSELF = ("/v1/deliveries", "poller")


class Points:
    """Counts the points passed, before a call and after its answer, and dies at the `last`-th."""

    def __init__(self, last: int, told: Connection) -> None:
        self.last = last
        self.passed = 0
        self._told = told

    def __call__(self, name: str) -> None:
        self.passed += 1
        if self.passed == self.last:
            os.kill(os.getpid(), signal.SIGKILL)
        self._told.send(name)

    def around(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def watched(*args: Any, **given: Any) -> Any:
            name = " ".join(map(str, args[1:]))
            counts = any(word in name for word in BUSINESS) and not any(word in name for word in BY_ITSELF)
            if counts:
                self(f"before {name[:40]}")
            answer = await call(*args, **given)
            if counts:
                self(f"after {name[:40]}")
            return answer

        return watched


def live(settings: dict[str, Any], last: int, told: Connection) -> None:
    """Run the bot until its `last`-th point."""
    os.environ["PTB_TIMEDELTA"] = "true"
    points = Points(last, told)
    for kind, method in ((Redis, "execute_command"), (aiohttp.ClientSession, "_request")):
        setattr(kind, method, points.around(getattr(kind, method)))
    for function in (journal.Journal.__init__, polling.PollingLease.__init__):
        function.__kwdefaults__ = {"lease": SOON}
    asyncio.run(run.serve(BotSettings(**settings)))
