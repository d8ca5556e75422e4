"""The same turn as python-telegram-bot makes it: ConversationHandler with PicklePersistence, and its own transport.

The persistence is the one most people take. It writes once a minute, so a kill loses up to that much.
"""

import asyncio
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import httpx
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ContextTypes,
    ConversationHandler,
    PersistenceInput,
    PicklePersistence,
)
from telegram.warnings import PTBUserWarning

from benches.contenders.clock import tell
from benches.contenders.load import Load
from benches.contenders.shown import BUTTONS, PATHS, READS, TOKEN, headers, text_of
from benches.updates import Update as Raw

READING = 1
MARKUP = InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=data)] for label, data in BUTTONS])


async def read(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Open the talk that was pressed: read, and ask with buttons."""
    press, known = update.callback_query, context.chat_data
    if press is None or press.data is None or press.message is None or known is None:
        return READING
    chat = press.message.chat.id
    answer = await context.bot_data["http"].get(
        f"{context.bot_data['api']}/{PATHS[press.data]}", headers=headers(chat, known.get("token", "t"))
    )
    await press.answer()
    if "question" in known:
        await context.bot.edit_message_reply_markup(chat, known["question"], reply_markup=None)
    sent = await context.bot.send_message(chat, text_of(answer.json()), ParseMode.HTML, reply_markup=MARKUP)
    known["question"] = sent.message_id
    return READING


def application(telegram: str, folder: Path) -> Any:  # the library's type has six variables
    """The bot with its one conversation."""
    kept = PersistenceInput(bot_data=False)
    persistence: Any = PicklePersistence(folder / "kept", store_data=kept)
    builder = Application.builder().token(TOKEN).base_url(f"{telegram}/bot").persistence(persistence)
    app = builder.concurrent_updates(True).build()
    pressed: Any = CallbackQueryHandler(read)
    talk: Any = ConversationHandler([pressed], {READING: [pressed]}, [], name="reading", persistent=True)
    app.add_handler(talk)
    return app


async def main(telegram: str, chats: str, warm: str, turns: str) -> None:
    """Tell what the turns took."""
    with tempfile.TemporaryDirectory() as folder:
        app = application(telegram, Path(folder))
        async with app, httpx.AsyncClient() as http:
            app.bot_data.update(http=http, api=telegram)
            await app.start()

            async def take(raw: Raw) -> None:
                await app.process_update(Update.de_json(raw, app.bot))

            load = Load(take, lambda _, number: READS[number % 2], int(chats))
            tell(**await load.measured(int(warm), int(turns)))
            await app.stop()


if __name__ == "__main__":
    warnings.filterwarnings("ignore", category=PTBUserWarning)  # a press in a conversation is meant
    asyncio.run(main(*sys.argv[1:]))
