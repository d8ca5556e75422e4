"""An echo as python-telegram-bot makes it: its own transport (httpx), its Application, its Updater."""

import asyncio
import sys
from types import ModuleType

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from benches.contenders.clock import tell_cpu

TOKEN = "700000000:bench"  # noqa: S105 - the stand-in asks for none


async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    """Say it back."""
    if update.message and update.message.text:
        await update.message.reply_text(update.message.text)


async def main(telegram: str) -> None:
    """Echo until ended."""
    builder = Application.builder().token(TOKEN).base_url(f"{telegram}/bot").concurrent_updates(True)
    app = builder.build()
    app.add_handler(MessageHandler(filters.TEXT, echo))
    async with app:
        await app.start()
        if app.updater:
            await app.updater.start_polling()
        await asyncio.Event().wait()


def help_along() -> None:
    """Put in place what httpx's core looks for at every lock and does not find: failing to takes a fifth of its time.

    Whoever knows installs sniffio for that; this one answers even faster.
    """
    sniffio = ModuleType("sniffio")
    sniffio.current_async_library = lambda: "asyncio"  # type: ignore[attr-defined]  # made here
    sys.modules["sniffio"] = sniffio


if __name__ == "__main__":
    if "helped" in sys.argv:
        help_along()
    tell_cpu()
    asyncio.run(main(sys.argv[1]))
