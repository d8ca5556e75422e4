"""The guard of an account's OTPs: what it allows, and how it counts (R5)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.otp import OtpGuard
from models.refusals import OtpDisabled, OtpLocked, OtpWrong
from models.rules import MAX_OTP_STREAK, Policy


async def lock_guard(db: AsyncSession, account_id: int) -> OtpGuard:
    """The account's guard, nobody else's until the transaction ends.

    It is the first lock of every transaction about an account, so that no two ever wait for each other.
    """
    asked = select(OtpGuard).where(OtpGuard.account_id == account_id).with_for_update()
    return (await db.scalars(asked)).one()


def closed(guard: OtpGuard, now: datetime, policy: Policy) -> OtpLocked | OtpDisabled | None:
    """Why nothing is judged for this account now; None if it is."""
    if guard.streak >= MAX_OTP_STREAK:
        return OtpDisabled()
    if guard.locked_until is not None and now < guard.locked_until:
        return OtpLocked(until=guard.locked_until, max=policy.otp_failures)
    return None


def count_wrong(guard: OtpGuard, now: datetime, policy: Policy) -> OtpWrong | OtpLocked | OtpDisabled:
    """Count a wrong OTP; after a lock the count begins anew, the streak goes on."""
    guard.failures = 1 if guard.locked_until is not None else guard.failures + 1
    guard.locked_until = None
    guard.streak += 1
    if guard.failures >= policy.otp_failures:
        guard.locked_until = now + policy.otp_lock
    return closed(guard, now, policy) or OtpWrong(left=policy.otp_failures - guard.failures)


def count_right(guard: OtpGuard) -> None:
    """Forget the wrong ones."""
    guard.failures, guard.streak, guard.locked_until = 0, 0, None
