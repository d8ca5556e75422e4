"""Editing an account: name, email, unit, role and API permission, and nothing unseen is overwritten (R7, R10)."""

from dataclasses import asdict, dataclass, replace
from typing import Self

from api.acts.accounts import account_seen
from api.acts.managed_account import act_on, end_what_is_open, managed, must_leave_a_system_admin
from api.people import Person
from api.schemas.accounts import AccountEdit, AccountSeen
from api.turns import Turn
from models.accounts import Account
from models.email import email
from models.names import one_spelling
from models.places import Unit
from models.refusals import ApiNotYours, ChangedMeanwhile, NotFound, RoleNotYours, UnitClosed
from models.roles import LEVELS_OF_ROLE, Role
from models.seals import ACCOUNT_EMAIL, ACCOUNT_FULL_NAME, EMAIL_KEY
from models.spelling import without_spaces
from models.words import Act


@dataclass(frozen=True)
class Details:
    """What of an account can be edited."""

    full_name: str | None
    email: str | None
    unit: int
    role: Role
    api_permission: bool

    @classmethod
    def of(cls, seen: AccountSeen) -> Self:
        return cls(seen.full_name, seen.email, seen.unit.id, seen.role, seen.api_permission)

    def edited(self, edit: AccountEdit) -> Self:
        """They, as they are to be.

        Raises:
            EmailInvalid: it is none.
        """
        given = {name: value for name in asdict(self) if (value := getattr(edit, name)) is not None}
        if "full_name" in given:
            given["full_name"] = one_spelling(given["full_name"]) or None
        if "email" in given:
            given["email"] = email(given["email"]) if without_spaces(given["email"]) else None
        return replace(self, **given)

    def unlike(self, other: Self) -> dict[str, tuple[object, object]]:
        """Before and after of what is not the same, by name."""
        mine, theirs = asdict(self), asdict(other)
        return {name: (mine[name], theirs[name]) for name in mine if mine[name] != theirs[name]}


async def edit_account(turn: Turn, person: Person, account_id: int, edit: AccountEdit) -> AccountSeen:
    """Change what is to be different; whoever gets another unit or role signs in again.

    Raises:
        NotFound: the account or the unit is out of scope (R12).
        NotYourself, RoleNotYours, ApiNotYours, UnitClosed, LastSystemAdmin, EmailInvalid: why it may not be.
        ChangedMeanwhile: it is not any more what `version` says.
    """
    account = await managed(turn, person, account_id)
    seen = await account_seen(turn, person, account_id)
    if seen.version != edit.version:
        raise ChangedMeanwhile
    before = Details.of(seen)
    after = before.edited(edit)
    changed = before.unlike(after)
    if not changed:
        return seen
    if after.api_permission and "api_permission" in changed and not person.scope.grants_api:
        raise ApiNotYours  # R10
    moves = changed.keys() & {"unit", "role"}
    unit = await _unit_for(turn, person, account, after) if moves else None
    await act_on(turn, person, account, Act.EDITED, changed)
    _write(turn, account, after, unit)
    await turn.db.flush()
    if moves:
        await end_what_is_open(turn, account)
    return await account_seen(turn, person, account_id)


async def _unit_for(turn: Turn, person: Person, account: Account, after: Details) -> Unit:
    """The unit, where the account may have that role."""
    unit = await turn.db.get(Unit, after.unit)
    if unit is None or not person.scope.holds(unit.place):
        raise NotFound
    if not person.scope.grants(after.role) or unit.level not in LEVELS_OF_ROLE[after.role]:
        raise RoleNotYours
    if not unit.is_open and unit.id != account.unit_id:
        raise UnitClosed
    if after.role is not Role.SYSTEM_ADMIN:
        await must_leave_a_system_admin(turn, account)
    return unit


def _write(turn: Turn, account: Account, after: Details, unit: Unit | None) -> None:
    keys, name, address = turn.keys, after.full_name, after.email
    account.full_name_sealed = keys.seal(name, ACCOUNT_FULL_NAME, account.id) if name else None
    account.email_sealed = keys.seal(address, ACCOUNT_EMAIL, account.id) if address else None
    account.email_key = keys.digest(EMAIL_KEY, address) if address else None
    account.role, account.api_permission = after.role, after.api_permission
    if unit is not None:
        account.unit_id, account.unit_level, account.place = unit.id, unit.level, unit.place
