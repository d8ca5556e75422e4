"""The load on a contender whose turns are measured: many chats, each pressing its next button once it is answered."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from itertools import count
from statistics import median
from typing import Any

from benches.updates import Update, pressed

FIRST_CHAT = 1001

Take = Callable[[Update], Awaitable[Any]]


class Load:
    """Presses two buttons by turns in every chat; `button(chat, number)` is what the number-th press is on."""

    def __init__(self, take: Take, button: Callable[[int, int], str], chats: int) -> None:
        self._take = take
        self._button = button
        self.chats = range(FIRST_CHAT, FIRST_CHAT + chats)
        self._updates = count(1)
        self._times: list[float] = []

    async def measured(self, warm: int, turns: int) -> dict[str, float]:
        """After `warm` turns, the p50 of `turns` in ms, and their CPU in ms each. The chats share the turns."""
        await self._run(warm)
        self._times.clear()
        cpu, began = time.process_time(), time.perf_counter()
        await self._run(turns)
        cpu, seconds = time.process_time() - cpu, time.perf_counter() - began
        done = len(self._times)
        return {"p50": median(self._times) * 1e3, "cpu": cpu / done * 1e3, "rate": done / seconds}

    async def _run(self, turns: int) -> None:
        each = max(1, turns // len(self.chats))
        await asyncio.gather(*(self._chat(chat, each) for chat in self.chats))

    async def _chat(self, chat: int, turns: int) -> None:
        for number in range(turns):
            update = pressed(next(self._updates), chat, self._button(chat, number))
            began = time.perf_counter()
            await self._take(update)
            self._times.append(time.perf_counter() - began)
