"""A guess at a sign-in's code as the database has it: everything it is judged by, held, and what is written of it.

One statement holds, one or two write: PostgreSQL's part of a guess is round trips more than work (see docs/figures.md).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Text, bindparam, cast, func, insert, or_, select, update

from api.acts.otp_challenge import phone_of
from api.statements import Compiled
from api.turns import Turn
from models.accounts import Account
from models.history import LoginHistory
from models.otp import OtpChallenge, OtpGuard
from models.sealing import token_digest
from models.seals import ACCOUNT_PHONE
from models.sessions import Session
from models.sign_ins import SignIn
from models.words import Attempt, Channel, OtpPurpose


@dataclass(frozen=True)
class Awaited:
    """A sign-in whose code is awaited, nobody else's until the transaction ends."""

    sign_in_id: UUID
    account_id: int
    ended_at: datetime | None
    expires_at: datetime
    guard: OtpGuard
    challenge: OtpChallenge
    is_active: bool
    frozen_at: datetime | None
    api_permission: bool
    registered_phone_key: bytes | None

    def is_over(self, now: datetime) -> bool:
        """Whether the sign-in itself is; its code's time is shorter."""
        return self.ended_at is not None or now >= self.expires_at

    def is_for_the_registered_phone(self) -> bool:
        """Whether the account's number is still what it was when the code was sent."""
        is_first = self.challenge.purpose is OtpPurpose.FIRST_PHONE
        return self.registered_phone_key == (None if is_first else self.challenge.phone_key)


# The locks are taken in the order of their naming, the guard's first as everywhere. What has waited for one sees the
# rows as they are then, and none if one of them fits no more.
HELD = Compiled(
    select(
        SignIn.account_id,
        SignIn.ended_at,
        SignIn.expires_at,
        OtpGuard.failures,
        OtpGuard.streak,
        OtpGuard.locked_until,
        OtpChallenge.id.label("challenge_id"),
        OtpChallenge.purpose,
        OtpChallenge.phone_sealed,
        OtpChallenge.phone_key,
        OtpChallenge.secret_sealed,
        OtpChallenge.counter,
        OtpChallenge.expires_at.label("code_expires_at"),
        Account.is_active,
        Account.frozen_at,
        Account.api_permission,
        Account.phone_key.label("registered_phone_key"),
    )
    .join(OtpGuard, OtpGuard.account_id == SignIn.account_id)
    .join(Account, Account.id == SignIn.account_id)
    .join(
        OtpChallenge,
        (OtpChallenge.object == cast(SignIn.id, Text))
        & OtpChallenge.used_at.is_(None)
        & OtpChallenge.voided_at.is_(None),
    )
    .where(
        SignIn.id == bindparam("sign_in_id"),
        SignIn.token_digest == bindparam("token"),
        SignIn.channel == bindparam("channel"),
        # A chat's sign-in is that chat's; addresses change, so a straight caller's is held by its token alone (T05).
        or_(SignIn.channel == Channel.API, SignIn.source == bindparam("source")),
    )
    .with_for_update(of=[OtpGuard, SignIn, OtpChallenge, Account], key_share=True)
)

COUNTED = (
    update(OtpGuard)
    .where(OtpGuard.account_id == bindparam("account_id"))
    .values(failures=bindparam("now_failures"), streak=bindparam("now_streak"), locked_until=bindparam("now_locked"))
    .cte("counted")
)
NOTED = insert(LoginHistory).values(
    id=bindparam("row_id"),
    at=bindparam("now"),
    account_id=bindparam("account_id"),
    channel=bindparam("through"),
    source=bindparam("from_where"),
    attempt=bindparam("what"),
)
ENDED = update(SignIn).where(SignIn.id == bindparam("sign_in_id")).values(ended_at=bindparam("now")).cte("ended")

