"""An echo through our transport, our polling and our inbox; only the turn itself is one line."""

import asyncio
import os
import sys

from benches.contenders.clock import tell_cpu
from benches.contenders.ours import settings
from bot.face import Arrival, speak
from bot.inbox import Inbox
from bot.journal import valkey
from bot.plain import PlainBot
from bot.polling import Polling, PollingLease
from bot.run import bot_of
from bot.turns import SAYING, Turns
from conversations.events import Said
from conversations.replies import Message


class Echo(Turns):
    """Says everything back."""

    def __init__(self, bot: PlainBot) -> None:
        self._telegram = bot

    async def take(self, arrival: Arrival, *, takes_over: bool = False) -> None:
        """Say it back."""
        if isinstance(arrival.event, Said):
            await speak(self._telegram, arrival.chat, Message(text=arrival.event.text), patience=SAYING)


async def main(telegram: str, redis: str) -> None:
    """Echo until ended."""
    ours = settings(telegram, telegram, redis)
    async with valkey(redis) as memory, bot_of(ours) as bot:
        await Polling(bot, Inbox(Echo(bot), bot), PollingLease(memory)).run()


if __name__ == "__main__":
    os.environ["PTB_TIMEDELTA"] = "true"
    tell_cpu()
    asyncio.run(main(*sys.argv[1:]))
