"""What was brought into the registry from files."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Both tables; they are the owner's alone."""
    op.create_table(
        "subject_import",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("beginning", sa.LargeBinary, nullable=False),
        sa.Column("piece_size", sa.Integer, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.CheckConstraint("piece_size > 0", name=op.f("subject_import_piece_size_above_0")),
        sa.PrimaryKeyConstraint("id", name=op.f("subject_import_pkey")),
        sa.UniqueConstraint("beginning", name=op.f("subject_import_beginning_key")),
    )
    op.create_table(
        "subject_import_piece",
        sa.Column("import_id", sa.Uuid, nullable=False),
        sa.Column("begin", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("refused", sa.Integer, nullable=False),
        sa.CheckConstraint("begin >= 0", name=op.f("subject_import_piece_begin_from_0")),
        sa.CheckConstraint("rows >= 0 AND refused >= 0", name=op.f("subject_import_piece_counts_from_0")),
        sa.ForeignKeyConstraint(["import_id"], ["subject_import.id"], name=op.f("subject_import_piece_import_id_fkey")),
        sa.PrimaryKeyConstraint("import_id", "begin", name=op.f("subject_import_piece_pkey")),
    )


def downgrade() -> None:
    """Forget what was brought in; the subjects stay."""
    op.drop_table("subject_import_piece")
    op.drop_table("subject_import")
