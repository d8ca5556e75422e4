"""Activation: somebody chooses their own password, with a code that an admin had sent and never saw."""

import asyncio
import secrets
import unicodedata
from datetime import timedelta
from uuid import UUID, uuid4

from pydantic import SecretStr
from sqlalchemy import func, insert, select, update

from api.acts.captchas import use_captcha
from api.acts.locks import SMS, hold
from api.acts.managed_account import act_on, end_what_is_open, managed
from api.acts.otp_challenge import phone_key
from api.acts.password_waits import Waits
from api.acts.start_sign_in import NAMED
from api.acts.step_up import must_be_fresh
from api.people import Person
from api.schemas.activations import Activated, ActivationCode, ActivationOpened, ActivationSent
from api.turns import ClaimedSms, Turn
from models.accounts import Account
from models.activations import Activation
from models.password import acceptable
from models.phone import masked
from models.refusals import (
    AccountFrozen,
    AccountInactive,
    ActivationEnded,
    ActivationWrong,
    Busy,
    CaptchaNeeded,
    CaptchaWrong,
    PhoneMissing,
    Refusal,
    ResendTooSoon,
    TooManySms,
)
from models.rules import ACTIVATION_DIGITS, ACTIVATION_LIFETIME, MAX_ACTIVATIONS_A_DAY, MAX_SMS_A_MINUTE
from models.sealing import token_digest
from models.seals import ACCOUNT_PHONE, ACTIVATION_KEY
from models.spelling import without_spaces
from models.username import folded
from models.words import Act, Language, SmsOutcome

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


async def send_activation(turn: Turn, person: Person, account_id: int) -> ActivationSent:
    """Let the account's person choose another password: the one before works no more, and every session ends.

    Raises:
        NotFound, NotYourself, RoleNotYours: see `managed`.
        AccountInactive, AccountFrozen: nobody is let in by it, with any password.
        OtpNotFresh, PhoneMissing, ResendTooSoon, TooManySms, Busy: why no code can be sent.
    """
    account = await managed(turn, person, account_id)
    must_be_fresh(turn, person)
    if not account.is_active:
        raise AccountInactive
    if account.frozen_at is not None:
        raise AccountFrozen
    if account.phone_sealed is None:
        raise PhoneMissing
    phone = turn.keys.opened(account.phone_sealed, ACCOUNT_PHONE, account_id)
    await act_on(turn, person, account, Act.PASSWORD_RESET, {"by": "activation"})
    account.password_hash, account.must_change_password = turn.house.passwords.nobodys, True
    await turn.db.flush()
    await end_what_is_open(turn, account)
    return await begin_activation(turn, account_id, phone, account.language)


async def begin_activation(
    turn: Turn, account_id: int, phone: str, language: Language = Language.VIETNAMESE
) -> ActivationSent:
    """Send a code to the number, E.164; the one before is void. The admin's act on the account is written already.

    Raises:
        ResendTooSoon, TooManySms, Busy: no SMS may go now.
    """
    await hold(turn.db, SMS)
    now, number = turn.now(), phone_key(turn, phone)
    await _must_have_room(turn, account_id, number)
    is_open = Activation.used_at.is_(None) & Activation.voided_at.is_(None)
    await turn.db.execute(update(Activation).where(Activation.account_id == account_id, is_open).values(voided_at=now))
    activation_id, code = uuid4(), f"{secrets.randbelow(10**ACTIVATION_DIGITS):0{ACTIVATION_DIGITS}}"
    begun = {
        "id": activation_id,
        "account_id": account_id,
        "code_key": _code_key(turn, account_id, code),
        "phone_key": number,
        "made_at": now,
        "expires_at": now + ACTIVATION_LIFETIME,
        "outcome": SmsOutcome.CLAIMED,
        "failures": 0,
    }
    await turn.db.execute(insert(Activation).inline().values(begun))
    account, hours = await turn.db.get_one(Account, account_id), ACTIVATION_LIFETIME // timedelta(hours=1)
    text = turn.house.words(language, "sms.activation", username=account.username, code=code, hours=hours)
    row = update(Activation).where(Activation.id == activation_id)
    turn.sms = ClaimedSms(str(activation_id), phone, text, row)
    return ActivationSent(phone_hint=masked(phone), sms=SmsOutcome.CLAIMED, expires_at=now + ACTIVATION_LIFETIME)


