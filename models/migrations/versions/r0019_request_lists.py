"""Lists of account requests before they are sent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from models.migrations.words import know
from models.walls import functions, wall

revision = "0019"
down_revision = "0018"

TIME = sa.DateTime(timezone=True)
CHECKS = {
    "doubt_is_known": "\"doubt\" IN ('phone_asked', 'phone_in_use', 'phone_twice')",
    "state_is_known": "\"state\" IN ('doubtful', 'ready', 'wrong')",
    "wrong_for_a_reason": "(state = 'wrong') = (flaws <> '{}')",
    "names_somebody": ("state = 'wrong' OR unit_id IS NOT NULL AND person_key IS NOT NULL AND phone_key IS NOT NULL"),
    "doubtful_for_a_reason": "state = 'wrong' OR (state = 'doubtful') = (doubt IS NOT NULL AND NOT is_confirmed)",
}
HEARD = ("accounts_requested",)


def upgrade() -> None:
    """The two tables, what guards them, and the word for a list that was sent."""
    op.create_table(
        "request_list",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("by_account_id", sa.BigInteger, nullable=False),
        sa.Column("touched_at", TIME, nullable=False),
        sa.Column("numbered", sa.BigInteger, nullable=False),
        sa.Column("file_key", sa.LargeBinary),
        sa.Column("reading", sa.Uuid),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in COUNTS),
        sa.CheckConstraint("rows_read <= rows_there", name=op.f("request_list_reads_no_more_than_there_is")),
        sa.ForeignKeyConstraint(["by_account_id"], ["account.id"], name=op.f("request_list_by_account_id_fkey")),
        sa.UniqueConstraint("by_account_id", name=op.f("request_list_by_account_id_key")),
        sa.UniqueConstraint("id", "by_account_id", name=op.f("request_list_id_by_account_id_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("request_list_pkey")),
    )
    op.create_index(op.f("request_list_touched_at_idx"), "request_list", ["touched_at"])
    op.create_table(
        "listed_person",
        sa.Column("list_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("by_account_id", sa.BigInteger, nullable=False),
        sa.Column("cells_sealed", sa.LargeBinary, nullable=False),
        sa.Column("row_key", sa.LargeBinary, nullable=False),
        sa.Column("unit_id", sa.BigInteger),
        sa.Column("person_key", sa.LargeBinary),
        sa.Column("phone_key", sa.LargeBinary),
        sa.Column("flaws", JSONB, nullable=False),
        sa.Column("doubt", sa.String(32)),
        sa.Column("is_confirmed", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        *(sa.CheckConstraint(what, name=op.f(f"listed_person_{name}")) for name, what in CHECKS.items()),
        sa.ForeignKeyConstraint(
            ["list_id", "by_account_id"],
            ["request_list.id", "request_list.by_account_id"],
            name=op.f("listed_person_list_id_by_account_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("listed_person_unit_id_fkey")),
        sa.UniqueConstraint("list_id", "row_key", name=op.f("listed_person_list_id_row_key_key")),
        sa.PrimaryKeyConstraint("list_id", "number", name=op.f("listed_person_pkey")),
    )
    op.create_index(op.f("listed_person_list_id_state_number_idx"), "listed_person", ["list_id", "state", "number"])
    op.create_index(op.f("listed_person_list_id_phone_key_idx"), "listed_person", ["list_id", "phone_key"])
    know("delivery", "notice", more=HEARD)
    op.get_bind().exec_driver_sql(wall("request_list"))


COUNTS = ("rows_there", "rows_read", "repeated", "waiting")


def downgrade() -> None:
    """Take it away again: what was not sent is lost."""
    op.drop_table("listed_person")
    op.drop_table("request_list")
    for function in reversed(functions("request_list")):
        op.execute(f"DROP FUNCTION {function}")
    know("delivery", "notice", less=HEARD)
