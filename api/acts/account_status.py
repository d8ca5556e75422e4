"""«Trạng thái»: an account is closed for a while, let in again, or deleted (R7)."""

from api.acts.accounts import account_seen
from api.acts.managed_account import act_on, end_what_is_open, managed, must_leave_a_system_admin
from api.acts.step_up import must_be_fresh
from api.people import Person
from api.schemas.accounts import AccountSeen
from api.turns import Turn
from models.accounts import Account
from models.places import Unit
from models.refusals import UnitClosed
from models.words import AccountStatus, Act


async def set_status(turn: Turn, person: Person, account_id: int, status: AccountStatus) -> AccountSeen:
    """«Hiệu lực» or «Hết hiệu lực»; what is so already stays as it is.

    Raises:
        NotFound, NotYourself, RoleNotYours: see `managed`.
        LastSystemAdmin: it may not be closed.
        UnitClosed: it may not be let in: its unit was closed meanwhile.
    """
    account = await managed(turn, person, account_id)
    if AccountStatus.of(account.is_active) is not status:
        await (_reactivate if status is AccountStatus.ACTIVE else _deactivate)(turn, person, account)
    return await account_seen(turn, person, account_id)


async def _reactivate(turn: Turn, person: Person, account: Account) -> None:
    unit = await turn.db.get_one(Unit, account.unit_id)
    if not unit.is_open:
        raise UnitClosed
    await act_on(turn, person, account, Act.REACTIVATED, {})
    account.is_active = True
    await turn.db.flush()


async def _deactivate(turn: Turn, person: Person, account: Account) -> None:
    await must_leave_a_system_admin(turn, account)
    await act_on(turn, person, account, Act.DEACTIVATED, {})
    account.is_active = False
    await turn.db.flush()
    await end_what_is_open(turn, account)


async def delete(turn: Turn, person: Person, account_id: int) -> AccountSeen:
    """Take the account out of every list, for good: its name stays taken, and the histories go on telling of it.

    Raises:
        NotFound, NotYourself, RoleNotYours: see `managed`.
        OtpNotFresh, LastSystemAdmin: why it cannot be.
    """
    account = await managed(turn, person, account_id)
    await must_leave_a_system_admin(turn, account)
    must_be_fresh(turn, person)
    await act_on(turn, person, account, Act.DELETED, {})
    account.is_active, account.deleted_at = False, turn.now()
    await turn.db.flush()
    await end_what_is_open(turn, account)
    return await account_seen(turn, person, account_id)
