"""The number for an account that has none, between the password and the OTP (R3)."""

from uuid import UUID

from api.acts.captchas import use_captcha
from api.acts.otp_challenge import challenge, of_sign_in, phone_key
from api.acts.otp_guard import closed, lock_guard
from api.acts.otp_sms import no_sms
from api.acts.sign_ins import find_sign_in, must_go_on, void_challenges
from api.schemas.signing_in import FirstPhone, OtpSent
from api.turns import Turn
from models.accounts import Account
from models.phone import otp_phone
from models.refusals import CaptchaWrong, NotFound, Refusal, SignInEnded


async def give_phone(turn: Turn, sign_in_id: UUID, token: str, given: FirstPhone) -> OtpSent | Refusal:
    """Send an OTP to the number; it becomes the account's when that is confirmed. Another may be given until then.

    Raises:
        PhoneInvalid: before the captcha is used, so that it need not be read again.
        SignInEnded, NotFound: it is over, or it needs no phone.
        ResendTooSoon, TooManySms, Busy: no SMS may go now.
    """
    sign_in = await find_sign_in(turn, sign_in_id, token)
    phone = otp_phone(given.phone)
    guard = await lock_guard(turn.db, sign_in.account_id)
    refusal = closed(guard, turn.now(), turn.policy)
    if refusal is not None:
        return refusal
    await must_go_on(turn, sign_in)
    if not sign_in.needs_phone:
        raise NotFound
    account = await turn.db.get_one(Account, sign_in.account_id)
    if account.phone_key is not None:
        raise SignInEnded  # another sign-in was faster; the password again, and the OTP goes to that number
    if not await use_captcha(turn, given.captcha):
        return CaptchaWrong()
    limit = await no_sms(turn, account.id, phone_key(turn, phone))
    if limit is not None:
        raise limit
    await void_challenges(turn, [str(sign_in.id)], turn.now())
    return await challenge(turn, of_sign_in(sign_in), account, phone, None)
