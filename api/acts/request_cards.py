"""The card of a unit's account requests: who waits there, on one message for each supervisor, kept as things are (R14).

A card for every request would bring a supervisor thousands when a hospital sends its list (see decision 0018).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import func, select

from api.acts.account_requests import Wanted, username_of
from api.acts.locks import CARDS, hold
from api.acts.notices import Facts, chats_with, notify, open_chats
from api.acts.request_reminders import escalate
from api.turns import Turn
from models.places import Unit
from models.requests import AccountRequest
from models.words import Notice, RequestState

MOST_NAMED = 3
"""People on a card: who decides looks at the rest in the list, and a chat keeps no more of them than it must."""


async def announce(turn: Turn, unit: Unit, requests: Sequence[UUID], count: int = 1) -> int:
    """Show that so many have come, all of one unit; how many supervisors were told.

    If nobody waited there before, the card begins a new message: one far above would be changed unseen.

    Args:
        requests: some of them, by which the supervisors are found; nobody decides on their own.
    """
    await hold(turn.db, CARDS, str(unit.id))
    told = await open_chats(turn, await deciders_of(turn, requests))
    card = await _card(turn, unit)
    if not told:
        facts = {name: card.facts[name] for name in ("unit", "unit_id", "waiting")}
        await escalate(turn, f"request {requests[0]}", facts)
    if card.waiting == 1:
        card.facts["request"] = str(requests[0])
    await card.bring(turn, told, f"request {requests[0]}", is_new=card.waiting <= count)
    return len({account for account, _ in told})


async def show_decision(turn: Turn, unit: Unit, request: AccountRequest) -> None:
    """Show on every copy what became of a request, and who waits there still.

    Where there is a copy and nobody may decide any more, it names nobody from now on.
    """
    await hold(turn.db, CARDS, str(unit.id))
    card = await _card(turn, unit)
    copies = await chats_with(turn, card.name)
    if not copies:
        return
    may_decide = await open_chats(turn, await deciders_of(turn, [request.id]))
    cause = f"card after {request.id}"
    await replace(card, facts=card.facts | {"people": "[]"}).bring(
        turn, [c for c in copies if c not in may_decide], cause
    )
    latest = {
        "full_name": Wanted.opened(turn.keys, request).full_name,
        "state": request.state,
        "by": await username_of(turn, request.decided_by) or "–",
        "at": request.decided_at.isoformat() if request.decided_at else "",
    }
    card.facts["latest"] = json.dumps([latest])
    await card.bring(turn, [chat for chat in copies if chat in may_decide], cause)


async def deciders_of(turn: Turn, requests: Sequence[UUID]) -> list[int]:
    """The accounts that may decide on one of them."""
    found: set[int] = set()
    for request in requests:
        found |= set(await turn.db.scalars(select(func.deciders_of(request))))
    return sorted(found)


@dataclass
class Card:
    """The card as it is to be shown now."""

    name: str
    waiting: int
    facts: Facts

    async def bring(self, turn: Turn, to: list[tuple[int, int]], cause: str, *, is_new: bool = False) -> None:
        """Show it in those chats."""
        notice = Notice.ACCOUNT_REQUESTED if self.waiting else Notice.REQUESTS_DECIDED
        await notify(turn, notice, to, cause, self.facts, card=self.name, is_new=is_new)


async def _card(turn: Turn, unit: Unit) -> Card:
    """As things are, with the names of those who wait longest."""
    waiting = await _waiting(turn, unit)
    facts = {"unit": unit.name, "unit_id": str(unit.id), "waiting": str(waiting), "latest": "[]"}
    facts["people"] = json.dumps(await _people(turn, unit))
    return Card(f"requests of {unit.id}", waiting, facts)


async def _waiting(turn: Turn, unit: Unit) -> int:
    counted = select(func.count()).where(
        AccountRequest.unit_id == unit.id, AccountRequest.state == RequestState.WAITING
    )
    return await turn.db.scalar(counted) or 0


async def _people(turn: Turn, unit: Unit) -> list[dict[str, object]]:
    """Those who wait longest."""
    waits = (AccountRequest.unit_id == unit.id) & (AccountRequest.state == RequestState.WAITING)
    longest = select(AccountRequest).where(waits).order_by(AccountRequest.asked_at, AccountRequest.id).limit(MOST_NAMED)
    found = (await turn.db.scalars(longest)).all()
    return [await _named(turn, request) for request in found]


async def _named(turn: Turn, request: AccountRequest) -> dict[str, object]:
    wanted = Wanted.opened(turn.keys, request)
    return {
        "full_name": wanted.full_name,
        "position": wanted.position,
        "rights": sorted(request.rights),
        "by": await username_of(turn, request.by_account_id) or "–",
    }
