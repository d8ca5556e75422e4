"""Signing in: username, password, a phone number the first time, the OTP (R1–R5)."""

from pydantic import SecretStr

from api.client import Api
from api.schemas.signing_in import OtpSent, SessionOpened, SignInStarted
from conversations.talk import Option, Press, Talk, part
from conversations.talks.captcha import solve_captcha
from conversations.talks.change_password import give_new_password
from models.phone import national, otp_phone
from models.refusals import (
    CaptchaNeeded,
    CaptchaWrong,
    OtpExpired,
    OtpMalformed,
    OtpWrong,
    PhoneInvalid,
    ResendTooSoon,
    TooManySms,
    TryLater,
    WrongCredentials,
)
from models.username import username
from models.words import SmsOutcome

FIX_PHONE = Press("fix_phone")
RESEND = Press("resend")


@part
async def sign_in(talk: Talk) -> None:
    """Username, password, a phone number the first time, the OTP; then a password of one's own."""
    attempt = await give_credentials(talk)
    session: SessionOpened | None = None
    otp = attempt.otp
    while session is None:
        if otp is None:
            otp = await give_phone(talk, attempt)
        session, otp = await confirm_otp(talk, attempt, otp), None
    await talk.sit(session)
    if talk.chosen_language:
        await talk.know(await talk.do(Api.speak, talk.chosen_language))
    await talk.say("welcome", full_name=session.me.full_name)
    if session.me.must_change_password:
        await talk.say("set_by_other")
        await give_new_password(talk, session.me.username)


@part
async def give_credentials(talk: Talk) -> SignInStarted:
    """The name and the password; a captcha in between when the name is being attacked."""
    remembered = [Option(name, "give_credentials.username.as", {"username": name}) for name in talk.usernames]
    typed = await talk.ask("username", username, options=remembered)
    name = typed.name if isinstance(typed, Press) else typed
    captcha = None
    while True:
        password = await talk.ask_secret("password", options=["forgotten"], username=name)
        if isinstance(password, Press):
            await talk.say("whom_to_ask")
            continue
        try:
            return await talk.do(Api.start_sign_in, name, password, captcha)
        except (WrongCredentials, TryLater) as refusal:
            captcha = None  # a wrong password has used it up
            await talk.tell(refusal)
        except (CaptchaNeeded, CaptchaWrong) as refusal:
            await talk.tell(refusal)
            captcha = await solve_captcha(talk)


@part
async def give_phone(talk: Talk, attempt: SignInStarted) -> OtpSent:
    """A number for an account that has none, typed or shared, with a captcha (R3)."""
    await talk.say("why")
    while True:
        phone = await talk.ask("phone", otp_phone, takes_contact=True)
        await talk.say("noted", phone=national(phone))
        otp = await send_otp(talk, attempt, phone)
        if otp:
            return otp


@part
async def send_otp(talk: Talk, attempt: SignInStarted, phone: str) -> OtpSent | None:
    """A captcha, and the SMS; if it is too soon for one, when the person says so. None for another number."""
    captcha = await solve_captcha(talk, way_out=FIX_PHONE.name)
    while captcha:
        try:
            return await talk.do(Api.give_phone, attempt.id, attempt.token, phone, captcha)
        except (ResendTooSoon, TooManySms) as refusal:
            await talk.tell(refusal)
            if await talk.choose("when", ["now", FIX_PHONE.name]) == FIX_PHONE.name:
                return None
        except CaptchaWrong as refusal:
            await talk.tell(refusal)
            captcha = await solve_captcha(talk, way_out=FIX_PHONE.name)
        except PhoneInvalid as refusal:
            await talk.tell(refusal)
            return None
    return None


@part
async def confirm_otp(talk: Talk, attempt: SignInStarted, otp: OtpSent) -> SessionOpened | None:
    """The code from the SMS, as often as R5 allows; None to correct a first number."""
    options = [RESEND.name, *([FIX_PHONE.name] if attempt.needs_phone else [])]
    while True:
        if otp.sms is SmsOutcome.FAILED:
            await talk.say("not_sent", until=otp.resend_at)
        code = await talk.ask_secret("code", options=options, sms=otp.sms, phone=otp.phone_hint)
        if code == FIX_PHONE:
            return None
        try:
            if isinstance(code, SecretStr):
                return await talk.do(Api.confirm_otp, attempt.id, attempt.token, code)
            otp = await talk.do(Api.resend_otp, attempt.id, attempt.token)
        except (OtpWrong, OtpMalformed, OtpExpired, ResendTooSoon, TooManySms) as refusal:
            await talk.tell(refusal)
