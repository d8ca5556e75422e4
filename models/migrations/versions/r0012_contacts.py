"""Focal officers and support contacts of units."""

import re

import sqlalchemy as sa
from alembic import op

from models.walls import functions, wall

revision = "0012"
down_revision = "0011"

KEY_NUMBERS = re.compile(r"^CREATE (FUNCTION key_numbers.*?^END \$\$;)", re.MULTILINE | re.DOTALL)


def upgrade() -> None:
    """The table, then what guards it."""
    op.create_unique_constraint(op.f("unit_id_kind_key"), "unit", ["id", "kind"])
    op.create_table(
        "contact",
        sa.Column("unit_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("unit_kind", sa.String(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("\"kind\" IN ('focal_officer', 'support')", name=op.f("contact_kind_is_known")),
        sa.CheckConstraint(
            "kind <> 'support' OR unit_kind IN ('department_of_health', 'ministry')",
            name=op.f("contact_support_is_of_few"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("contact_unit_id_fkey")),
        sa.ForeignKeyConstraint(
            ["unit_id", "unit_kind"],
            ["unit.id", "unit.kind"],
            name=op.f("contact_unit_id_unit_kind_fkey"),
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("unit_id", "kind", name=op.f("contact_pkey")),
    )
    connection = op.get_bind()
    connection.exec_driver_sql(wall("contact"))
    for function in KEY_NUMBERS.findall(wall("scope")):
        connection.exec_driver_sql(f"CREATE OR REPLACE {function}")


def downgrade() -> None:
    """Take it away again, with what was entered."""
    op.drop_table("contact")
    for function in functions("contact"):
        op.execute(f"DROP FUNCTION {function}")
    op.drop_constraint("unit_id_kind_key", "unit")