WRONG = Compiled(NOTED.add_cte(COUNTED))
USED = Compiled(
    update(OtpChallenge)
    .where(OtpChallenge.id == bindparam("challenge"))
    .values(used_at=bindparam("now"))
    .add_cte(ENDED)
)
FIRST_PHONE = Compiled(
    update(Account)
    .where(Account.id == bindparam("account_id"))
    .values(phone_sealed=bindparam("sealed"), phone_key=bindparam("digest"), phone_proof=bindparam("proof"))
)
OPENED = Compiled(
    insert(Session)
    .values(
        id=bindparam("session_id"),
        token_digest=bindparam("token"),
        account_id=bindparam("account_id"),
        challenge_id=bindparam("challenge"),
        otp_confirmed=True,
        channel=bindparam("through"),
        source=bindparam("from_where"),
        opened_at=bindparam("now"),
        seen_at=bindparam("now"),
        otp_proven_at=bindparam("now"),
        expires_at=bindparam("until"),
    )
    .add_cte(COUNTED, NOTED.cte("noted"))
    .returning(func.set_config("trambot.token", bindparam("shown"), True))  # the rest of the turn is the session's
)


async def await_code(turn: Turn, sign_in_id: UUID, token: str) -> Awaited | None:
    """Hold the sign-in of that token, if it began here and has an open code."""
    row = await HELD.row(
        turn.db,
        sign_in_id=sign_in_id,
        token=token_digest(token),
        channel=turn.caller.channel,
        source=turn.caller.source,
    )
    return row and _awaited(sign_in_id, row)


async def count_guess(turn: Turn, awaited: Awaited, attempt: Attempt, now: datetime) -> None:
    """Write down the guess and what the guard now counts."""
    await WRONG.row(turn.db, **_guard(awaited), **_attempt(turn, attempt, now))


async def use_code(turn: Turn, awaited: Awaited, now: datetime) -> None:
    """The code is used, the sign-in over."""
    await USED.row(turn.db, challenge=awaited.challenge.id, sign_in_id=awaited.sign_in_id, now=now)


async def keep_first_phone(turn: Turn, awaited: Awaited) -> None:
    """The number becomes the account's, with the proof that it is (R3)."""
    begun = awaited.challenge
    sealed = turn.keys.seal(phone_of(turn, begun), ACCOUNT_PHONE, awaited.account_id)
    await FIRST_PHONE.row(turn.db, account_id=awaited.account_id, sealed=sealed, digest=begun.phone_key, proof=begun.id)


async def open_session(turn: Turn, awaited: Awaited, token: str, now: datetime) -> tuple[UUID, datetime]:
    """Open the session that the used code allows; its id, which its row in the history has too, and its latest end."""
    session_id, until = uuid4(), now + turn.policy.session_lifetime
    await OPENED.row(
        turn.db,
        session_id=session_id,
        token=token_digest(token),
        shown=token,
        challenge=awaited.challenge.id,
        until=until,
        **_guard(awaited),
        **_attempt(turn, Attempt.SIGNED_IN, now) | {"row_id": session_id},
    )
    return session_id, until


def _awaited(sign_in_id: UUID, row: Any) -> Awaited:
    account_id = row["account_id"]
    guard = OtpGuard(
        account_id=account_id, failures=row["failures"], streak=row["streak"], locked_until=row["locked_until"]
    )
    challenge = OtpChallenge(
        id=row["challenge_id"],
        account_id=account_id,
        purpose=OtpPurpose(row["purpose"]),
        object=str(sign_in_id),
        phone_sealed=row["phone_sealed"],
        phone_key=row["phone_key"],
        secret_sealed=row["secret_sealed"],
        counter=row["counter"],
        expires_at=row["code_expires_at"],
    )
    names = ("ended_at", "expires_at", "is_active", "frozen_at", "api_permission", "registered_phone_key")
    rest = {name: row[name] for name in names}
    return Awaited(sign_in_id, account_id, guard=guard, challenge=challenge, **rest)


def _guard(awaited: Awaited) -> dict[str, Any]:
    guard = awaited.guard
    return {
        "account_id": awaited.account_id,
        "now_failures": guard.failures,
        "now_streak": guard.streak,
        "now_locked": guard.locked_until,
    }


def _attempt(turn: Turn, attempt: Attempt, now: datetime) -> dict[str, Any]:
    caller = turn.caller
    return {"row_id": uuid4(), "now": now, "through": caller.channel, "from_where": caller.source, "what": attempt}