async def open_activation(turn: Turn, given: ActivationCode) -> ActivationOpened | Refusal:
    """Judge the code, under the same waits as a password at the door; nothing tells a name that nobody has (T07, T31).

    The count goes up before the code is compared, and in the database no more than `MAX_ACTIVATION_FAILURES` are ever
    judged of one activation (T01).
    """
    name = folded(given.username)
    waits = await Waits.of(turn, f"activation of {name}")
    now = turn.now()
    if (wait := waits.wait(now)) is not None:
        return wait
    if given.captcha is None and waits.need_captcha(now):
        return CaptchaNeeded()
    if given.captcha is not None and not await use_captcha(turn, given.captcha):
        return CaptchaWrong()
    waits.claim(now)
    account = (await turn.db.scalars(NAMED, {"name": name})).one_or_none()
    token = secrets.token_urlsafe(32)
    opened = await _judged(turn, account.id if account else 0, given.code, token)
    if opened is None or account is None:
        return ActivationWrong()
    waits.clear()
    expires_at = await turn.db.scalar(select(Activation.made_at).where(Activation.id == opened))
    return ActivationOpened(
        id=opened, token=token, username=account.username, expires_at=(expires_at or now) + ACTIVATION_LIFETIME
    )


async def choose_password(turn: Turn, activation_id: UUID, token: str, username: str, typed: SecretStr) -> Activated:
    """Give the account the password; the activation is used.

    Raises:
        ActivationEnded: it is not open any more, or not for that token.
        PasswordTooShort, PasswordTooLong, PasswordTooCommon, PasswordIsUsername: why it may not be.
    """
    password = await asyncio.to_thread(acceptable, typed.get_secret_value(), username=folded(username))
    kept = await turn.house.passwords.hashed(password)
    account_id = await turn.db.scalar(select(func.activate(activation_id, kept, turn.now())))
    if account_id is None:
        raise ActivationEnded
    turn.account_id = account_id
    return Activated(username=folded(username))


async def _judged(turn: Turn, account_id: int, typed: SecretStr, token: str) -> UUID | None:
    code = "".join(str(unicodedata.decimal(c, c)) for c in without_spaces(typed.get_secret_value()))
    shown = _code_key(turn, account_id, code)
    judged = func.judge_activation(account_id, shown, token_digest(token), turn.now())
    found: UUID | None = await turn.db.scalar(select(judged))
    return found


def _code_key(turn: Turn, account_id: int, code: str) -> bytes:
    return turn.keys.digest(ACTIVATION_KEY, f"{account_id} {code}")


async def _must_have_room(turn: Turn, account_id: int, number: bytes) -> None:
    """Count what was sent, those that surely failed left out (T06)."""
    now = turn.now()
    went = Activation.outcome != SmsOutcome.FAILED
    theirs = went & ((Activation.account_id == account_id) | (Activation.phone_key == number))
    sent = (
        await turn.db.scalars(
            select(Activation.made_at)
            .where(theirs, Activation.made_at > now - DAY)
            .order_by(Activation.made_at.desc())
            .limit(MAX_ACTIVATIONS_A_DAY)
        )
    ).all()
    if len(sent) >= MAX_ACTIVATIONS_A_DAY:
        raise TooManySms(until=sent[-1] + DAY)
    if sent and now < sent[0] + turn.policy.resend_pause:
        raise ResendTooSoon(until=sent[0] + turn.policy.resend_pause)
    lately = select(func.count()).select_from(Activation).where(went, Activation.made_at > now - MINUTE)
    if (await turn.db.scalar(lately) or 0) >= MAX_SMS_A_MINUTE:
        raise Busy(seconds=MINUTE.seconds)
