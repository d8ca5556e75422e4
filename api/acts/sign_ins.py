"""A sign-in on its way from the right password to the right OTP: found, and ended."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, update

from api.turns import Turn
from models.otp import OtpChallenge
from models.refusals import AccountFrozen, AccountInactive, ApiNotPermitted, SignInEnded
from models.sealing import same, token_digest
from models.sign_ins import SignIn
from models.words import Channel


async def find_sign_in(turn: Turn, sign_in_id: UUID, token: str) -> SignIn:
    """The sign-in of that token, if it began here; it may be over.

    Raises:
        SignInEnded: there is none, or the token or the chat is another's (T05).
    """
    sign_in = await turn.db.get(SignIn, sign_in_id)
    if sign_in is None or not _began_here(sign_in, turn) or not same(sign_in.token_digest, token_digest(token)):
        raise SignInEnded
    turn.account_id = sign_in.account_id
    return sign_in


async def must_go_on(turn: Turn, sign_in: SignIn) -> None:
    """Hold on to the sign-in as it is now that the guard is held.

    Raises:
        SignInEnded: it ended meanwhile, or its time is over.
    """
    await turn.db.refresh(sign_in, with_for_update=True)
    if sign_in.ended_at is not None or turn.now() >= sign_in.expires_at:
        raise SignInEnded


class Admitted(Protocol):
    """What decides whether somebody may sign in at all."""

    @property
    def is_active(self) -> bool: ...

    @property
    def frozen_at(self) -> datetime | None: ...

    @property
    def api_permission(self) -> bool: ...


def not_let_in(turn: Turn, account: Admitted) -> AccountInactive | AccountFrozen | ApiNotPermitted | None:
    """Why this account may not sign in this way, whatever is right about it; None if it may."""
    if not account.is_active:
        return AccountInactive()
    if account.frozen_at is not None:
        return AccountFrozen()
    if turn.caller.channel is Channel.API and not account.api_permission:
        return ApiNotPermitted()  # R10
    return None


async def end_sign_ins(turn: Turn, of: ColumnElement[bool], now: datetime) -> None:
    """End the open sign-ins, with their challenges: the password comes first again."""
    ended = await turn.db.scalars(
        update(SignIn).where(of, SignIn.ended_at.is_(None)).values(ended_at=now).returning(SignIn.id)
    )
    await void_challenges(turn, [str(sign_in) for sign_in in ended], now)


async def void_challenges(turn: Turn, objects: list[str], now: datetime) -> None:
    """Make the open codes for these void."""
    is_open = OtpChallenge.used_at.is_(None) & OtpChallenge.voided_at.is_(None)
    await turn.db.execute(update(OtpChallenge).where(OtpChallenge.object.in_(objects), is_open).values(voided_at=now))


def _began_here(sign_in: SignIn, turn: Turn) -> bool:
    """A chat's sign-in is that chat's; addresses change, so a straight caller's is held by its token alone."""
    is_api = turn.caller.channel is Channel.API
    return sign_in.channel is turn.caller.channel and (is_api or sign_in.source == turn.caller.source)
