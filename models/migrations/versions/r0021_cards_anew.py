"""Cards that begin a new message, chats that take none, and a word for when nobody waits on a card any more."""

import sqlalchemy as sa
from alembic import op

from models.migrations.words import know

revision = "0021"
down_revision = "0020"

TABLE = "delivery"
DECIDED = ("requests_decided",)


def upgrade() -> None:
    """Those before began a new message where there was none, and only there."""
    op.add_column(TABLE, sa.Column("is_new", sa.Boolean, nullable=False, server_default=sa.false()))
    op.alter_column(TABLE, "is_new", server_default=None)
    op.create_index("delivery_blocked", TABLE, ["chat", "ended_at"], postgresql_where="state = 'blocked'")
    know(TABLE, "notice", more=DECIDED)


def downgrade() -> None:
    """What was told in that word stays, and is not looked at."""
    know(TABLE, "notice", less=DECIDED)
    op.drop_index("delivery_blocked", TABLE)
    op.drop_column(TABLE, "is_new")
