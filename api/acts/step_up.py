"""An OTP in the middle of a session: what is sensitive wants one that was confirmed a short while ago."""

from datetime import datetime, timedelta

from pydantic import SecretStr
from sqlalchemy import update

from api.acts.confirm_otp import noted
from api.acts.login_history import note
from api.acts.otp_challenge import Confirmed, challenge, challenge_of, is_the_code, send_next_code, written_code
from api.acts.otp_guard import closed, count_right, count_wrong, lock_guard
from api.acts.otp_sms import no_sms
from api.acts.sign_ins import end_sign_ins, void_challenges
from api.people import Person
from api.schemas.own_account import OtpProven
from api.schemas.signing_in import OtpSent
from api.turns import Turn
from models.accounts import Account
from models.otp import OtpGuard
from models.refusals import OtpExpired, OtpNotFresh, OtpWrong, Refusal, SessionEnded
from models.rules import FRESH_OTP
from models.seals import ACCOUNT_PHONE
from models.sessions import Session
from models.sign_ins import SignIn
from models.words import Attempt, OtpPurpose


def must_be_fresh(turn: Turn, person: Person) -> None:
    """Raises OtpNotFresh if the session's last OTP is too old for something sensitive."""
    if turn.now() - person.otp_proven_at > FRESH_OTP:
        raise OtpNotFresh(minutes=FRESH_OTP // timedelta(minutes=1))


def of_session(person: Person) -> Confirmed:
    """That somebody is about to do something sensitive."""
    return Confirmed(OtpPurpose.STEP_UP, str(person.session_id))


async def send_otp(turn: Turn, person: Person, what: Confirmed) -> OtpSent | Refusal:
    """Send a code for that to the account's number, or the next one; wrong guesses stay counted (R5).

    Raises:
        ResendTooSoon, TooManySms, Busy: no SMS may go now.
        SessionEnded: the account has lost its number meanwhile.
    """
    guard = await lock_guard(turn.db, person.account_id)
    refusal = closed(guard, turn.now(), turn.policy)
    if refusal is not None:
        return refusal
    account = await turn.db.get_one(Account, person.account_id, populate_existing=True)
    if account.phone_sealed is None or account.phone_key is None:
        raise SessionEnded
    limit = await no_sms(turn, account.id, account.phone_key)
    if limit is not None:
        raise limit
    begun = await challenge_of(turn, what.object)
    if begun is not None and begun.phone_key == account.phone_key:
        return send_next_code(turn, begun, account)
    await void_challenges(turn, [what.object], turn.now())
    phone = turn.keys.opened(account.phone_sealed, ACCOUNT_PHONE, account.id)
    return await challenge(turn, what, account, phone, None)


async def prove_otp(turn: Turn, person: Person, typed: SecretStr) -> OtpProven | Refusal:
    """Judge one guess; a right one lets the session do what is sensitive for a while.

    Raises:
        OtpMalformed: no code looks like that.
    """
    used_at = await use_otp(turn, person, typed, of_session(person))
    if isinstance(used_at, Refusal):
        return used_at
    await turn.db.execute(update(Session).where(Session.id == person.session_id).values(otp_proven_at=used_at))
    return OtpProven(until=used_at + FRESH_OTP)


async def use_otp(turn: Turn, person: Person, typed: SecretStr, what: Confirmed) -> datetime | Refusal:
    """Judge one guess at the code for that, alone with the account's guard, which counts it with all others (R5).

    A right one works once: what it is for is to be done in this transaction. The answer is then when it was used.

    Raises:
        OtpMalformed: no code looks like that.
    """
    code = written_code(typed, turn.policy)
    guard = await lock_guard(turn.db, person.account_id)
    begun, now = await challenge_of(turn, what.object), turn.now()
    refusal: Refusal | None = closed(guard, now, turn.policy)
    if refusal is None and (begun is None or now >= begun.expires_at):
        refusal = OtpExpired()
    if refusal is not None or begun is None:
        return noted(turn, refusal or OtpExpired(), person.account_id, now)
    if not is_the_code(turn, begun, code):
        return await _wrong(turn, guard, now)
    count_right(guard)
    begun.used_at = now
    note(turn, Attempt.OTP_CONFIRMED, person.account_id, now)
    await turn.db.flush()  # the walls of what it is for look for the used code
    return now


async def _wrong(turn: Turn, guard: OtpGuard, now: datetime) -> Refusal:
    refusal = count_wrong(guard, now, turn.policy)
    if not isinstance(refusal, OtpWrong):
        await end_sign_ins(turn, SignIn.account_id == guard.account_id, now)
    return noted(turn, refusal, guard.account_id, now)
