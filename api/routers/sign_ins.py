"""Routes of sign-ins: the password, a first phone number, the OTP (R1–R5)."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter

from api.acts import confirm_otp, give_phone, resend_otp, start_sign_in
from api.doors import Door
from api.people import Token
from api.refusals import documented
from api.schemas.signing_in import Credentials, FirstPhone, OtpAnswer, OtpSent, SessionOpened, SignInStarted
from api.turns import Changing, Hashing
from models import refusals as r
from models.refusals import Refusal

router = APIRouter(prefix="/v1/sign-ins", tags=["Signing in"], route_class=Door)

AT_THE_DOOR = (r.WrongCredentials, r.TryLater, r.CaptchaNeeded, r.CaptchaWrong, r.AccountInactive, r.ApiNotPermitted)
BEFORE_THE_OTP = (r.SignInEnded, r.OtpLocked, r.OtpDisabled)
NO_SMS = (r.ResendTooSoon, r.TooManySms, r.Busy)


@router.post(
    "", status_code=HTTPStatus.CREATED, responses=documented(*AT_THE_DOOR, r.OtpLocked, r.OtpDisabled, r.Malformed)
)
async def start(credentials: Credentials, turn: Hashing) -> SignInStarted | Refusal:
    """Give username and password. If the account has a phone, an OTP goes there by SMS at once (R1, R4)."""
    return await start_sign_in.start_sign_in(turn, credentials)


@router.post("/{sign_in_id}/phone", responses=documented(*BEFORE_THE_OTP, *NO_SMS, r.PhoneInvalid, r.CaptchaWrong))
async def phone(sign_in_id: UUID, given: FirstPhone, token: Token, turn: Changing) -> OtpSent | Refusal:
    """Give the number for an account that has none; the OTP goes there. Give another to correct it (R3)."""
    return await give_phone.give_phone(turn, sign_in_id, token, given)


@router.post("/{sign_in_id}/otp/resend", responses=documented(*BEFORE_THE_OTP, *NO_SMS, r.NotFound))
async def resend(sign_in_id: UUID, token: Token, turn: Changing) -> OtpSent | Refusal:
    """Send a new code; the old one is void, wrong guesses stay counted (R4, R5)."""
    return await resend_otp.resend_otp(turn, sign_in_id, token)


@router.post(
    "/{sign_in_id}/otp",
    status_code=HTTPStatus.CREATED,
    responses=documented(*BEFORE_THE_OTP, r.OtpWrong, r.OtpMalformed, r.OtpExpired),
)
async def confirm(sign_in_id: UUID, answer: OtpAnswer, token: Token, turn: Changing) -> SessionOpened | Refusal:
    """Confirm the OTP and open a session (R1, R4, R5)."""
    return await confirm_otp.confirm_otp(turn, sign_in_id, token, answer.code)
