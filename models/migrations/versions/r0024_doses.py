"""Vaccines, plans and doses."""

import csv
from pathlib import Path

import sqlalchemy as sa
from alembic import op

import models
from models.walls import functions, wall

revision = "0024"
down_revision = "0023"

TIME = sa.DateTime(timezone=True)
VACCINES = Path(models.__file__).parent / "data" / "vaccines_2021.csv"


def upgrade() -> None:
    """The tables, what guards them, and the vaccines of 2021."""
    vaccine = op.create_table(
        "vaccine",
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("doses", sa.SmallInteger, nullable=False),
        sa.Column("min_days", sa.SmallInteger),
        sa.Column("decision", sa.Text, nullable=False),
        sa.CheckConstraint("doses BETWEEN 1 AND 9", name=op.f("vaccine_at_most_9_doses")),
        sa.CheckConstraint("min_days > 0 OR min_days IS NULL AND doses = 1", name=op.f("vaccine_has_an_interval")),
        sa.PrimaryKeyConstraint("code", name=op.f("vaccine_pkey")),
    )
    with VACCINES.open(encoding="utf-8", newline="") as file:
        rows = [
            row | {"doses": int(row["doses"]), "min_days": int(row["min_days"]) if row["min_days"] else None}
            for row in csv.DictReader(file)
        ]
    op.bulk_insert(vaccine, rows)
    _plan()
    _dose()
    op.get_bind().exec_driver_sql(wall("dose"))


def downgrade() -> None:
    """Take it away again, with what was recorded."""
    for table in ("dose_change", "dose", "plan", "vaccine"):
        op.drop_table(table)
    for function in reversed(functions("dose")):
        op.execute(f"DROP FUNCTION {function} CASCADE")


def _plan() -> None:
    op.create_table(
        "plan",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("unit_id", sa.BigInteger, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("vaccine", sa.Text, nullable=False),
        sa.Column("lots", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("expected", sa.Integer, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.CheckConstraint("cardinality(lots) BETWEEN 1 AND 10", name=op.f("plan_at_most_10_lots")),
        sa.CheckConstraint("expected BETWEEN 1 AND 100000", name=op.f("plan_at_most_100000_expected")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("plan_unit_id_fkey")),
        sa.ForeignKeyConstraint(["vaccine"], ["vaccine.code"], name=op.f("plan_vaccine_fkey")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("plan_account_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("plan_pkey")),
        sa.UniqueConstraint("id", "unit_id", name=op.f("plan_id_unit_id_key")),
    )
    op.create_index(op.f("plan_unit_id_day_idx"), "plan", ["unit_id", "day"])


def _dose() -> None:
    op.create_table(
        "dose",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("subject_id", sa.BigInteger, nullable=False),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("vaccine", sa.Text, nullable=False),
        sa.Column("lot", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("unit_id", sa.BigInteger, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 9", name=op.f("dose_number_at_most_9")),
        sa.CheckConstraint("version >= 1", name=op.f("dose_version_from_1")),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name=op.f("dose_subject_id_fkey")),
        sa.ForeignKeyConstraint(["vaccine"], ["vaccine.code"], name=op.f("dose_vaccine_fkey")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("dose_account_id_fkey")),
        sa.ForeignKeyConstraint(
            ["plan_id", "unit_id"], ["plan.id", "plan.unit_id"], name=op.f("dose_plan_id_unit_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("dose_pkey")),
        sa.UniqueConstraint(
            "subject_id", "day", "vaccine", "number", name=op.f("dose_subject_id_day_vaccine_number_key")
        ),
    )
    op.create_index(op.f("dose_account_id_at_idx"), "dose", ["account_id", "at"])
    op.create_table(
        "dose_change",
        sa.Column("dose_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("number", sa.SmallInteger, nullable=False),
        sa.Column("lot", sa.Text, nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary),
        sa.ForeignKeyConstraint(["dose_id"], ["dose.id"], name=op.f("dose_change_dose_id_fkey")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("dose_change_account_id_fkey")),
        sa.PrimaryKeyConstraint("dose_id", "version", name=op.f("dose_change_pkey")),
    )
