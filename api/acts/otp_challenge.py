"""A challenge: its codes, and how one comes and goes (R4). Whoever calls holds the account's guard."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import pyotp
from pydantic import SecretStr
from sqlalchemy import select

from api.acts.otp_sms import NoSms, claim_sms, sms_again_at
from api.schemas.signing_in import OtpSent
from api.turns import Turn
from models.accounts import Account
from models.otp import OtpChallenge
from models.phone import masked
from models.refusals import OtpMalformed
from models.rules import Policy
from models.sealing import same
from models.seals import CHALLENGE_PHONE, CHALLENGE_SECRET, PHONE_KEY
from models.sign_ins import SignIn
from models.spelling import without_spaces
from models.words import OtpPurpose, SmsOutcome


@dataclass(frozen=True)
class Confirmed:
    """What a code is to confirm (T05)."""

    purpose: OtpPurpose
    object: str


def of_sign_in(sign_in: SignIn) -> Confirmed:
    """That somebody signs in, or their first number."""
    return Confirmed(OtpPurpose.FIRST_PHONE if sign_in.needs_phone else OtpPurpose.SIGN_IN, str(sign_in.id))


async def challenge(turn: Turn, what: Confirmed, account: Account, phone: str, no_sms: NoSms | None) -> OtpSent:
    """Have it confirmed by a code to the number, E.164; where no SMS may go, by none that works."""
    now, challenge_id, secret = turn.now(), uuid4(), pyotp.random_base32()
    begun = OtpChallenge(
        id=challenge_id,
        account_id=account.id,
        purpose=what.purpose,
        object=what.object,
        phone_sealed=turn.keys.seal(phone, CHALLENGE_PHONE, challenge_id),
        phone_key=phone_key(turn, phone),
        secret_sealed=turn.keys.seal(secret, CHALLENGE_SECRET, challenge_id),
        counter=0,
        expires_at=now if no_sms else now + turn.policy.otp_lifetime,
    )
    turn.db.add(begun)
    await turn.db.flush()  # the SMS refers to it
    if no_sms:
        return _sent(begun, phone, SmsOutcome.FAILED, sms_again_at(no_sms, now))
    return send_code(turn, begun, account)


def send_next_code(turn: Turn, begun: OtpChallenge, account: Account) -> OtpSent:
    """Send the next code; the one before is void (R4)."""
    begun.counter += 1
    begun.expires_at = turn.now() + turn.policy.otp_lifetime
    return send_code(turn, begun, account)


def send_code(turn: Turn, begun: OtpChallenge, account: Account) -> OtpSent:
    """Leave the present code to be sent."""
    phone = phone_of(turn, begun)
    claim_sms(turn, begun, phone, _code(turn, begun), account.language)
    return _sent(begun, phone, SmsOutcome.CLAIMED, turn.now() + turn.policy.resend_pause)


async def challenge_of(turn: Turn, object_id: UUID | str) -> OtpChallenge | None:
    """The open challenge of a sign-in, of a session, or of a correction."""
    is_open = OtpChallenge.used_at.is_(None) & OtpChallenge.voided_at.is_(None)
    asked = select(OtpChallenge).where(OtpChallenge.object == str(object_id), is_open).with_for_update()
    return (await turn.db.scalars(asked)).one_or_none()


def is_the_code(turn: Turn, begun: OtpChallenge, typed: str) -> bool:
    """Whether it is the challenge's present code, in constant time."""
    return same(_code(turn, begun), typed)


def phone_of(turn: Turn, begun: OtpChallenge) -> str:
    """The number that the challenge's codes go to, E.164."""
    return turn.keys.opened(begun.phone_sealed, CHALLENGE_PHONE, begun.id)


def phone_key(turn: Turn, phone: str) -> bytes:
    """What a number is found and counted by, without being kept."""
    return turn.keys.digest(PHONE_KEY, phone)


def written_code(typed: SecretStr, policy: Policy) -> str:
    """The digits of a code, whatever digits and spaces a keyboard has made of them (T32).

    Raises:
        OtpMalformed: no code looks like that; nothing is judged or counted.
    """
    digits = "".join(str(unicodedata.decimal(c, c)) for c in without_spaces(typed.get_secret_value()))
    if not re.fullmatch(rf"[0-9]{{{policy.otp_digits}}}", digits):
        raise OtpMalformed(digits=policy.otp_digits)
    return digits


def _code(turn: Turn, begun: OtpChallenge) -> str:
    secret = turn.keys.opened(begun.secret_sealed, CHALLENGE_SECRET, begun.id)
    return pyotp.HOTP(secret, digits=turn.policy.otp_digits).at(begun.counter)


def _sent(begun: OtpChallenge, phone: str, sms: SmsOutcome, resend_at: datetime) -> OtpSent:
    return OtpSent(phone_hint=masked(phone), sms=sms, resend_at=resend_at, expires_at=begun.expires_at)
