"""«Bàn giao»: somebody leaves, and what waits in their name waits in a colleague's (R7)."""

from typing import cast

from sqlalchemy import CursorResult, select, update

from api.acts.accounts import account_seen, must_manage
from api.acts.locks import HAND_OVERS, hold
from api.acts.managed_account import act_on, end_what_is_open, managed, must_leave_a_system_admin
from api.acts.notices import notify, open_chats
from api.acts.step_up import must_be_fresh
from api.people import Person
from api.schemas.accounts import HandedOver
from api.turns import Turn
from models.accounts import Account
from models.refusals import NotFound, RoleNotYours, SuccessorUnfit
from models.requests import AccountRequest
from models.words import Act, Notice, RequestState


async def hand_over(turn: Turn, person: Person, account_id: int, to: int) -> HandedOver:
    """Close the account for who leaves, closed already or not; its open work goes to the successor.

    Raises:
        NotFound, NotYourself, RoleNotYours: see `managed`; the same of a successor, who may be oneself.
        OtpNotFresh, LastSystemAdmin, SuccessorUnfit: why it cannot be.
    """
    must_manage(person)
    await hold(turn.db, HAND_OVERS)
    account = await managed(turn, person, account_id)
    successor = await _successor(turn, person, account, to)
    await must_leave_a_system_admin(turn, account)
    must_be_fresh(turn, person)
    await act_on(turn, person, account, Act.HANDED_OVER, {"to": successor.id})
    account.is_active = False
    await turn.db.flush()
    moved = await _move_open_work(turn, account, successor)
    if successor.id != person.account_id:
        await _tell(turn, person, account, successor, moved)
    await end_what_is_open(turn, account)
    return HandedOver(account=await account_seen(turn, person, account_id), requests=moved)


async def _successor(turn: Turn, person: Person, account: Account, to: int) -> Account:
    """Who takes over; nobody closes that account until the transaction ends."""
    _must_be_ones(person, await turn.db.get(Account, to))
    held = select(Account).where(Account.id == to).with_for_update(read=True)
    found = (await turn.db.scalars(held.execution_options(populate_existing=True))).one_or_none()
    successor = _must_be_ones(person, found)
    may_sign_in = successor.is_active and successor.frozen_at is None
    if successor.id == account.id or successor.unit_id != account.unit_id or not may_sign_in:
        raise SuccessorUnfit
    return successor


def _must_be_ones(person: Person, successor: Account | None) -> Account:
    """Oneself, or an account that one manages."""
    if successor is None or successor.deleted_at is not None or not person.scope.holds(successor.place):
        raise NotFound
    if successor.id != person.account_id and not person.scope.grants(successor.role):
        raise RoleNotYours
    return successor


async def _move_open_work(turn: Turn, account: Account, successor: Account) -> int:
    """All that waits in somebody's name: the account requests that they made; how many those were."""
    waits = (AccountRequest.by_account_id == account.id) & (AccountRequest.state == RequestState.WAITING)
    moved = await turn.db.execute(update(AccountRequest).where(waits).values(by_account_id=successor.id))
    return cast("CursorResult[None]", moved).rowcount


async def _tell(turn: Turn, person: Person, account: Account, successor: Account, moved: int) -> None:
    """Tell the successor, in their open chats, whose work is theirs now."""
    facts = {"username": account.username, "by": person.username, "requests": str(moved)}
    cause = f"hand-over {account.id} {turn.now().isoformat()}"
    await notify(turn, Notice.HANDED_TO_YOU, await open_chats(turn, [successor.id]), cause, facts)
