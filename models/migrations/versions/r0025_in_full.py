"""Numbers shown in full, and taken back."""

from models.migrations.words import know

revision = "0025"
down_revision = "0024"

NOTICES = ("subject_in_full", "taken_back")


def upgrade() -> None:
    """Know two notices more."""
    know("delivery", "notice", more=NOTICES)


def downgrade() -> None:
    """Know them no more."""
    know("delivery", "notice", less=NOTICES)
