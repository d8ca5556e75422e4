"""An echo through our transport, our polling and our inbox; only the turn itself is one line."""

import asyncio
import os
import sys

from telegram import Bot

from benches.contenders.clock import tell_cpu
from benches.contenders.ours import settings
from bot.face import Arrival
from bot.inbox import Inbox
from bot.journal import valkey
from bot.polling import Polling, PollingLease
from bot.run import bot_of
from bot.turns import Turns
from conversations.events import Said


class Echo(Turns):
    """Says everything back."""

    def __init__(self, bot: Bot) -> None:
        self._telegram = bot

    async def take(self, arrival: Arrival, *, takes_over: bool = False) -> None:
        """Say it back."""
        if isinstance(arrival.event, Said):
            await self._telegram.send_message(arrival.chat, arrival.event.text)


async def main(telegram: str, redis: str) -> None:
    """Echo until ended."""
    ours = settings(telegram, telegram, redis)
    async with valkey(redis) as memory, bot_of(ours) as bot:
        await Polling(bot, Inbox(Echo(bot), bot), PollingLease(memory)).run()


if __name__ == "__main__":
    os.environ["PTB_TIMEDELTA"] = "true"
    tell_cpu()
    asyncio.run(main(*sys.argv[1:]))
