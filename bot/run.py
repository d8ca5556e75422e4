"""The bot's process: starts everything, and ends it cleanly."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp.web import RouteDef
from redis.asyncio import Redis
from redis.exceptions import RedisError
from telegram import BotCommand
from telegram.error import InvalidToken, TelegramError

from api.client import Api
from bot import web
from bot.alarm import alarm, log, name_of, start_log
from bot.budget import PERMITS, Budget
from bot.courier import Courier
from bot.face import ALLOWED_UPDATES
from bot.inbox import Inbox
from bot.journal import ForgetfulRedis, Journal, check_memory, valkey
from bot.polling import Polling, PollingBot, PollingLease
from bot.settings import BotSettings
from bot.transport import AiohttpRequest
from bot.turns import Turns
from conversations.texts import word
from models.words import Language

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0

COMMANDS = {
    "start": "command.start",
    "menu": "command.menu",
    "huy": "command.huy",
    "trogiup": "command.trogiup",
    "language": "command.language",
}
"""What Telegram's menu offers, and the texts that say what each does."""


def run(settings: BotSettings) -> None:
    """Run the bot until SIGTERM or SIGINT.

    Raises:
        SystemExit: it cannot start, for a reason that the person who starts it can mend.
    """
    # python-telegram-bot warns of every «retry after» otherwise.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    start_log()
    try:
        asyncio.run(_until_stopped(settings))
    except (ForgetfulRedis, web.CannotListen) as problem:
        raise SystemExit(str(problem)) from None
    except InvalidToken:
        raise SystemExit("Telegram does not know the bot's token.") from None
    except Exception as bug:  # noqa: BLE001 - the one alarm: a traceback would show values, the token among them
        raise SystemExit(f"The bot has stopped; the log says where: {alarm(bug)}") from None


async def _until_stopped(settings: BotSettings) -> None:
    work = asyncio.ensure_future(serve(settings))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, work.cancel)
    await asyncio.wait([work])
    if not work.cancelled():
        work.result()


@dataclass(frozen=True)
class Parts:
    """What the bot is made of."""

    bot: PollingBot
    redis: Redis
    api: Api
    inbox: Inbox
    budget: Budget


@asynccontextmanager
async def parts_of(settings: BotSettings, permits: int = PERMITS) -> AsyncIterator[Parts]:
    """Put the bot together, as soon as Valkey and Telegram are there."""
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(valkey(settings.redis_url.get_secret_value()))
        if not settings.allow_forgetful_redis:
            await _persistently(lambda: check_memory(redis))
        bot = bot_of(settings)
        stack.push_async_callback(bot.shutdown)
        await _persistently(bot.initialize)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        api = Api(http, str(settings.api_url).rstrip("/"), settings.service_key.get_secret_value())
        budget, journal, keys = Budget(redis, permits=permits), Journal(redis, settings.keys), settings.keys
        turns = Turns(journal, api=api, bot=bot, clock=settings.clock(), keys=keys, budget=budget)
        inbox = Inbox(turns, bot)
        stack.push_async_callback(inbox.rest)
        yield Parts(bot, redis, api, inbox, budget)


async def serve(settings: BotSettings) -> None:
    """Run the bot until cancelled; the turns under way then come to their end."""
    async with parts_of(settings) as parts, web.listening(settings.host, settings.port, *_routes(settings, parts)):
        await _persistently(lambda: _introduce(parts.bot, settings))
        log.info("ready", updates=settings.updates)
        async with asyncio.TaskGroup() as group:
            group.create_task(Courier(parts.api, parts.bot, settings.keys, parts.budget).run())
            if settings.updates == "polling":
                group.create_task(Polling(parts.bot, parts.inbox, PollingLease(parts.redis)).run())


def bot_of(settings: BotSettings) -> PollingBot:
    """Telegram's side, over aiohttp; polls have a connection of their own."""
    url = str(settings.telegram_url).rstrip("/")
    return PollingBot(
        settings.bot_token.get_secret_value(),
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(connections=1),
    )


def _routes(settings: BotSettings, parts: Parts) -> list[RouteDef]:
    if settings.updates == "polling" or settings.webhook_secret is None:
        return [web.health()]
    secret = settings.webhook_secret.get_secret_value()
    return [web.health(), web.webhook(settings.webhook_path, secret, parts.inbox)]


async def _introduce(bot: PollingBot, settings: BotSettings) -> None:
    """Tell Telegram how updates are to come, and the commands in every language."""
    if settings.updates == "webhook" and settings.webhook_secret is not None:
        secret = settings.webhook_secret.get_secret_value()
        await bot.set_webhook(str(settings.webhook_url), allowed_updates=ALLOWED_UPDATES, secret_token=secret)
    else:
        await bot.delete_webhook()
    await bot.set_my_commands(_commands(Language.VIETNAMESE))
    await bot.set_my_commands(_commands(Language.ENGLISH), language_code=Language.ENGLISH)


def _commands(language: Language) -> Sequence[BotCommand]:
    return [BotCommand(name, word(language, text)) for name, text in COMMANDS.items()]


async def _persistently(step: Callable[[], Awaitable[object]]) -> None:
    """Do a step of the start until it succeeds: Telegram and Valkey may come later than the bot."""
    pause = FIRST_PAUSE
    while True:
        try:
            await step()
        except InvalidToken:
            raise
        except (TelegramError, RedisError) as trouble:
            log.warning("waiting", reason=name_of(trouble))
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        else:
            return
