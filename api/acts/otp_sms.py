"""SMS, with an OTP or a notice: what may be sent when, counted before it goes (R4, T06, T36)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Label, Select, bindparam, or_, select, true, union_all, update

from api.acts.locks import SMS, hold
from api.statements import Compiled
from api.turns import ClaimedSms, Turn
from models.accounts import Account
from models.notice_sms import NoticeSms
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
    OtpPurpose.CORRECTION: "sms.correction",
}
"""The text of the SMS, by what its code is for."""

NoSms = ResendTooSoon | TooManySms | Busy
"""Why no SMS may go."""


Sms = type[OtpSms] | type[NoticeSms]


@dataclass(frozen=True)
class SmsLimit:
    """At most so many SMS of a kind within a time, those that surely failed left out."""

    name: str
    of: Callable[[Sms], ColumnElement[bool]]
    most: int
    kinds: tuple[Sms, ...] = (OtpSms, NoticeSms)

    def last_that_counts(self) -> Label[datetime]:
        """When the SMS was claimed that uses the limit up, of those since `since_<name>`."""
        counted = union_all(*map(self._counted, self.kinds)).subquery(f"sms_{self.name}").c.claimed_at
        latest = select(counted).order_by(counted.desc()).offset(self.most - 1).limit(1)
        return latest.scalar_subquery().label(self.name)

    def _counted(self, sms: Sms) -> Select[datetime]:
        since = bindparam(f"since_{self.name}", type_=OtpSms.claimed_at.type)
        counts = (sms.outcome != SmsOutcome.FAILED) & (sms.claimed_at > since)
        return select(sms.claimed_at).where(self.of(sms), counts)


def _of_account(sms: Sms) -> ColumnElement[bool]:
    return sms.account_id == bindparam("account_id")


def _to_phone(sms: Sms) -> ColumnElement[bool]:
    return sms.phone_key == bindparam("phone_key")


LIMITS = (
    SmsLimit("everybodys", lambda _: true(), MAX_SMS_A_MINUTE),
    SmsLimit("accounts", _of_account, MAX_SMS_PER_ACCOUNT_A_DAY),
    SmsLimit("phones", _to_phone, MAX_SMS_PER_PHONE_A_DAY),
    SmsLimit("chats", lambda sms: sms.source == bindparam("source"), MAX_SMS_PER_CHAT_A_DAY),
    SmsLimit("pause", lambda sms: or_(_of_account(sms), _to_phone(sms)), 1, kinds=(OtpSms,)),
)
LAST_THAT_COUNT = Compiled(select(*(limit.last_that_counts() for limit in LIMITS)))


async def no_sms(turn: Turn, account_id: int, phone_key: bytes, *, is_code: bool = True) -> NoSms | None:
    """Why no SMS may go to that number for that account now; None if one may. Only codes keep a pause between them.

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
    return ResendTooSoon(until=free_at["pause"]) if is_code and "pause" in free_at else None


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
    row = (OtpSms.challenge_id == challenge.id) & (OtpSms.counter == challenge.counter)
    turn.sms = ClaimedSms(f"{challenge.id}-{challenge.counter}", to, text, update(OtpSms).where(row))


def claim_notice(turn: Turn, act_id: UUID, account: Account, to: str, phone_key: bytes, name: str) -> None:
    """The same for an SMS that tells a number what was done with its account; `name` is its text's."""
    turn.db.add(
        NoticeSms(
            id=act_id,
            account_id=account.id,
            phone_key=phone_key,
            source=turn.caller.source,
            claimed_at=turn.now(),
        )
    )
    text = turn.house.words(account.language, name)
    turn.sms = ClaimedSms(str(act_id), to, text, update(NoticeSms).where(NoticeSms.id == act_id))


def _seconds(wait: timedelta) -> int:
    return -(-int(wait.total_seconds() * 1000) // 1000)
