"""Doing something sensitive: an OTP comes first, where the last one is too old."""

from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, TypeVar

from pydantic import SecretStr

from api.client import Api
from api.schemas.signing_in import OtpSent
from conversations.talk import Press, Talk, part
from models.refusals import OtpExpired, OtpLocked, OtpMalformed, OtpNotFresh, OtpWrong, ResendTooSoon, TooManySms
from models.words import SmsOutcome

P = ParamSpec("P")
R = TypeVar("R")

RESEND = Press("resend")


@part
async def sensitively(
    talk: Talk, call: Callable[Concatenate[Api, P], Awaitable[R]], /, *args: P.args, **named: P.kwargs
) -> R:
    """Like `talk.do`, for what wants a fresh OTP: it is asked for, and then the same is done without asking again."""
    while True:
        try:
            return await talk.do(call, *args, **named)
        except OtpNotFresh as refusal:
            await talk.tell(refusal)
            await prove_otp(
                talk, lambda talk: talk.prepare(Api.send_otp), lambda talk, code: talk.prepare(Api.prove_otp, code)
            )


@part
async def prove_otp(
    talk: Talk, send: Callable[[Talk], Awaitable[OtpSent]], spend: Callable[[Talk, SecretStr], Awaitable[R]]
) -> R:
    """The code from an SMS, as often as R5 allows; «Quay lại» leads to what was to be done.

    Args:
        send: has an SMS sent.
        spend: has the code judged; its answer is the answer.
    """
    otp = await send_code(talk, send)
    while True:
        if otp.sms is SmsOutcome.FAILED:
            await talk.say("not_sent", until=otp.resend_at)
        code = await talk.ask_secret("code", options=[RESEND.name], sms=otp.sms, phone=otp.phone_hint)
        try:
            if isinstance(code, SecretStr):
                return await spend(talk, code)
            otp = await send_code(talk, send)
        except (OtpWrong, OtpMalformed, OtpExpired) as refusal:
            await talk.tell(refusal)
        except OtpLocked as refusal:
            await talk.tell(refusal)
            otp = await send_code(talk, send)


@part
async def send_code(talk: Talk, send: Callable[[Talk], Awaitable[OtpSent]]) -> OtpSent:
    """The SMS; if none may go yet, when the person says so."""
    while True:
        try:
            return await send(talk)
        except (ResendTooSoon, TooManySms, OtpLocked) as refusal:
            await talk.tell(refusal)
            await talk.choose("later", ["now"])
