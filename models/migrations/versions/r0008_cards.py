"""Deliveries that take the place of earlier ones, and when each was over."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

NAME, TABLE = "delivery_state_is_known", "delivery"
BEFORE = "\"state\" IN ('blocked', 'delivered', 'failed', 'waiting')"
AFTER = "\"state\" IN ('blocked', 'delivered', 'failed', 'superseded', 'waiting')"
ENDS = "delivery_ends_when_it_waits_no_more"


def upgrade() -> None:
    """When those before were over is not known; not before they were due."""
    op.add_column(TABLE, sa.Column("card", sa.Text))
    op.add_column(TABLE, sa.Column("ended_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE delivery SET ended_at = due_at WHERE state <> 'waiting'")
    op.drop_constraint(NAME, TABLE)
    op.create_check_constraint(op.f(NAME), TABLE, AFTER)
    op.create_check_constraint(op.f(ENDS), TABLE, "(state = 'waiting') = (ended_at IS NULL)")
    op.drop_index("delivery_waiting", TABLE)
    op.create_index("delivery_waiting", TABLE, ["due_at", "id"], postgresql_where="state = 'waiting'")
    op.create_index("delivery_of_a_card", TABLE, ["card", "account_id", "chat"], postgresql_where="card IS NOT NULL")
    op.create_index(op.f("delivery_ended_at_state_idx"), TABLE, ["ended_at", "state"])


def downgrade() -> None:
    """What was superseded did not reach anybody, and is over."""
    op.drop_index("delivery_ended_at_state_idx", TABLE)
    op.drop_index("delivery_of_a_card", TABLE)
    op.drop_index("delivery_waiting", TABLE)
    op.create_index("delivery_waiting", TABLE, ["due_at"], postgresql_where="state = 'waiting'")
    op.drop_constraint(ENDS, TABLE)
    op.drop_constraint(NAME, TABLE)
    op.execute("DROP TRIGGER delivery_ends_once ON delivery")
    op.execute("UPDATE delivery SET state = 'failed' WHERE state = 'superseded'")
    op.execute(
        "CREATE TRIGGER delivery_ends_once BEFORE UPDATE ON delivery "
        "FOR EACH ROW WHEN (OLD.state <> 'waiting') EXECUTE FUNCTION delivery_changes()"
    )
    op.create_check_constraint(op.f(NAME), TABLE, BEFORE)
    op.drop_column(TABLE, "ended_at")
    op.drop_column(TABLE, "card")
