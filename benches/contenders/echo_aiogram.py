"""An echo as aiogram makes it: its transport (aiohttp) and its dispatcher as they come."""

import asyncio
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

from benches.contenders.clock import tell_cpu

TOKEN = "700000000:bench"  # noqa: S105 - the stand-in asks for none


async def echo(message: Message) -> None:
    """Say it back."""
    await message.answer(message.text)


async def main(telegram: str) -> None:
    """Echo until ended."""
    dispatcher = Dispatcher()
    dispatcher.message.register(echo)
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(telegram)))
    await dispatcher.start_polling(bot, handle_signals=False)


if __name__ == "__main__":
    tell_cpu()
    asyncio.run(main(sys.argv[1]))
