"""The rules that only a trigger can hold: one SQL file per table, with the limits of `models.rules` put in."""

import re
from datetime import timedelta
from pathlib import Path

from models.rules import MAX_OTP_STREAK, OTP_LIFETIME, RESEND_PAUSE

WALLS = (
    "login_history",
    "account",
    "sign_in",
    "captcha",
    "otp_guard",
    "otp_challenge",
    "otp_sms",
    "session",
    "effect",
    "delivery",
)

NAMED = re.compile(r"^CREATE FUNCTION (\w+)\(", re.MULTILINE)


def wall(table: str) -> str:
    """The SQL that builds the wall of one table.

    Raises:
        KeyError: the file names a limit that there is not.
    """
    written = (Path(__file__).parent / f"{table}.sql").read_text(encoding="utf-8")
    return re.sub(r"\{(\w+)\}", lambda name: _limits()[name[1]], written)


def functions(table: str) -> list[str]:
    """The names of the functions of one table's wall, in their order; dropping one takes its triggers along."""
    return NAMED.findall(wall(table))


def _limits() -> dict[str, str]:
    return {
        "max_otp_streak": str(MAX_OTP_STREAK),
        "otp_lifetime": _interval(OTP_LIFETIME),
        "resend_pause": _interval(RESEND_PAUSE),
        "search_path": "pg_catalog, public, pg_temp",  # whoever calls: nobody's own table comes first
        "this_transaction": "pg_current_xact_id()::text::bigint",
    }


def _interval(span: timedelta) -> str:
    return f"interval '{span.total_seconds():.0f} seconds'"
