"""Notices to chats that did not just write: rows written with what causes them, brought by the courier."""

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from api.callers import chat_of
from api.turns import Turn
from models.deliveries import Delivery
from models.sealing import Keys
from models.seals import DELIVERY_FACTS, delivery_row
from models.sessions import Session
from models.words import Channel, DeliveryState, Notice

Facts = dict[str, str]


async def notify_other_chats(turn: Turn, notice: Notice, account_id: int, cause: str, facts: Facts) -> None:
    """Tell the account's person in every other chat where they are signed in."""
    chats = await open_chats(turn, [account_id])
    elsewhere = [(account, chat) for account, chat in chats if chat != chat_of(turn.caller.source)]
    await notify(turn, notice, elsewhere, cause, facts)


async def open_chats(turn: Turn, accounts: list[int]) -> list[tuple[int, int]]:
    """Account and chat of every chat where one of them is signed in, and that takes messages.

    Who blocked the bot and wrote since takes them again.
    """
    now = turn.now()
    is_open = Session.ended_at.is_(None) & (Session.expires_at > now)
    is_fresh = Session.seen_at > now - turn.policy.session_idle
    rows = await turn.db.execute(
        select(Session.account_id, Session.source, Session.seen_at).where(
            Session.account_id.in_(accounts), Session.channel == Channel.CHAT, is_open, is_fresh
        )
    )
    chats = [(account, chat, seen) for account, source, seen in rows if (chat := chat_of(source)) is not None]
    blocked = await _blocked_at(turn, {chat for _, chat, _ in chats})
    return sorted({(account, chat) for account, chat, seen in chats if chat not in blocked or seen > blocked[chat]})


async def chats_with(turn: Turn, card: str) -> list[tuple[int, int]]:
    """Account and chat of every chat that has the card, or is about to get it."""
    has_it = (Delivery.card == card) & Delivery.state.in_((DeliveryState.WAITING, DeliveryState.DELIVERED))
    rows = await turn.db.execute(select(Delivery.account_id, Delivery.chat).distinct().where(has_it))
    return [(account, chat) for account, chat in rows]


async def notify(
    turn: Turn,
    notice: Notice,
    to: list[tuple[int, int]],
    cause: str,
    facts: Facts,
    *,
    card: str | None = None,
    is_new: bool = False,
    due_at: datetime | None = None,
) -> None:
    """Write a delivery for each account and chat; one cause brings each at most one.

    Args:
        card: what the message is about, if it can change. A later delivery of the same card changes the message that
            the chat has already; where it has none, or one that cannot be changed any more, it is a new message.
        is_new: the card begins a new message all the same, and that is the one that changes from then on.
        due_at: not brought before then; at once, if nothing is said.
    """
    shown = {"card": card, "is_new": is_new, "due_at": due_at or turn.now()}
    rows = [_delivery(turn, notice, account, chat, cause, facts) | shown for account, chat in to]
    if rows:
        await turn.db.execute(insert(Delivery).inline().on_conflict_do_nothing(), rows)


def opened_facts(keys: Keys, delivery: Delivery) -> Facts:
    """The facts for the delivery's text."""
    row = delivery_row(delivery.cause, delivery.account_id, delivery.chat)
    facts: Facts = json.loads(keys.opened(delivery.facts_sealed, DELIVERY_FACTS, row))
    return facts


async def _blocked_at(turn: Turn, chats: set[int]) -> dict[int, datetime]:
    """When a chat last took no message, of those that ever did not."""
    if not chats:
        return {}
    blocked = (Delivery.state == DeliveryState.BLOCKED) & Delivery.chat.in_(chats)
    rows = await turn.db.execute(select(Delivery.chat, Delivery.ended_at).where(blocked).order_by(Delivery.ended_at))
    return {chat: at for chat, at in rows if at is not None}


def _delivery(turn: Turn, notice: Notice, account: int, chat: int, cause: str, facts: Facts) -> dict[str, object]:
    row = delivery_row(cause, account, chat)
    sealed = turn.keys.seal(json.dumps(facts), DELIVERY_FACTS, row)
    return {
        "cause": cause,
        "account_id": account,
        "chat": chat,
        "notice": notice,
        "facts_sealed": sealed,
    }
