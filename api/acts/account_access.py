"""What lets an account's person in, in the hands of an admin: their sessions, their password, their OTP."""

from uuid import UUID

from api.acts.accounts import account_seen
from api.acts.managed_account import act_on, end_what_is_open, managed
from api.acts.new_account import use_prepared
from api.acts.otp_guard import count_right, lock_guard
from api.acts.step_up import must_be_fresh
from api.people import Person
from api.schemas.accounts import AccountSeen
from api.schemas.own_account import SessionsEnded
from api.turns import Turn
from models.refusals import OtpLocked
from models.rules import MAX_OTP_STREAK
from models.words import Act


async def end_their_sessions(turn: Turn, person: Person, account_id: int) -> SessionsEnded:
    """Sign the account's person out everywhere.

    Raises:
        NotFound, NotYourself, RoleNotYours: see `managed`.
    """
    account = await managed(turn, person, account_id)
    await act_on(turn, person, account, Act.SESSIONS_ENDED, {})
    return SessionsEnded(ended_sessions=await end_what_is_open(turn, account))


async def reset_password(turn: Turn, person: Person, account_id: int, prepared: UUID) -> AccountSeen:
    """Give the account a prepared password, which its person changes at the next sign-in; every session ends.

    Raises:
        NotFound, NotYourself, RoleNotYours: see `managed`.
        OtpNotFresh, PasswordUnprepared: why it cannot be.
    """
    account = await managed(turn, person, account_id)
    must_be_fresh(turn, person)
    kept = await use_prepared(turn, prepared)
    await act_on(turn, person, account, Act.PASSWORD_RESET, {})
    account.password_hash, account.must_change_password = kept, True
    await turn.db.flush()
    await end_what_is_open(turn, account)
    return await account_seen(turn, person, account_id)


async def enable_otp(turn: Turn, person: Person, account_id: int) -> AccountSeen:
    """Let the OTP work again of an account that had so many wrong ones that it was disabled; the lock is waited for.

    Raises:
        NotFound, NotYourself, RoleNotYours: see `managed`.
        OtpNotFresh: it cannot be.
        OtpLocked: the last wrong ones locked it, and no admin makes that shorter (R5).
    """
    account = await managed(turn, person, account_id)
    must_be_fresh(turn, person)
    guard = await lock_guard(turn.db, account_id)
    if guard.locked_until is not None and turn.now() < guard.locked_until:
        raise OtpLocked(until=guard.locked_until, max=turn.policy.otp_failures)
    if guard.streak >= MAX_OTP_STREAK:
        await act_on(turn, person, account, Act.OTP_ENABLED, {})
        count_right(guard)
        await turn.db.flush()
    return await account_seen(turn, person, account_id)
