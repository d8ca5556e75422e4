"""Telegram: whether its servers answer, and know the bot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr
from telegram import Bot
from telegram.error import InvalidToken, RetryAfter, TelegramError, TimedOut

from bot.transport import AiohttpRequest, NoConnection
from trambot.doctor.call import host_of
from trambot.doctor.finding import Finding, Findings, Trouble, good, unknown, wrong
from trambot.doctor.given import Given
from trambot.doctor.way import is_here

NOT_GIVEN = "Not looked at: TRAMBOT_BOT_TOKEN is not given here."


async def examine(given: Given) -> Findings:
    """Ask Telegram who the bot is."""
    if given.bot_token is None:
        yield unknown("token", NOT_GIVEN)
        return
    yield encrypted(given.telegram_url)
    try:
        async with opened(given.bot_token, given.telegram_url) as bot:
            yield good("token", f"{host_of(given.telegram_url)} knows the bot: @{bot.username} ({bot.first_name}).")
            yield groups(bot)
    except Trouble as trouble:
        yield trouble.found("token")


def encrypted(url: str) -> Finding:
    """The token is part of every address that is called."""
    if url.startswith("https://") or is_here(host_of(url).partition(":")[0]):
        return good("encrypted", "What the bot tells Telegram cannot be read on the way.")
    text = "The bot's token and every message go without TLS."
    return wrong(
        "encrypted", text, "Write https:// into TRAMBOT_TELEGRAM_URL, or remove it: Telegram's own is the default."
    )


def groups(bot: Bot) -> Finding:
    """It speaks in private chats only."""
    if bot.can_join_groups:
        text = "Anybody may add the bot to a group, which it leaves again (@BotFather, /setjoingroups, keeps it out)."
        return good("groups", text)
    return good("groups", "Nobody can add the bot to a group.")


@asynccontextmanager
async def opened(token: SecretStr, url: str) -> AsyncIterator[Bot]:
    """The bot, over the transport that its process uses; Telegram has just said who it is.

    Raises:
        Trouble: it has not. No error of the library's is kept: its text may hold the token.
    """
    base = url.rstrip("/")
    try:
        bot = Bot(
            token.get_secret_value(),
            base_url=f"{base}/bot",
            request=AiohttpRequest(connections=1),
            get_updates_request=AiohttpRequest(connections=1),
        )
    except InvalidToken:
        raise _trouble(InvalidToken(), url) from None
    try:
        await _introduced(bot, url)
        yield bot
    finally:
        await bot.shutdown()


async def _introduced(bot: Bot, url: str) -> None:
    try:
        await bot.initialize()
    except TelegramError as error:
        raise _trouble(error, url) from None
    except ValueError:  # aiohttp's, of an address that is none
        raise Trouble("TRAMBOT_TELEGRAM_URL is no address.", "Correct it, or remove it.") from None


def _trouble(error: TelegramError, url: str) -> Trouble:
    where = host_of(url)
    match error:
        case InvalidToken():
            text = f"{where} does not know the bot's token."
            return Trouble(
                text, "Ask @BotFather for it (/mybots, API Token), set TRAMBOT_BOT_TOKEN, start the bot again."
            )
        case RetryAfter():
            return Trouble(f"{where} wants to be left alone for a while.", "Wait, and ask again.")
        case TimedOut():
            return Trouble(f"{where} does not answer in time.", "Look at the network and the firewall.")
        case NoConnection():
            return Trouble(f"No connection to {where}.", "Look at DNS, the firewall and this machine's certificates.")
        case _:
            return Trouble(f"{where} answers, but not as Telegram does.", "Correct TRAMBOT_TELEGRAM_URL, or wait.")
