"""Notices: what the courier brings to chats that did not just write."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from api.schemas import DeliveryClaimed
from conversations.menu import standing_mark
from conversations.replies import Button, Message
from conversations.texts import word
from models.words import Channel, Notice

OPENS: dict[Notice, str] = {
    Notice.SIGNED_IN_ELSEWHERE: "login_history",
    Notice.PHONE_CHANGED: "login_history",
    Notice.PASSWORD_CHANGED: "login_history",
}
"""The talk that a notice's button opens, for whoever the notice is for."""


def message_of(delivery: DeliveryClaimed, mark: Callable[..., str]) -> Message:
    """The message of a delivery; `mark` is that chat's (`Edge.mark`)."""
    talk = OPENS.get(delivery.notice)
    return Message(
        text=word(delivery.language, f"Notice.{delivery.notice}", html=True, **_facts(delivery)),
        buttons=[[_button(delivery, talk, mark)]] if talk else [],
    )


def _button(delivery: DeliveryClaimed, talk: str, mark: Callable[..., str]) -> Button:
    return Button(label=word(delivery.language, f"menu.{talk}"), id=standing_mark(mark, delivery.account_id, talk))


READ_AS: dict[str, Callable[[str], Any]] = {"at": datetime.fromisoformat, "channel": Channel}
"""Facts that are more than text, by their names."""


def _facts(delivery: DeliveryClaimed) -> dict[str, Any]:
    return {name: READ_AS.get(name, str)(fact) for name, fact in delivery.facts.items()}
