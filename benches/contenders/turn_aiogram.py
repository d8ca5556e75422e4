"""The same turn as aiogram makes it: its FSM with RedisStorage, its dispatcher, and the same calls to the same places.

A state and its data are read, the API is read with the token they hold, the press is answered, the old question's
buttons go, the new question comes, state and data are written. No lock and no deduplication, as it comes.
"""

import asyncio
import sys
from typing import Any

import aiohttp
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ParseMode
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import StorageKey
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup

from benches.contenders.clock import tell
from benches.contenders.load import Load
from benches.contenders.shown import BUTTONS, PATHS, READS, TOKEN, headers, text_of
from benches.updates import Update


class Reading(StatesGroup):  # type: ignore[misc]  # mypy knows aiogram only where it is installed
    """Which talk waits for a press."""

    open_sessions = State()
    login_history = State()


STATES = {"open_sessions": Reading.open_sessions, "login_history": Reading.login_history}
MARKUP = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text=label, callback_data=data)] for label, data in BUTTONS]
)


async def read(press: CallbackQuery, state: FSMContext, bot: Bot, http: aiohttp.ClientSession, api: str) -> None:
    """Open the talk that was pressed: read, and ask with buttons."""
    known: dict[str, Any] = await state.get_data()
    chat = press.message.chat.id
    async with http.get(f"{api}/{PATHS[press.data]}", headers=headers(chat, known["token"])) as answer:
        rows = await answer.json()
    await press.answer()
    if "question" in known:
        await bot.edit_message_reply_markup(chat_id=chat, message_id=known["question"], reply_markup=None)
    sent = await bot.send_message(chat, text_of(rows), parse_mode=ParseMode.HTML, reply_markup=MARKUP)
    await state.set_state(STATES[press.data])
    await state.set_data(known | {"question": sent.message_id})


async def main(telegram: str, redis: str, chats: str, warm: str, turns: str) -> None:
    """Tell what the turns took."""
    storage = RedisStorage.from_url(redis)
    dispatcher = Dispatcher(storage=storage)
    dispatcher.callback_query.register(read)
    async with aiohttp.ClientSession() as http:
        bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(telegram)))

        async def take(raw: Update) -> None:
            await dispatcher.feed_raw_update(bot, raw, http=http, api=telegram)

        load = Load(take, lambda _, number: READS[number % 2], int(chats))
        for chat in load.chats:
            await storage.set_data(StorageKey(bot_id=bot.id, chat_id=chat, user_id=chat), {"token": "t"})
        tell(**await load.measured(int(warm), int(turns)))
        await bot.session.close()
    await storage.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
