"""What the peers show in the turn that all contenders make, so that it is as much work as ours."""

from html import escape
from typing import Any

TOKEN = "700000000:bench"  # noqa: S105 - the stand-in asks for none

READS = ("open_sessions", "login_history")
"""The presses: by turns, so that each opens another talk than the one that is open."""
PATHS = {"open_sessions": "v1/sessions", "login_history": "v1/me/login-history"}
BUTTONS = [("Không phải tôi", "not_me"), ("⬅ Quay lại", "back")]


def headers(chat: int, token: str) -> dict[str, str]:
    """As our client sends them."""
    return {"Authorization": f"Bearer {token}", "X-Chat-Id": str(chat), "X-Service-Key": "k" * 32}


def text_of(answer: Any) -> str:
    """The rows, one under the other."""
    rows = answer["rows"] if isinstance(answer, dict) else answer
    lines = [
        f"• {escape(row['source'])}, {escape(row['channel'])}: {row.get('at') or row['opened_at']}" for row in rows
    ]
    return "\n".join(["<b>Lịch sử</b>", *lines])
