"""The first step of a sign-in: the username and the password (R1)."""

import secrets
from uuid import uuid4

from sqlalchemy import select, text

from api.acts.captchas import use_captcha
from api.acts.login_history import note, note_unknown
from api.acts.otp_challenge import challenge, of_sign_in, phone_key
from api.acts.otp_guard import closed, lock_guard
from api.acts.otp_sms import no_sms
from api.acts.password_waits import Waits
from api.acts.sign_ins import end_sign_ins, not_let_in
from api.schemas.signing_in import Credentials, OtpSent, SignInStarted
from api.turns import Turn
from models.accounts import Account
from models.database import show_token
from models.password import composed
from models.refusals import (
    AccountFrozen,
    AccountInactive,
    ApiNotPermitted,
    CaptchaNeeded,
    CaptchaWrong,
    OtpDisabled,
    OtpLocked,
    Refusal,
    WrongCredentials,
)
from models.rules import SIGN_IN_LIFETIME
from models.sealing import token_digest
from models.seals import ACCOUNT_PHONE
from models.sign_ins import SignIn
from models.username import folded
from models.words import Attempt

NAMED = select(Account).from_statement(text("SELECT * FROM account_named(:name)"))
"""The one account of that name, whoever asks: nobody is signed in yet, so no other row is there."""

ATTEMPTS: dict[type[Refusal], Attempt] = {
    AccountInactive: Attempt.INACTIVE,
    AccountFrozen: Attempt.INACTIVE,
    ApiNotPermitted: Attempt.API_NOT_PERMITTED,
    OtpLocked: Attempt.OTP_LOCKED,
    OtpDisabled: Attempt.OTP_DISABLED,
}


async def start_sign_in(turn: Turn, credentials: Credentials) -> SignInStarted | Refusal:
    """Judge the password; a right one is challenged with an OTP, or asked for a phone first (R3).

    Until the password is right, nothing tells an account from a name that nobody has (T07).
    """
    name = folded(credentials.username)
    waits = await Waits.of(turn, name)
    account = (await turn.db.scalars(NAMED, {"name": name})).one_or_none()
    refusal = await _kept_waiting(turn, waits, credentials)
    if refusal is not None:
        _note_failure(turn, Attempt.MADE_TO_WAIT, account, credentials.username)
        return refusal
    waits.claim(turn.now())
    password = composed(credentials.password.get_secret_value())
    is_right = await turn.house.passwords.is_right(password, account.password_hash if account else None)
    if account is None or not is_right:
        _note_failure(turn, Attempt.WRONG_PASSWORD, account, credentials.username)
        return WrongCredentials()
    waits.clear()
    return await _with_right_password(turn, account)


async def _kept_waiting(turn: Turn, waits: Waits, credentials: Credentials) -> Refusal | None:
    now = turn.now()
    if (wait := waits.wait(now)) is not None:
        return wait
    if credentials.captcha is None:
        return CaptchaNeeded() if waits.need_captcha(now) else None
    return None if await use_captcha(turn, credentials.captcha) else CaptchaWrong()


def _note_failure(turn: Turn, attempt: Attempt, account: Account | None, typed: str) -> None:
    if account is not None:
        note(turn, attempt, account.id, turn.now())
    else:
        unknown = Attempt.UNKNOWN_NAME if attempt is Attempt.WRONG_PASSWORD else attempt
        note_unknown(turn, unknown, typed, turn.now())


async def _with_right_password(turn: Turn, account: Account) -> SignInStarted | Refusal:
    guard = await lock_guard(turn.db, account.id)
    now = turn.now()
    refusal = not_let_in(turn, account) or closed(guard, now, turn.policy)
    note(turn, ATTEMPTS[type(refusal)] if refusal else Attempt.PASSWORD_RIGHT, account.id, now)
    if refusal is not None:
        return refusal
    here = (SignIn.channel == turn.caller.channel) & (SignIn.source == turn.caller.source)
    await end_sign_ins(turn, (SignIn.account_id == account.id) & here, now)
    return await _begin(turn, account)


async def _begin(turn: Turn, account: Account) -> SignInStarted:
    token, now = secrets.token_urlsafe(32), turn.now()
    sign_in = SignIn(
        id=uuid4(),
        token_digest=token_digest(token),
        account_id=account.id,
        channel=turn.caller.channel,
        source=turn.caller.source,
        needs_phone=account.phone_sealed is None,
        started_at=now,
        expires_at=now + SIGN_IN_LIFETIME,
    )
    turn.db.add(sign_in)
    await turn.db.flush()
    await show_token(turn.db, token)
    otp = await _first_otp(turn, sign_in, account)
    return SignInStarted(id=sign_in.id, token=token, needs_phone=sign_in.needs_phone, otp=otp)


async def _first_otp(turn: Turn, sign_in: SignIn, account: Account) -> OtpSent | None:
    """The OTP goes by itself (R4). Where none may go yet, the sign-in stands, and one can be asked for later."""
    if account.phone_sealed is None:
        return None
    phone = turn.keys.opened(account.phone_sealed, ACCOUNT_PHONE, account.id)
    refusal = await no_sms(turn, account.id, phone_key(turn, phone))
    return await challenge(turn, of_sign_in(sign_in), account, phone, refusal)
