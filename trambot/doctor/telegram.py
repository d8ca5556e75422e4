"""Telegram: whether its servers answer, and know the bot."""

import json
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from trambot.doctor.call import call, host_of
from trambot.doctor.finding import Finding, Findings, Trouble, good, unknown, wrong
from trambot.doctor.given import Given
from trambot.doctor.way import is_here

NOT_GIVEN = "Not looked at: TRAMBOT_BOT_TOKEN is not given here."
NO_SUCH_TOKEN = (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND)
ASK_BOTFATHER = "Ask @BotFather for it (/mybots, API Token), correct TRAMBOT_BOT_TOKEN, and start the bot again."

A = TypeVar("A", bound=BaseModel)


class Me(BaseModel):
    """What getMe tells."""

    username: str
    first_name: str
    can_join_groups: bool = False


class Webhook(BaseModel):
    """What getWebhookInfo tells. Times are seconds since 1970."""

    url: str
    pending_update_count: int
    last_error_date: int | None = None
    last_error_message: str = ""
    allowed_updates: list[str] = []


async def examine(given: Given) -> Findings:
    """Ask Telegram who the bot is."""
    if given.bot_token is None:
        yield unknown("token", NOT_GIVEN)
        return
    yield encrypted(given.telegram_url)
    try:
        me = await asked(given, "getMe", Me)
    except Trouble as trouble:
        yield trouble.found("token")
        return
    yield good("token", f"{host_of(given.telegram_url)} knows the bot: @{me.username} ({plain(me.first_name)}).")
    yield groups(me)


def encrypted(url: str) -> Finding:
    """The token is part of every address that is called."""
    if url.startswith("https://") or is_here(host_of(url).partition(":")[0]):
        return good("encrypted", "What the bot tells Telegram cannot be read on the way.")
    text = "The bot's token and every message go without TLS."
    return wrong(
        "encrypted", text, "Write https:// into TRAMBOT_TELEGRAM_URL, or remove it: Telegram's own is the default."
    )


def groups(me: Me) -> Finding:
    """It speaks in private chats only."""
    if me.can_join_groups:
        text = "Anybody may add the bot to a group, which it leaves again (@BotFather, /setjoingroups, keeps it out)."
        return good("groups", text)
    return good("groups", "Nobody can add the bot to a group.")


async def asked(given: Given, method: str, answer: type[A]) -> A:
    """What the Bot API answers; the token's words are in no error.

    Raises:
        Trouble: it does not answer, or not that.
    """
    token = quote(given.bot_token.get_secret_value(), safe=":") if given.bot_token else ""
    told = await call(f"{given.telegram_url.rstrip('/')}/bot{token}/{method}")
    where = host_of(given.telegram_url)
    if told.status in NO_SUCH_TOKEN:
        raise Trouble(f"{where} does not know the bot's token.", ASK_BOTFATHER)
    if told.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise Trouble(f"{where} wants to be left alone for a while.", "Wait, and ask again.")
    try:
        return answer.model_validate(json.loads(told.body)["result"])
    except (ValueError, KeyError, TypeError, ValidationError):
        text = f"{where} answers, but not as Telegram does (status {told.status})."
        raise Trouble(text, "Correct TRAMBOT_TELEGRAM_URL, or wait.") from None


def plain(said: str) -> str:
    """Somebody else's words, in one line, not too many, and without anything that moves a terminal's cursor."""
    return "".join(letter if letter.isprintable() else " " for letter in said)[:LONGEST]


LONGEST = 120
