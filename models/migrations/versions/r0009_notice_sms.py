"""SMS that tell a number what became of its account."""

import sqlalchemy as sa
from alembic import op

from models.walls import functions, wall

revision = "0009"
down_revision = "0008"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """The table, then what guards it."""
    op.create_table(
        "notice_sms",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("phone_key", sa.LargeBinary, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("claimed_at", TIME, nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.CheckConstraint(
            "\"outcome\" IN ('claimed', 'failed', 'sent', 'unknown')", name=op.f("notice_sms_outcome_is_known")
        ),
        sa.ForeignKeyConstraint(["id"], ["admin_act.id"], name=op.f("notice_sms_id_fkey")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("notice_sms_account_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("notice_sms_pkey")),
    )
    for columns in (
        ["account_id", "claimed_at"],
        ["phone_key", "claimed_at"],
        ["source", "claimed_at"],
        ["claimed_at"],
    ):
        op.create_index(op.f(f"notice_sms_{'_'.join(columns)}_idx"), "notice_sms", columns)
    op.get_bind().exec_driver_sql(wall("notice_sms"))


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("notice_sms")
    for function in functions("notice_sms"):
        op.execute(f"DROP FUNCTION {function}")
