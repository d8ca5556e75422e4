"""The SMS with an OTP: what may be sent when, counted before it goes (R4, T06, T36)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Label, bindparam, or_, select, true

from api.acts.locks import SMS, hold
from api.statements import Compiled
from api.turns import ClaimedSms, Turn
from models.otp import OtpChallenge, OtpSms
from models.refusals import Busy, ResendTooSoon, TooManySms
from models.rules import (
    MAX_SMS_A_MINUTE,
    MAX_SMS_PER_ACCOUNT_A_DAY,
    MAX_SMS_PER_CHAT_A_DAY,
    MAX_SMS_PER_PHONE_A_DAY,
)
from models.words import Language, OtpPurpose, SmsOutcome

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)

WORDED = {
    OtpPurpose.SIGN_IN: "sms.otp",
    OtpPurpose.FIRST_PHONE: "sms.otp",
    OtpPurpose.STEP_UP: "sms.step_up",
}
"""The text of the SMS, by what its code is for."""

NoSms = ResendTooSoon | TooManySms | Busy
"""Why no SMS may go."""


@dataclass(frozen=True)
class SmsLimit:
    """At most so many SMS of a kind within a time, those that surely failed left out."""

    name: str
    of: ColumnElement[bool]
    most: int

    def last_that_counts(self) -> Label[datetime]:
        """When the SMS was claimed that uses the limit up, of those since `since_<name>`."""
        since = bindparam(f"since_{self.name}", type_=OtpSms.claimed_at.type)
        counts = (OtpSms.outcome != SmsOutcome.FAILED) & (OtpSms.claimed_at > since)
        latest = select(OtpSms.claimed_at).where(self.of, counts).order_by(OtpSms.claimed_at.desc())
        return latest.offset(self.most - 1).limit(1).scalar_subquery().label(self.name)


OF_ACCOUNT, TO_PHONE = OtpSms.account_id == bindparam("account_id"), OtpSms.phone_key == bindparam("phone_key")
LIMITS = (
    SmsLimit("everybodys", true(), MAX_SMS_A_MINUTE),
    SmsLimit("accounts", OF_ACCOUNT, MAX_SMS_PER_ACCOUNT_A_DAY),
    SmsLimit("phones", TO_PHONE, MAX_SMS_PER_PHONE_A_DAY),
    SmsLimit("chats", OtpSms.source == bindparam("source"), MAX_SMS_PER_CHAT_A_DAY),
    SmsLimit("pause", or_(OF_ACCOUNT, TO_PHONE), 1),
)
LAST_THAT_COUNT = Compiled(select(*(limit.last_that_counts() for limit in LIMITS)))


async def no_sms(turn: Turn, account_id: int, phone_key: bytes) -> NoSms | None:
    """Why no SMS may go to that number for that account now; None if one may.

    Nobody else claims one before this transaction ends, so what is counted stays counted.
    """
    await hold(turn.db, SMS)
    now = turn.now()
    spans = {"everybodys": MINUTE, "accounts": DAY, "phones": DAY, "chats": DAY, "pause": turn.policy.resend_pause}
    since = {f"since_{name}": now - span for name, span in spans.items()}
    row = await LAST_THAT_COUNT.row(
        turn.db, account_id=account_id, phone_key=phone_key, source=turn.caller.source, **since
    )
    free_at = {name: row[name] + span for name, span in spans.items() if row[name] is not None}
    if "everybodys" in free_at:
        return Busy(seconds=_seconds(free_at["everybodys"] - now))
    if days := [free_at[name] for name in ("accounts", "phones", "chats") if name in free_at]:
        return TooManySms(until=max(days))
    return ResendTooSoon(until=free_at["pause"]) if "pause" in free_at else None


def sms_again_at(refusal: NoSms, now: datetime) -> datetime:
    """When one may go again."""
    return now + timedelta(seconds=refusal.seconds) if isinstance(refusal, Busy) else refusal.until


def claim_sms(turn: Turn, challenge: OtpChallenge, to: str, code: str, language: Language) -> None:
    """Count the SMS with the challenge's present code, and leave it to be handed over after the commit."""
    turn.db.add(
        OtpSms(
            challenge_id=challenge.id,
            counter=challenge.counter,
            account_id=challenge.account_id,
            phone_key=challenge.phone_key,
            source=turn.caller.source,
            claimed_at=turn.now(),
        )
    )
    minutes = turn.policy.otp_lifetime // MINUTE
    text = turn.house.words(language, WORDED[challenge.purpose], code=code, minutes=minutes)
    turn.sms = ClaimedSms(challenge.id, challenge.counter, to, text)


def _seconds(wait: timedelta) -> int:
    return -(-int(wait.total_seconds() * 1000) // 1000)
