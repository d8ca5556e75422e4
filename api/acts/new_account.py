"""Making an account for somebody: its password lies prepared, then the rest is saved (R8-R11)."""

import asyncio
from uuid import UUID, uuid4

from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from api.acts.accounts import account_seen, must_manage
from api.acts.admin_acts import write_down
from api.acts.otp_challenge import phone_key
from api.people import Person
from api.schemas.accounts import AccountSeen, NewAccount, PasswordPrepared
from api.turns import Turn
from models.accounts import Account
from models.acts import PreparedPassword
from models.email import email as canonical_email
from models.names import one_spelling
from models.password import acceptable
from models.phone import otp_phone
from models.places import Unit
from models.refusals import ApiNotYours, NotFound, PasswordUnprepared, RoleNotYours, UnitClosed, UsernameTaken
from models.roles import LEVELS_OF_ROLE, Role
from models.rules import PREPARED_PASSWORD_LIFETIME
from models.seals import ACCOUNT_EMAIL, ACCOUNT_FULL_NAME, ACCOUNT_PHONE, EMAIL_KEY
from models.username import username as canonical
from models.words import Act


async def prepare_password(turn: Turn, person: Person, username: str, typed: SecretStr) -> PasswordPrepared:
    """Hash a password for somebody else, so that it need not be kept while the rest is asked for.

    Raises:
        NotFound: who manages nobody prepares none.
        UsernameInvalid, PasswordTooShort, PasswordTooLong, PasswordTooCommon, PasswordIsUsername: why it may not be.
    """
    must_manage(person)
    password = await asyncio.to_thread(acceptable, typed.get_secret_value(), username=canonical(username))
    kept = await turn.house.passwords.hashed(password)
    now = turn.now()
    prepared = PreparedPassword(
        id=uuid4(),
        by_account_id=person.account_id,
        hash=kept,
        made_at=now,
        expires_at=now + PREPARED_PASSWORD_LIFETIME,
    )
    turn.db.add(prepared)
    await turn.db.flush()
    return PasswordPrepared(id=prepared.id, expires_at=prepared.expires_at)


async def add_account(turn: Turn, person: Person, new: NewAccount) -> AccountSeen:
    """Make the account; it is in the list at once (R11), and its person chooses another password at the first sign-in.

    Raises:
        NotFound: the unit is out of scope (R12), or whoever asks manages nobody.
        ApiNotYours, RoleNotYours, UnitClosed, UsernameTaken, PasswordUnprepared: why it cannot be made.
        UsernameInvalid, PhoneInvalid, EmailInvalid: what is not one.
    """
    must_manage(person)
    name, phone = canonical(new.username), otp_phone(new.phone)
    email = canonical_email(new.email) if new.email else None
    if new.api_permission and not person.scope.grants_api:
        raise ApiNotYours
    unit = await turn.db.get(Unit, new.unit)
    if unit is None or not person.scope.holds(unit.place):
        raise NotFound
    if not person.scope.grants(new.role) or unit.level not in LEVELS_OF_ROLE[new.role]:
        raise RoleNotYours
    if not unit.is_open:
        raise UnitClosed
    if await turn.db.scalar(select(func.username_is_taken(name))):
        raise UsernameTaken
    password = await use_prepared(turn, new.password)
    account_id = await save_account(
        turn,
        name,
        unit,
        new.role,
        phone=phone,
        email=email,
        full_name=one_spelling(new.full_name) if new.full_name else "",
        password_hash=password,
        is_active=new.is_active,
        api_permission=new.api_permission,
    )
    facts = {"role": new.role, "unit": unit.id, "api_permission": new.api_permission, "is_active": new.is_active}
    await write_down(turn, person, Act.CREATED, facts, account=account_id)
    return await account_seen(turn, person, account_id)


async def save_account(
    turn: Turn,
    username: str,
    unit: Unit,
    role: Role,
    *,
    phone: str,
    email: str | None,
    full_name: str,
    password_hash: str,
    is_active: bool = True,
    api_permission: bool = False,
) -> int:
    """Write the account, sealed where it must be; its number. Whoever calls writes its act.

    Raises:
        UsernameTaken: somebody was faster.
    """
    account_id: int | None = await turn.db.scalar(select(func.next_account()))
    assert account_id is not None  # noqa: S101 - a sequence always has a next one
    keys = turn.keys
    written = insert(Account).values(
        id=account_id,
        username=username,
        full_name_sealed=keys.seal(full_name, ACCOUNT_FULL_NAME, account_id) if full_name else None,
        email_sealed=keys.seal(email, ACCOUNT_EMAIL, account_id) if email else None,
        email_key=keys.digest(EMAIL_KEY, email) if email else None,
        password_hash=password_hash,
        must_change_password=True,
        phone_sealed=keys.seal(phone, ACCOUNT_PHONE, account_id),
        phone_key=phone_key(turn, phone),
        role=role,
        unit_id=unit.id,
        unit_level=unit.level,
        place=unit.place,
        is_active=is_active,
        api_permission=api_permission,
        created_at=turn.now(),
    )
    if await turn.db.scalar(written.on_conflict_do_nothing(index_elements=["username"]).returning(Account.id)) is None:
        raise UsernameTaken
    return account_id


async def use_prepared(turn: Turn, prepared_id: UUID) -> str:
    """The hash of a password that whoever asks has prepared, once.

    Raises:
        PasswordUnprepared: there is none by that id, or not any more.
    """
    prepared = await turn.db.get(PreparedPassword, prepared_id, with_for_update=True)
    now = turn.now()
    if prepared is None or prepared.used_at is not None or now >= prepared.expires_at:
        raise PasswordUnprepared
    prepared.used_at = now
    return prepared.hash
