"""System admins see the attempts to sign in under names that no account has (R2)."""

import re

from alembic import op

from models.walls import wall

revision = "0016"
down_revision = "0015"

NAME = "login_history_is_mine_or_in_my_scope"
POLICY = re.compile(rf"^CREATE POLICY {NAME} ON login_history FOR SELECT\n(USING .*?^\));$", re.MULTILINE | re.DOTALL)
UNKNOWN = "\n    OR account_id IS NULL AND (SELECT my_role()) = 'system_admin'"


def upgrade() -> None:
    """Let the policy say what the wall says now."""
    _alter(_using())


def downgrade() -> None:
    """Show them to nobody again."""
    _alter(_using().replace(UNKNOWN, ""))


def _using() -> str:
    [using] = POLICY.findall(wall("scope"))
    return str(using)


def _alter(using: str) -> None:
    op.get_bind().exec_driver_sql(f"ALTER POLICY {NAME} ON login_history {using}")
