"""Account requests that wait go to a colleague when their asker leaves."""

import re

from alembic import op

from models.walls import wall

revision = "0014"
down_revision = "0013"

FUNCTION = re.compile(r"^CREATE (FUNCTION account_request_changes.*?^END \$\$;)", re.MULTILINE | re.DOTALL)


def upgrade() -> None:
    """Let the wall's function say what it says now, and find what waits in somebody's name."""
    [function] = FUNCTION.findall(wall("account_request"))
    op.get_bind().exec_driver_sql(f"CREATE OR REPLACE {function}")
    op.create_index(
        "account_request_waits_for", "account_request", ["by_account_id"], postgresql_where="state = 'waiting'"
    )


def downgrade() -> None:
    """Take the index away again; what the wall says stays: it lets through nothing but a hand-over."""
    op.drop_index("account_request_waits_for", "account_request")
