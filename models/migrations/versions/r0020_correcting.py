"""Correcting subjects, with an OTP for another unit's, and taking corrections back."""

from alembic import op

from models.migrations.words import know
from models.walls import functions, wall

revision = "0020"
down_revision = "0019"

NOTICES = ("subject_corrected", "correction_undone")


def upgrade() -> None:
    """What guards it, and its words."""
    know("otp_challenge", "purpose", more=("correction",))
    know("delivery", "notice", more=NOTICES)
    op.get_bind().exec_driver_sql(wall("correcting"))


def downgrade() -> None:
    """Take it away again; what was corrected stays so."""
    for function in reversed(functions("correcting")):
        op.execute(f"DROP FUNCTION {function} CASCADE")
    know("delivery", "notice", less=NOTICES)
    know("otp_challenge", "purpose", less=("correction",))
