"""Reminders of requests that wait, and word for who is next when no supervisor can be reached."""

from alembic import op

from models.migrations.words import know
from models.walls import functions, wall

revision = "0023"
down_revision = "0022"

WALL = "request_reminder"
REMINDED = ("requests_wait", "supervisor_unreached")


def upgrade() -> None:
    """Two keyholes, and the words for the notices."""
    op.get_bind().exec_driver_sql(wall(WALL))
    know("delivery", "notice", more=REMINDED)


def downgrade() -> None:
    """Take them away again; what was told stays, and is not looked at."""
    know("delivery", "notice", less=REMINDED)
    for function in reversed(functions(WALL)):
        op.execute(f"DROP FUNCTION {function}")
