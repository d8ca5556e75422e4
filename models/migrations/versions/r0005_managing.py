"""Whoever an admin has managed is told of it."""

from alembic import op

revision = "0005"
down_revision = "0004"

NAME, TABLE = "delivery_notice_is_known", "delivery"
BEFORE = (
    "\"notice\" IN ('not_me_reported', 'password_changed', 'phone_changed', 'session_ended_elsewhere',"
    " 'signed_in_elsewhere')"
)
AFTER = BEFORE.replace("'not_me_reported'", "'managed', 'not_me_reported'")


def upgrade() -> None:
    """Know one notice more."""
    op.drop_constraint(NAME, TABLE)
    op.create_check_constraint(op.f(NAME), TABLE, AFTER)


def downgrade() -> None:
    """Know it no more; what was still to be told is not."""
    op.execute("DELETE FROM delivery WHERE notice = 'managed'")
    op.drop_constraint(NAME, TABLE)
    op.create_check_constraint(op.f(NAME), TABLE, BEFORE)
