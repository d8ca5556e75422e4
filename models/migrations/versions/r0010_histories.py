"""The login history of the whole country, newest first."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """For whoever manages everybody; smaller scopes go by account."""
    op.create_index(op.f("login_history_at_id_idx"), "login_history", ["at", "id"])


def downgrade() -> None:
    """The rows stay."""
    op.drop_index("login_history_at_id_idx", "login_history")
