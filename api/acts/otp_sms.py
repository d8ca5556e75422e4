"""The SMS with an OTP: what may be sent when, counted before it goes (R4, T06, T36)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, or_, select, true

from api.acts.locks import SMS, hold
from api.turns import ClaimedSms, Turn
from models.otp import OtpChallenge, OtpSms
from models.refusals import Busy, ResendTooSoon, TooManySms
from models.rules import (
    MAX_SMS_A_MINUTE,
    MAX_SMS_PER_ACCOUNT_A_DAY,
    MAX_SMS_PER_CHAT_A_DAY,
    MAX_SMS_PER_PHONE_A_DAY,
)
from models.words import Language, SmsOutcome

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)

NoSms = ResendTooSoon | TooManySms | Busy
"""Why no SMS may go."""


@dataclass(frozen=True)
class SmsLimit:
    """At most so many SMS of a kind within a time, those that surely failed left out."""

    of: ColumnElement[bool]
    most: int
    within: timedelta

    def last_that_counts(self, now: datetime) -> ScalarSelect[datetime]:
        """When the SMS was claimed that uses the limit up, for as long as it does."""
        counts = (OtpSms.outcome != SmsOutcome.FAILED) & (OtpSms.claimed_at > now - self.within)
        latest = select(OtpSms.claimed_at).where(self.of, counts).order_by(OtpSms.claimed_at.desc())
        return latest.offset(self.most - 1).limit(1).scalar_subquery()


async def no_sms(turn: Turn, account_id: int, phone_key: bytes) -> NoSms | None:
    """Why no SMS may go to that number for that account now; None if one may.

    Nobody else claims one before this transaction ends, so what is counted stays counted.
    """
    await hold(turn.db, SMS)
    now = turn.now()
    of_account, to_phone = OtpSms.account_id == account_id, OtpSms.phone_key == phone_key
    limits = [
        SmsLimit(true(), MAX_SMS_A_MINUTE, MINUTE),
        SmsLimit(of_account, MAX_SMS_PER_ACCOUNT_A_DAY, DAY),
        SmsLimit(to_phone, MAX_SMS_PER_PHONE_A_DAY, DAY),
        SmsLimit(OtpSms.source == turn.caller.source, MAX_SMS_PER_CHAT_A_DAY, DAY),
        SmsLimit(or_(of_account, to_phone), 1, turn.policy.resend_pause),
    ]
    found = (await turn.db.execute(select(*(limit.last_that_counts(now) for limit in limits)))).one()
    everybodys, *days, pause = (at and at + limit.within for at, limit in zip(found, limits, strict=True))
    if everybodys:
        return Busy(seconds=_seconds(everybodys - now))
    if any(days):
        return TooManySms(until=max(filter(None, days)))
    return ResendTooSoon(until=pause) if pause else None


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
    text = turn.house.words(language, "sms.otp", code=code, minutes=minutes)
    turn.sms = ClaimedSms(challenge.id, challenge.counter, to, text)


def _seconds(wait: timedelta) -> int:
    return -(-int(wait.total_seconds() * 1000) // 1000)
