"""What our contenders have in common: the bot's settings, its parts as its process has them, somebody signed in."""

import base64
from functools import partial
from typing import Any
from uuid import UUID

from bot.edge import mark
from bot.journal import Journal
from bot.settings import BotSettings
from conversations.menu import standing_mark

TOKEN = "700000000:bench"  # noqa: S105 - the stand-in asks for none
ACCOUNT = 7
ME = {
    "id": ACCOUNT,
    "username": "demo.001",
    "full_name": "Nguyễn Văn Demo",
    "role": "health_staff",
    "unit": {"id": 1, "name": "Trạm y tế xã Tứ Hiệp", "kind": "commune_health_station", "level": "commune", "area": []},
    "phone_hint": None,
    "language": "vi",
    "must_change_password": False,
}

ENDLESS = 10**6
"""Permits to send: what a turn costs is measured, not how fast Telegram takes the answers."""


def settings(telegram: str, api: str, redis: str) -> BotSettings:
    """The bot's settings for a bench."""
    given: dict[str, Any] = {
        "bot_token": TOKEN,
        "telegram_url": telegram,
        "api_url": api,
        "service_key": "the-service-key-of-the-benches-0123456789",
        "redis_url": redis,
        "journal_key": base64.b64encode(bytes(range(32))).decode(),
    }
    return BotSettings(**given)


async def sign_in(journal: Journal, chat: int) -> None:
    """Somebody is signed in on the chat, as if they had done so a while ago."""
    seat = {"session": str(UUID(int=1)), "token": "t", "expires_at": "2100-01-01T00:00:00+07:00", "me": ME}
    page = await journal.open(chat, 0, at_hand="")
    await journal.write(page, [["seat", seat]], has_seen=True, lets_go=True)


def button(of: BotSettings, chat: int, talk: str) -> str:
    """The button that opens the talk in that chat."""
    return standing_mark(partial(mark, of.keys, chat), ACCOUNT, talk)
