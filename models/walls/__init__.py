"""The rules that only a trigger or a row policy can hold: SQL files, with the limits of `models.rules` put in."""

import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from models.roles import API_GRANTERS, GRANTABLE, SUBJECT_KEEPERS, SUBJECT_READERS, SUPERVISOR, UNIT_KEEPERS
from models.rules import (
    FRESH_OTP,
    LIST_LIFETIME,
    LOOK_UP_LIFETIME,
    MAX_ACTIVATION_FAILURES,
    MAX_LISTED,
    MAX_MISSES,
    MAX_OTP_STREAK,
    MISSES_WINDOW,
    MOST_FOUND,
    OTP_LIFETIME,
    RESEND_PAUSE,
    UNIT_MISSES_ALARM,
)
from models.words import SENSITIVE, SENSITIVE_FIELDS

WALLS = (
    "scope",
    "admin_act",
    "managed",
    "area",
    "unit",
    "contact",
    "login_history",
    "account",
    "sign_in",
    "captcha",
    "otp_guard",
    "otp_challenge",
    "otp_sms",
    "notice_sms",
    "session",
    "effect",
    "delivery",
    "activation",
    "subject",
    "account_request",
    "request_reminder",
    "registering",
    "request_list",
    "correcting",
    "dose",
)

NAMED = re.compile(r"^CREATE FUNCTION (\w+)\(", re.MULTILINE)


def wall(table: str) -> str:
    """The SQL that builds one wall, named after its table or after what it is about.

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
        "managers": _listed(GRANTABLE),
        "grants": " ".join(
            f"WHEN '{role}' THEN ARRAY[{_listed(sorted(granted))}]" for role, granted in GRANTABLE.items()
        ),
        "api_granters": _listed(sorted(API_GRANTERS)),
        "unit_keepers": _listed(sorted(UNIT_KEEPERS)),
        "supervisor": SUPERVISOR,
        "sensitive": _listed(sorted(SENSITIVE)),
        "fresh_otp": _interval(FRESH_OTP),
        "max_activation_failures": str(MAX_ACTIVATION_FAILURES),
        "subject_readers": _listed(sorted(SUBJECT_READERS)),
        "subject_keepers": _listed(sorted(SUBJECT_KEEPERS)),
        "sensitive_fields": _listed(sorted(SENSITIVE_FIELDS)),
        "max_misses": str(MAX_MISSES),
        "misses_window": _interval(MISSES_WINDOW),
        "unit_misses_alarm": str(UNIT_MISSES_ALARM),
        "most_found": str(MOST_FOUND),
        "max_listed": str(MAX_LISTED),
        "list_lifetime": _interval(LIST_LIFETIME),
        "look_up_lifetime": _interval(LOOK_UP_LIFETIME),
        "search_path": "pg_catalog, public, pg_temp",  # whoever calls: nobody's own table comes first
        "this_transaction": "pg_current_xact_id()::text::bigint",
    }


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _interval(span: timedelta) -> str:
    return f"interval '{span.total_seconds():.0f} seconds'"
