"""An account in the hands of its admin: held for a change, the change written down, what follows from it (R12, T25)."""

from uuid import UUID

from sqlalchemy import select

from api.acts.accounts import must_manage
from api.acts.admin_acts import Facts, write_down
from api.acts.locks import SYSTEM_ADMINS, hold
from api.acts.notices import notify, open_chats
from api.acts.otp_guard import lock_guard
from api.acts.sessions import end_sessions
from api.acts.sign_ins import end_sign_ins
from api.people import Person
from api.turns import Turn
from models.accounts import Account
from models.refusals import LastSystemAdmin, NotFound, NotYourself, RoleNotYours
from models.roles import Role
from models.sign_ins import SignIn
from models.words import Act, Notice, SessionEnd


async def managed(turn: Turn, person: Person, account_id: int) -> Account:
    """The account, nobody else's to change until the transaction ends.

    Raises:
        NotFound: there is none by that number in one's scope (R12).
        NotYourself, RoleNotYours: it is there, and not for whoever asks to manage.
    """
    must_manage(person)
    _must_be_theirs(person, await turn.db.get(Account, account_id))
    await lock_guard(turn.db, account_id)
    held = select(Account).where(Account.id == account_id).with_for_update()
    account = (await turn.db.scalars(held.execution_options(populate_existing=True))).one_or_none()
    return _must_be_theirs(person, account)


async def act_on(turn: Turn, person: Person, account: Account, act: Act, facts: Facts) -> UUID:
    """Write the act down, before what it changes, and tell the person wherever they are signed in; the act's id."""
    act_id = await write_down(turn, person, act, facts, account=account.id)
    told = {"at": turn.now().isoformat(), "act": str(act)}
    await notify(turn, Notice.MANAGED, await open_chats(turn, [account.id]), f"act {act_id}", told)
    return act_id


async def end_what_is_open(turn: Turn, account: Account) -> int:
    """End the account's sessions and sign-ins, once it is changed; how many sessions those were."""
    ended = await end_sessions(turn, account.id, SessionEnd.BY_ADMIN)
    await end_sign_ins(turn, SignIn.account_id == account.id, turn.now())
    return len(ended)


async def must_leave_a_system_admin(turn: Turn, account: Account) -> None:
    """Whoever else would close one waits until this transaction ends.

    Raises:
        LastSystemAdmin: nobody could let the others in without this account.
    """
    if account.role is not Role.SYSTEM_ADMIN:
        return
    await hold(turn.db, SYSTEM_ADMINS)
    lets_in = (Account.role == Role.SYSTEM_ADMIN) & Account.is_active & Account.frozen_at.is_(None)
    if await turn.db.scalar(select(Account.id).where(lets_in, Account.id != account.id).limit(1)) is None:
        raise LastSystemAdmin


def _must_be_theirs(person: Person, account: Account | None) -> Account:
    if account is None or account.deleted_at is not None or not person.scope.holds(account.place):
        raise NotFound
    if account.id == person.account_id:
        raise NotYourself
    if not person.scope.grants(account.role):
        raise RoleNotYours
    return account
