"""«Gửi lại mã OTP»: a new code, which makes the old one void (R4)."""

from uuid import UUID

from api.acts.otp_challenge import challenge_of, send_next_code
from api.acts.otp_guard import closed, lock_guard
from api.acts.otp_sms import no_sms
from api.acts.sign_ins import find_sign_in, must_go_on
from api.schemas.signing_in import OtpSent
from api.turns import Turn
from models.accounts import Account
from models.refusals import NotFound, Refusal


async def resend_otp(turn: Turn, sign_in_id: UUID, token: str) -> OtpSent | Refusal:
    """Send the next code to the same number. Wrong guesses stay counted (R5).

    Raises:
        SignInEnded, NotFound: it is over, or nothing was to be sent yet.
        ResendTooSoon, TooManySms, Busy: no SMS may go now.
    """
    sign_in = await find_sign_in(turn, sign_in_id, token)
    guard = await lock_guard(turn.db, sign_in.account_id)
    refusal = closed(guard, turn.now(), turn.policy)
    if refusal is not None:
        return refusal
    await must_go_on(turn, sign_in)
    begun = await challenge_of(turn, sign_in.id)
    if begun is None:
        raise NotFound
    limit = await no_sms(turn, begun.account_id, begun.phone_key)
    if limit is not None:
        raise limit
    return send_next_code(turn, begun, await turn.db.get_one(Account, begun.account_id))
