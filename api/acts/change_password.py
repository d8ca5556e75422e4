"""Changing one's password: the current one is proven first, then the new one is given."""

import asyncio

from pydantic import SecretStr
from sqlalchemy import select, update

from api.acts.notices import notify_other_chats
from api.acts.otp_guard import lock_guard
from api.acts.password_waits import Waits
from api.acts.sessions import end_sessions
from api.acts.sign_ins import end_sign_ins
from api.people import Person
from api.schemas.own_account import PasswordChanged, PasswordProven
from api.turns import Turn
from models.accounts import Account
from models.password import acceptable, composed
from models.refusals import PasswordUnchanged, PasswordUnproven, Refusal, WrongPassword
from models.rules import PASSWORD_PROOF_LIFETIME
from models.sessions import Session
from models.sign_ins import SignIn
from models.words import Notice, SessionEnd


async def prove_password(turn: Turn, person: Person, current: SecretStr) -> PasswordProven | Refusal:
    """Judge the current password, under the same waits as at the door (T31)."""
    waits = await Waits.of(turn, person.username)
    wait = waits.wait(turn.now())
    if wait is not None:
        return wait
    waits.claim(turn.now())
    if not await turn.house.passwords.is_right(composed(current.get_secret_value()), await _kept(turn, person)):
        return WrongPassword()
    waits.clear()
    now = turn.now()
    await turn.db.execute(update(Session).where(Session.id == person.session_id).values(password_proven_at=now))
    return PasswordProven(until=now + PASSWORD_PROOF_LIFETIME)


async def change_password(turn: Turn, person: Person, typed: SecretStr) -> PasswordChanged:
    """Keep the new password, and end every other session and sign-in.

    Raises:
        PasswordUnproven: the current one was not given lately, and nobody else had set it.
        PasswordUnchanged, PasswordTooShort, PasswordTooLong, PasswordTooCommon, PasswordIsUsername: why it may not be.
    """
    if not (person.must_change_password or _is_proven(turn, person)):
        raise PasswordUnproven
    # In a thread: the list of what everybody tries first takes a tenth of a second to read, once.
    password = await asyncio.to_thread(acceptable, typed.get_secret_value(), username=person.username)
    if await turn.house.passwords.is_right(password, await _kept(turn, person)):
        raise PasswordUnchanged
    kept = await turn.house.passwords.hashed(password)
    await lock_guard(turn.db, person.account_id)
    change = update(Account).where(Account.id == person.account_id)
    await turn.db.execute(change.values(password_hash=kept, must_change_password=False))
    return await _end_the_others(turn, person)


async def _end_the_others(turn: Turn, person: Person) -> PasswordChanged:
    now = turn.now()
    facts = {"at": now.isoformat()}
    cause = f"password of {person.account_id} at {facts['at']}"
    await notify_other_chats(turn, Notice.PASSWORD_CHANGED, person.account_id, cause, facts)
    others = Session.id != person.session_id
    ended = await end_sessions(turn, person.account_id, SessionEnd.PASSWORD_CHANGED, others)
    await end_sign_ins(turn, SignIn.account_id == person.account_id, now)
    await turn.db.execute(update(Session).where(Session.id == person.session_id).values(password_proven_at=None))
    return PasswordChanged(ended_sessions=len(ended))


def _is_proven(turn: Turn, person: Person) -> bool:
    proven = person.password_proven_at
    return proven is not None and turn.now() < proven + PASSWORD_PROOF_LIFETIME


async def _kept(turn: Turn, person: Person) -> str:
    return (await turn.db.scalars(select(Account.password_hash).where(Account.id == person.account_id))).one()
