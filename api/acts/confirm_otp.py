"""«Xác nhận OTP»: judging a code, and opening the session (R1, R4, R5)."""

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from pydantic import SecretStr

from api.acts.login_history import note
from api.acts.me import me_of
from api.acts.notices import notify_other_chats
from api.acts.otp_challenge import challenge_of, is_the_code, phone_of, written_code
from api.acts.otp_guard import closed, count_right, count_wrong, lock_guard
from api.acts.sign_ins import end_sign_ins, find_sign_in, must_go_on, not_let_in
from api.callers import shortened
from api.schemas import SessionOpened
from api.turns import Turn
from models.accounts import Account
from models.otp import OtpChallenge, OtpGuard
from models.refusals import (
    AccountInactive,
    ApiNotPermitted,
    OtpDisabled,
    OtpExpired,
    OtpLocked,
    OtpWrong,
    Refusal,
    SignInEnded,
)
from models.sealing import token_digest
from models.seals import ACCOUNT_PHONE
from models.sessions import Session
from models.sign_ins import SignIn
from models.words import Attempt, Notice, OtpPurpose

ATTEMPTS: dict[type[Refusal], Attempt] = {
    OtpWrong: Attempt.WRONG_OTP,
    OtpLocked: Attempt.OTP_LOCKED,
    OtpDisabled: Attempt.OTP_DISABLED,
    OtpExpired: Attempt.OTP_EXPIRED,
    AccountInactive: Attempt.INACTIVE,
    ApiNotPermitted: Attempt.API_NOT_PERMITTED,
}


async def confirm_otp(turn: Turn, sign_in_id: UUID, token: str, typed: SecretStr) -> SessionOpened | Refusal:
    """Judge one guess, alone with the account's guard; whatever comes of it is counted before it is told.

    Raises:
        OtpMalformed: no code looks like that.
        SignInEnded: it is over, or it was never begun here with that token.
    """
    code = written_code(typed, turn.policy)
    sign_in = await find_sign_in(turn, sign_in_id, token)
    guard = await lock_guard(turn.db, sign_in.account_id)
    now = turn.now()
    account = await turn.db.get_one(Account, sign_in.account_id)
    refusal = closed(guard, now, turn.policy) or not_let_in(turn, account)
    if refusal is not None:
        return _noted(turn, refusal, sign_in, now)
    await must_go_on(turn, sign_in)
    challenge = await challenge_of(turn, sign_in.id)
    if challenge is None or now >= challenge.expires_at:
        return _noted(turn, OtpExpired(), sign_in, now)
    if not _is_for(account, challenge):
        raise SignInEnded
    if not is_the_code(turn, challenge, code):
        return await _wrong(turn, guard, sign_in, now)
    return await _right(turn, guard, sign_in, challenge, account, now)


def _noted(turn: Turn, refusal: Refusal, sign_in: SignIn, now: datetime) -> Refusal:
    note(turn, ATTEMPTS[type(refusal)], sign_in.account_id, now)
    return refusal


def _is_for(account: Account, challenge: OtpChallenge) -> bool:
    """Whether the account's number is still what it was when the code was sent."""
    expected = None if challenge.purpose is OtpPurpose.FIRST_PHONE else challenge.phone_key
    return account.phone_key == expected


async def _wrong(turn: Turn, guard: OtpGuard, sign_in: SignIn, now: datetime) -> Refusal:
    refusal = _noted(turn, count_wrong(guard, now, turn.policy), sign_in, now)
    if not isinstance(refusal, OtpWrong):
        await end_sign_ins(turn, SignIn.account_id == sign_in.account_id, now)
    return refusal


async def _right(
    turn: Turn, guard: OtpGuard, sign_in: SignIn, challenge: OtpChallenge, account: Account, now: datetime
) -> SessionOpened:
    note(turn, Attempt.SIGNED_IN, account.id, now)
    challenge.used_at = now
    sign_in.ended_at = now
    count_right(guard)
    if challenge.purpose is OtpPurpose.FIRST_PHONE:
        _keep_phone(turn, account, challenge)
    await turn.db.flush()  # the session refers to the used challenge
    token, session = _open(turn, challenge, now)
    facts = {"at": now.isoformat(), "source": shortened(session.source), "channel": session.channel.value}
    await notify_other_chats(turn, Notice.SIGNED_IN_ELSEWHERE, account.id, f"session {session.id}", facts)
    me = await me_of(turn, account.id)
    return SessionOpened(id=session.id, token=token, expires_at=session.expires_at, me=me)


def _keep_phone(turn: Turn, account: Account, challenge: OtpChallenge) -> None:
    """The first number becomes the account's, with the proof that it is (R3)."""
    account.phone_sealed = turn.keys.seal(phone_of(turn, challenge), ACCOUNT_PHONE, account.id)
    account.phone_key = challenge.phone_key
    account.phone_proof = challenge.id


def _open(turn: Turn, challenge: OtpChallenge, now: datetime) -> tuple[str, Session]:
    token = secrets.token_urlsafe(32)
    session = Session(
        id=uuid4(),
        token_digest=token_digest(token),
        account_id=challenge.account_id,
        challenge_id=challenge.id,
        channel=turn.caller.channel,
        source=turn.caller.source,
        opened_at=now,
        seen_at=now,
        expires_at=now + turn.policy.session_lifetime,
    )
    turn.db.add(session)
    return token, session
