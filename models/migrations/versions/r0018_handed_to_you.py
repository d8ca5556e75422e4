"""Whoever takes over hears of it."""

from models.migrations.words import know

revision = "0018"
down_revision = "0017"

HEARD = ("handed_to_you",)


def upgrade() -> None:
    """A word for the notice."""
    know("delivery", "notice", more=HEARD)


def downgrade() -> None:
    """Forget the word."""
    know("delivery", "notice", less=HEARD)
