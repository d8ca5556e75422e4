"""What the database says happened, held against what people saw."""

from collections import Counter
from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

from models.words import Attempt, DeliveryState, Notice, SessionEnd
from tests.deploy.visitor import Shift

ACCOUNTS = """
    SELECT username,
           (SELECT count(*) FROM session WHERE account_id = account.id) AS sessions,
           (SELECT array_agg("end") FROM session WHERE account_id = account.id) AS ends,
           (SELECT count(*) FROM login_history WHERE account_id = account.id AND attempt = %(signed_in)s) AS signed_in,
           (SELECT count(*) FROM login_history WHERE account_id = account.id AND attempt = %(not_me)s) AS not_me,
           (SELECT count(*) FROM otp_sms WHERE account_id = account.id) AS sms
      FROM account
"""
DELIVERIES = "SELECT count(*), count(*) FILTER (WHERE state = %s) FROM delivery WHERE notice = %s"


@dataclass(frozen=True)
class Kept:
    """What is kept of one account."""

    username: str
    sessions: int
    ends: list[str | None] | None
    signed_in: int
    not_me: int
    sms: int


@dataclass(frozen=True)
class Verdict:
    """What does not agree, in sentences; the figures are for the record."""

    lost: list[str]
    doubled: list[str]
    figures: dict[str, int]

    @property
    def is_clean(self) -> bool:
        return not self.lost and not self.doubled


def judge(database: str, shifts: list[Shift], notices: list[str]) -> Verdict:
    """Hold every shift against the database. `notices`: what the supervisor was told, in order."""
    with psycopg.connect(database) as link, link.cursor(row_factory=class_row(Kept)) as cursor:
        cursor.execute(ACCOUNTS, {"signed_in": Attempt.SIGNED_IN, "not_me": Attempt.NOT_ME})
        kept = {one.username: one for one in cursor}
        written, delivered = link.execute(DELIVERIES, [DeliveryState.DELIVERED, Notice.NOT_ME_REPORTED]).fetchone() or (
            0,
            0,
        )
    found = [discrepancies(shift, kept[shift.username]) for shift in shifts]
    lost = [sentence for sentences, _ in found for sentence in sentences]
    doubled = [sentence for _, sentences in found for sentence in sentences]
    reports = sum(kept[shift.username].not_me for shift in shifts)
    told = Counter(notices)
    if not reports == written == delivered == len(told):
        lost.append(f"{reports} reports, {written} deliveries, {delivered} of them delivered, {len(told)} told")
    return Verdict(
        lost,
        doubled,
        {
            "sign-ins": len(shifts),
            "acts answered": sum(wait.ended is not None for shift in shifts for wait in shift.waits),
            "SMS": sum(shift.sms for shift in shifts),
            "another SMS asked for": sum(shift.resends for shift in shifts),
            "«Thử lại» pressed": sum(shift.retries for shift in shifts),
            "notices brought": len(told),
            "notices shown twice": len(notices) - len(told),
            "messages shown twice": sum(shift.shown_twice for shift in shifts),
            "signed in again": sum(shift.signed_in_again for shift in shifts),
            "had to start over": sum(shift.started_over for shift in shifts),
        },
    )


def discrepancies(shift: Shift, kept: Kept) -> tuple[list[str], list[str]]:
    """What of the shift was lost and what was doubled."""
    return _lost(shift, kept), _doubled(shift, kept)


def _lost(shift: Shift, kept: Kept) -> list[str]:
    wrong = []
    if shift.trouble:
        wrong.append(f"{shift.username} got no answer to {shift.waits[-1].what}:\n{shift.trouble}")
    if shift.welcomes and not kept.sessions:
        wrong.append(f"{shift.username} was welcomed and has no session")
    if shift.is_done and shift.ending != "stays" and SessionEnd(shift.ending) not in (kept.ends or []):
        wrong.append(f"{shift.username}: {shift.ending}, and the session ended as {kept.ends}")
    if shift.is_done and kept.not_me < (shift.ending == "not_me"):
        wrong.append(f"{shift.username}: «Không phải tôi» is not in the history")
    if kept.signed_in < kept.sessions:
        wrong.append(f"{shift.username}: {kept.sessions} sessions and {kept.signed_in} in the history")
    return wrong


def _doubled(shift: Shift, kept: Kept) -> list[str]:
    begun = 1 + shift.signed_in_again
    asked = begun + shift.resends
    found = {
        "sessions": (kept.sessions, begun),
        "successes in the history": (kept.signed_in, begun),
        "welcomes": (shift.welcomes, begun),
        "reports of «Không phải tôi»": (kept.not_me, 1),
        "SMS counted": (kept.sms, asked),
        "SMS received": (shift.sms, asked),
    }
    return [
        f"{shift.username}: {count} {what}, {most} at most" for what, (count, most) in found.items() if count > most
    ]
