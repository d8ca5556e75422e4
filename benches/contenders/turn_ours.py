"""A full turn of the bot: a press of the menu opens a talk that reads through the API and asks with buttons.

Everything is the product's: update, inbox, lock and journal in Valkey, talk, replies saved, said, and noted as said.
"""

import asyncio
import os
import sys

from benches.contenders.clock import tell
from benches.contenders.load import Load
from benches.contenders.ours import ENDLESS, button, settings, sign_in
from benches.contenders.shown import READS
from benches.updates import Update
from bot.journal import Journal
from bot.run import parts_of
from bot.updates import update_of


async def main(telegram: str, redis: str, chats: str, warm: str, turns: str) -> None:
    """Tell what the turns took."""
    ours = settings(telegram, telegram, redis)
    async with parts_of(ours, ENDLESS) as parts:

        async def take(raw: Update) -> None:
            update = update_of(raw)
            assert update  # noqa: S101 - for the type checker
            await parts.inbox.take(update, patiently=True)

        load = Load(take, lambda chat, number: button(ours, chat, READS[number % 2]), int(chats))
        journal = Journal(parts.redis, ours.keys)
        for chat in load.chats:
            await sign_in(journal, chat)
        tell(**await load.measured(int(warm), int(turns)))


if __name__ == "__main__":
    os.environ["PTB_TIMEDELTA"] = "true"
    asyncio.run(main(*sys.argv[1:]))
