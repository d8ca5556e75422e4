"""The code from an activation SMS, and the first password of one's own (R14)."""

from datetime import datetime
from uuid import UUID

from api.schemas.values import Answer, Request, Typed, TypedSecret
from models.words import SmsOutcome


class ActivationCode(Request):
    """«Kích hoạt tài khoản»: the name and the code from the SMS."""

    username: Typed
    code: TypedSecret
    captcha: UUID | None = None


class ActivationOpened(Answer):
    """The code was right; the token lets one choose the password, until then."""

    id: UUID
    token: str
    username: str
    expires_at: datetime


class FirstPassword(Request):
    """The password that an activation gives."""

    username: Typed
    password: TypedSecret


class Activated(Answer):
    """The account has the password; its person signs in by this name."""

    username: str


class ActivationSent(Answer):
    """A code went to the account's person, or what became of it."""

    phone_hint: str
    sms: SmsOutcome
    expires_at: datetime
