"""A notice to supervisors: one of their units finds nobody all the time."""

from models.migrations.words import know

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Know one notice more."""
    know("delivery", "notice", more=("many_misses",))


def downgrade() -> None:
    """Know it no more."""
    know("delivery", "notice", less=("many_misses",))
