"""«Xác nhận OTP»: judging a code, and opening the session (R1, R4, R5)."""

import secrets
from datetime import datetime
from uuid import UUID

from pydantic import SecretStr

from api.acts.guess import Awaited, await_code, count_guess, keep_first_phone, open_session, use_code
from api.acts.login_history import note
from api.acts.me import me_of
from api.acts.notices import notify_other_chats
from api.acts.otp_challenge import is_the_code, written_code
from api.acts.otp_guard import closed, count_right, count_wrong, lock_guard
from api.acts.sign_ins import end_sign_ins, find_sign_in, must_go_on, not_let_in
from api.callers import shortened
from api.schemas.signing_in import SessionOpened
from api.turns import Turn
from models.accounts import Account
from models.refusals import (
    AccountFrozen,
    AccountInactive,
    ApiNotPermitted,
    OtpDisabled,
    OtpExpired,
    OtpLocked,
    OtpWrong,
    Refusal,
    SignInEnded,
)
from models.sign_ins import SignIn
from models.words import Attempt, Notice, OtpPurpose

ATTEMPTS: dict[type[Refusal], Attempt] = {
    OtpWrong: Attempt.WRONG_OTP,
    OtpLocked: Attempt.OTP_LOCKED,
    OtpDisabled: Attempt.OTP_DISABLED,
    OtpExpired: Attempt.OTP_EXPIRED,
    AccountInactive: Attempt.INACTIVE,
    AccountFrozen: Attempt.INACTIVE,
    ApiNotPermitted: Attempt.API_NOT_PERMITTED,
}


async def confirm_otp(turn: Turn, sign_in_id: UUID, token: str, typed: SecretStr) -> SessionOpened | Refusal:
    """Judge one guess, alone with the account's guard; whatever comes of it is counted before it is told.

    Raises:
        OtpMalformed: no code looks like that.
        SignInEnded: it is over, or it was never begun here with that token.
    """
    code = written_code(typed, turn.policy)
    awaited = await await_code(turn, sign_in_id, token) or await _look_again(turn, sign_in_id, token)
    if isinstance(awaited, Refusal):
        return awaited
    turn.account_id, now = awaited.account_id, turn.now()
    refusal = closed(awaited.guard, now, turn.policy) or not_let_in(turn, awaited)
    if refusal is not None:
        return noted(turn, refusal, awaited.account_id, now)
    if awaited.is_over(now):
        raise SignInEnded
    if now >= awaited.challenge.expires_at:
        return noted(turn, OtpExpired(), awaited.account_id, now)
    if not awaited.is_for_the_registered_phone():
        raise SignInEnded
    if not is_the_code(turn, awaited.challenge, code):
        return await _wrong(turn, awaited, now)
    return await _right(turn, awaited, now)


async def _look_again(turn: Turn, sign_in_id: UUID, token: str) -> Awaited | Refusal:
    """No code was open when it was looked for: hold the guard, so that nothing moves, and see whether one is now.

    Raises:
        SignInEnded: see confirm_otp.
    """
    sign_in = await find_sign_in(turn, sign_in_id, token)
    guard = await lock_guard(turn.db, sign_in.account_id)
    awaited = await await_code(turn, sign_in_id, token)
    if awaited is not None:
        return awaited
    now = turn.now()
    account = await turn.db.get(Account, sign_in.account_id)  # seen as long as the sign-in goes on
    refusal = closed(guard, now, turn.policy) or (not_let_in(turn, account) if account else None)
    if refusal is None:
        await must_go_on(turn, sign_in)
    return noted(turn, refusal or OtpExpired(), sign_in.account_id, now)


def noted(turn: Turn, refusal: Refusal, account_id: int, now: datetime) -> Refusal:
    """The refusal of a code, with its row in the history (R2)."""
    note(turn, ATTEMPTS[type(refusal)], account_id, now)
    return refusal


async def _wrong(turn: Turn, awaited: Awaited, now: datetime) -> Refusal:
    refusal = count_wrong(awaited.guard, now, turn.policy)
    await count_guess(turn, awaited, ATTEMPTS[type(refusal)], now)
    if not isinstance(refusal, OtpWrong):
        await end_sign_ins(turn, SignIn.account_id == awaited.account_id, now)
    return refusal


async def _right(turn: Turn, awaited: Awaited, now: datetime) -> SessionOpened:
    token = secrets.token_urlsafe(32)
    count_right(awaited.guard)
    if awaited.challenge.purpose is OtpPurpose.FIRST_PHONE:
        await keep_first_phone(turn, awaited)  # while the sign-in is open: then the account is still its own
    await use_code(turn, awaited, now)
    session_id, until = await open_session(turn, awaited, token, now)
    here = turn.caller
    facts = {"at": now.isoformat(), "source": shortened(here.source), "channel": here.channel.value}
    facts["row"] = str(session_id)
    await notify_other_chats(turn, Notice.SIGNED_IN_ELSEWHERE, awaited.account_id, f"session {session_id}", facts)
    me = await me_of(turn, awaited.account_id)
    return SessionOpened(id=session_id, token=token, expires_at=until, me=me)
