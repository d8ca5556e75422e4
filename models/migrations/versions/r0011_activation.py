"""Activations: people give their account its password themselves, with a code by SMS."""

import sqlalchemy as sa
from alembic import op

from models.walls import functions, wall

revision = "0011"
down_revision = "0010"

TIME = sa.DateTime(timezone=True)
OPEN = "used_at IS NULL AND voided_at IS NULL"


def upgrade() -> None:
    """The table, then what guards it."""
    op.create_table(
        "activation",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("code_key", sa.LargeBinary, nullable=False),
        sa.Column("phone_key", sa.LargeBinary, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("failures", sa.BigInteger, nullable=False),
        sa.Column("token_digest", sa.LargeBinary),
        sa.Column("voided_at", TIME),
        sa.Column("used_at", TIME),
        sa.CheckConstraint(
            "\"outcome\" IN ('claimed', 'failed', 'sent', 'unknown')", name=op.f("activation_outcome_is_known")
        ),
        sa.CheckConstraint("failures BETWEEN 0 AND 10", name=op.f("activation_at_most_10_failures")),
        sa.CheckConstraint(
            "expires_at - made_at <= interval '259200 seconds'", name=op.f("activation_at_most_72_hours")
        ),
        sa.CheckConstraint("used_at IS NULL OR voided_at IS NULL", name=op.f("activation_used_or_voided")),
        sa.CheckConstraint("used_at < expires_at", name=op.f("activation_used_in_its_life")),
        sa.CheckConstraint(
            "used_at IS NULL OR token_digest IS NOT NULL", name=op.f("activation_used_by_whoever_had_the_code")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("activation_account_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("activation_pkey")),
    )
    op.create_index(
        "activation_one_open_per_account",
        "activation",
        ["account_id"],
        unique=True,
        postgresql_where=OPEN,
    )
    op.create_index(op.f("activation_account_id_made_at_idx"), "activation", ["account_id", "made_at"])
    op.create_index(op.f("activation_made_at_idx"), "activation", ["made_at"])
    op.create_index(op.f("activation_token_digest_idx"), "activation", ["token_digest"])
    op.get_bind().exec_driver_sql(wall("activation"))


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("activation")
    for function in reversed(functions("activation")):
        op.execute(f"DROP FUNCTION {function}")
