"""Subjects, the keys they are found by, and the rows of those who looked for them."""

import sqlalchemy as sa
from alembic import op

from models.walls import functions, wall

revision = "0006"
down_revision = "0005"

TIME = sa.DateTime(timezone=True)
TABLES = ("disclosure", "look_up", "subject_key", "subject")


def upgrade() -> None:
    """The tables, then what guards them."""
    op.create_table(
        "subject",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("phone_key", sa.BigInteger),
        sa.Column("document_key", sa.BigInteger),
        sa.Column("unit_id", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("scheme", sa.SmallInteger, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("sensitive_sealed", sa.LargeBinary, nullable=False),
        sa.Column("rest_sealed", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("subject_version_from_1")),
        sa.CheckConstraint(
            "phone_key IS NOT NULL OR document_key IS NOT NULL", name=op.f("subject_is_found_by_a_number")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("subject_unit_id_fkey")),
        sa.ForeignKeyConstraint(
            ["scheme", "area"], ["area.scheme", "area.code"], name=op.f("subject_scheme_area_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("subject_pkey")),
    )
    for column in ("phone_key", "document_key"):
        op.create_index(op.f(f"subject_{column}_idx"), "subject", [column], postgresql_where=f"{column} IS NOT NULL")
    op.create_table(
        "subject_key",
        sa.Column("key", sa.BigInteger, nullable=False),
        sa.Column("subject_id", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("subject_key_subject_id_fkey")),
        sa.PrimaryKeyConstraint("key", "subject_id", name=op.f("subject_key_pkey")),
    )
    op.create_index(op.f("subject_key_subject_id_idx"), "subject_key", ["subject_id"])
    _look_up()
    _disclosure()
    op.get_bind().exec_driver_sql(wall("subject"))


def downgrade() -> None:
    """Take it away again, with what was written in it."""
    for table in TABLES:
        op.drop_table(table)
    for function in reversed(functions("subject")):
        op.execute(f"DROP FUNCTION {function} CASCADE")


def _look_up() -> None:
    op.create_table(
        "look_up",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("unit_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("asked", sa.BigInteger, nullable=False),
        sa.Column("is_judged", sa.Boolean, nullable=False),
        sa.Column("found", sa.ARRAY(sa.BigInteger), nullable=False),
        sa.Column("written_in", sa.BigInteger, nullable=False),
        sa.CheckConstraint("\"kind\" IN ('document', 'phone')", name=op.f("look_up_kind_is_known")),
        sa.CheckConstraint("cardinality(found) <= 10", name=op.f("look_up_finds_at_most_10")),
        sa.CheckConstraint("is_judged OR cardinality(found) = 0", name=op.f("look_up_unjudged_finds_nobody")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("look_up_account_id_fkey")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("look_up_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("look_up_pkey")),
    )
    op.create_index(op.f("look_up_account_id_at_idx"), "look_up", ["account_id", "at"])
    op.create_index(
        "look_up_missed", "look_up", ["unit_id", "at"], postgresql_where="is_judged AND cardinality(found) = 0"
    )


def _disclosure() -> None:
    op.create_table(
        "disclosure",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("look_up_id", sa.Uuid, nullable=False),
        sa.Column("subject_id", sa.BigInteger, nullable=False),
        sa.Column("shown", sa.String(32), nullable=False),
        sa.CheckConstraint("\"shown\" IN ('card', 'in_full')", name=op.f("disclosure_shown_is_known")),
        sa.ForeignKeyConstraint(["look_up_id"], ["look_up.id"], name=op.f("disclosure_look_up_id_fkey")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("disclosure_subject_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("disclosure_pkey")),
    )
    op.create_index(op.f("disclosure_subject_id_at_idx"), "disclosure", ["subject_id", "at"])
    op.create_index(op.f("disclosure_look_up_id_idx"), "disclosure", ["look_up_id"])
