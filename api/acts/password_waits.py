"""The waits after wrong passwords: per name and source, and a captcha per name (T31)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.turns import Turn
from models.refusals import TryLater
from models.rules import (
    EPOCH,
    FIRST_PASSWORD_WAIT,
    FREE_PASSWORD_FAILURES,
    LONGEST_PASSWORD_WAIT,
    PASSWORD_FAILURES_BEFORE_CAPTCHA,
    PASSWORD_FAILURES_FORGOTTEN_AFTER,
)
from models.sign_ins import PasswordWait

FROM_HERE, FROM_ANYWHERE = "wait.here", "wait.anywhere"  # kinds of digests
MANY = 20  # doublings; beyond it the wait is the longest anyway


@dataclass
class Waits:
    """What is counted against a name, held until the transaction ends: from this source, and from anywhere."""

    here: PasswordWait
    anywhere: PasswordWait

    @classmethod
    async def of(cls, turn: Turn, name: str) -> "Waits":
        """The counts for a canonical name, whether or not an account has it."""
        here = turn.keys.digest(FROM_HERE, f"{name} {turn.caller}")
        anywhere = turn.keys.digest(FROM_ANYWHERE, name)
        fresh = [
            {"key": key, "failures": 0, "free_at": EPOCH, "last_at": turn.now()} for key in sorted([here, anywhere])
        ]
        await turn.db.execute(insert(PasswordWait).values(fresh).on_conflict_do_nothing())
        # In the order of the keys, so that no two sign-ins wait for each other.
        held = select(PasswordWait).where(PasswordWait.key.in_([here, anywhere])).order_by(PasswordWait.key)
        rows = {row.key: row for row in await turn.db.scalars(held.with_for_update())}
        return cls(rows[here], rows[anywhere])

    def wait(self, now: datetime) -> TryLater | None:
        """The wait that is not over yet."""
        return TryLater(until=self.here.free_at) if now < self.here.free_at else None

    def need_captcha(self, now: datetime) -> bool:
        """Whether so many were wrong, from everywhere, that a person has to show that it is one."""
        return _failures(self.anywhere, now) >= PASSWORD_FAILURES_BEFORE_CAPTCHA

    def claim(self, now: datetime) -> None:
        """Count a wrong password before it is judged."""
        for wait in (self.here, self.anywhere):
            wait.failures = _failures(wait, now) + 1
            wait.last_at = now
        self.here.free_at = now + _wait_after(self.here.failures)

    def clear(self) -> None:
        """It was right: nothing is counted from here, and from anywhere one less."""
        self.here.failures, self.here.free_at = 0, EPOCH
        self.anywhere.failures -= 1


async def forget_old(db: AsyncSession, now: datetime) -> None:
    """Forget the counts that no longer count."""
    await db.execute(delete(PasswordWait).where(PasswordWait.last_at < now - PASSWORD_FAILURES_FORGOTTEN_AFTER))


def _wait_after(failures: int) -> timedelta:
    doublings = failures - FREE_PASSWORD_FAILURES
    if doublings < 0:
        return timedelta()
    return min(FIRST_PASSWORD_WAIT * (1 << min(doublings, MANY)), LONGEST_PASSWORD_WAIT)


def _failures(wait: PasswordWait, now: datetime) -> int:
    return 0 if wait.last_at < now - PASSWORD_FAILURES_FORGOTTEN_AFTER else wait.failures
