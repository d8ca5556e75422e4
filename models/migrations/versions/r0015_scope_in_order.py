"""The policy of the accounts says that most of what is asked for is in scope, so that lists are read in their order."""

import re

from alembic import op

from models.walls import wall

revision = "0015"
down_revision = "0014"

POLICY = re.compile(r"^CREATE POLICY account_is_mine_or_in_my_scope ON account FOR SELECT\n(USING .*?);$", re.MULTILINE)


def upgrade() -> None:
    """Let the policy say it as the wall does now."""
    [using] = POLICY.findall(wall("scope"))
    op.get_bind().exec_driver_sql(f"ALTER POLICY account_is_mine_or_in_my_scope ON account {using}")


def downgrade() -> None:
    """Nothing: the policy shows the same rows as before."""
