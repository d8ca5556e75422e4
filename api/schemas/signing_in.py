"""Signing in: captcha, password, first phone, OTP (R1, R3, R4)."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.schemas.own_account import Me
from api.schemas.values import Answer, Request, Typed, TypedSecret
from models.rules import CAPTCHA_LENGTH, OTP_DIGITS
from models.words import SmsOutcome


class CaptchaAnswer(Request):
    """What a person read in a captcha's picture; right or wrong, a captcha is answered once (T33)."""

    answer: TypedSecret = Field(
        examples=["K7MQX"], description=f"The {CAPTCHA_LENGTH} signs of the picture, in any case."
    )


class CaptchaMade(Answer):
    """A captcha to be shown: its picture is at `/v1/captchas/{id}/picture`."""

    id: UUID
    expires_at: datetime


class CaptchaSolved(Answer):
    """The answer was right: the captcha opens one door, by its id, until it expires."""

    id: UUID


class Credentials(Request):
    """The first step of a sign-in (R1)."""

    username: Typed = Field(examples=["demo.tramyte"])
    password: TypedSecret = Field(examples=["Lúa chín vàng đồng"])
    captcha: UUID | None = Field(None, description="A solved captcha; only after the refusal CaptchaNeeded.")


class OtpSent(Answer):
    """An OTP is on its way, or failed to be (R4)."""

    phone_hint: str = Field(examples=["09•• ••• 321"])
    sms: SmsOutcome = Field(description="`failed`: surely not sent. `unknown`, `claimed`: it may yet arrive.")
    resend_at: datetime = Field(description="When another one may be asked for.")
    expires_at: datetime = Field(description="When this code stops working.")


class SignInStarted(Answer):
    """The password was right. `token` is the bearer token of this sign-in's next steps, and of nothing else."""

    id: UUID
    token: str
    needs_phone: bool = Field(description="The account has no phone: one is asked for before the OTP (R3).")
    otp: OtpSent | None = Field(description="None while a phone is needed.")


class FirstPhone(Request):
    """The number for an account that has none, with a solved captcha (R3)."""

    phone: Typed = Field(examples=["0912 345 678"])
    captcha: UUID


class OtpAnswer(Request):
    """The code from the SMS; typing it is «Xác nhận OTP» (R4)."""

    code: TypedSecret = Field(examples=["0" * OTP_DIGITS])


class SessionOpened(Answer):
    """Signed in. `token` is the bearer token of the session; it is shown this once."""

    id: UUID
    token: str
    expires_at: datetime
    me: Me
