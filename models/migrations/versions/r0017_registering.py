"""Registering subjects: what was done to each, and look-ups that were no misses after all."""

import re

import sqlalchemy as sa
from alembic import op

from models.walls import functions, wall

revision = "0017"
down_revision = "0016"

TIME = sa.DateTime(timezone=True)
COUNTED = re.compile(r"^CREATE (FUNCTION (?:ask_subject|misses_of_my_unit)\(.*?^END \$\$;)", re.MULTILINE | re.DOTALL)


def upgrade() -> None:
    """The tables, what guards them, and how misses are counted now."""
    for part in ("sensitive", "rest"):
        op.create_check_constraint(op.f(f"subject_{part}_is_sealed"), "subject", f"octet_length({part}_sealed) > 29")
    _subject_change()
    op.create_table(
        "registered_after",
        sa.Column("look_up_id", sa.Uuid, nullable=False),
        sa.Column("subject_id", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["look_up_id"], ["look_up.id"], name=op.f("registered_after_look_up_id_fkey")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("registered_after_subject_id_fkey")),
        sa.PrimaryKeyConstraint("look_up_id", name=op.f("registered_after_pkey")),
    )
    op.create_index(op.f("registered_after_subject_id_idx"), "registered_after", ["subject_id"])
    link = op.get_bind()
    link.exec_driver_sql(wall("registering"))
    for function in COUNTED.findall(wall("subject")):
        link.exec_driver_sql(f"CREATE OR REPLACE {function}")


def downgrade() -> None:
    """Take it away again; misses are counted by a function that asks a table, so they are counted no more."""
    op.drop_table("registered_after")
    op.drop_table("subject_change")
    for function in reversed(functions("registering")):
        op.execute(f"DROP FUNCTION {function} CASCADE")
    for part in ("sensitive", "rest"):
        op.drop_constraint(f"subject_{part}_is_sealed", "subject")


def _subject_change() -> None:
    op.create_table(
        "subject_change",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("subject_id", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("unit_id", sa.BigInteger, nullable=False),
        sa.Column("fields", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("phone_key", sa.BigInteger),
        sa.Column("document_key", sa.BigInteger),
        sa.Column("more_keys", sa.ARRAY(sa.BigInteger)),
        sa.Column("scheme", sa.SmallInteger),
        sa.Column("area", sa.Text),
        sa.Column("sensitive_sealed", sa.LargeBinary),
        sa.Column("rest_sealed", sa.LargeBinary),
        sa.CheckConstraint(
            "\"act\" IN ('corrected', 'registered', 'undone')", name=op.f("subject_change_act_is_known")
        ),
        sa.CheckConstraint(
            "fields <@ ARRAY['birth', 'full_name', 'gender', 'guardian', 'id_numbers', 'phones', 'residence']",
            name=op.f("subject_change_fields_are_known"),
        ),
        sa.CheckConstraint(
            "(act = 'registered') = (version = 1)", name=op.f("subject_change_first_is_the_registration")
        ),
        sa.CheckConstraint(
            "act = 'registered' OR sensitive_sealed IS NOT NULL AND rest_sealed IS NOT NULL",
            name=op.f("subject_change_keeps_what_was"),
        ),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("subject_change_subject_id_fkey")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("subject_change_account_id_fkey")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("subject_change_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("subject_change_pkey")),
        sa.UniqueConstraint("subject_id", "version", name=op.f("subject_change_subject_id_version_key")),
    )
    op.create_index(op.f("subject_change_account_id_at_idx"), "subject_change", ["account_id", "at"])
