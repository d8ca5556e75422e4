"""An admin's act enables a disabled OTP and shortens no lock; a frozen account thaws with another number alone."""

import re

from alembic import op

from models.walls import wall

revision = "0007"
down_revision = "0006"

REPLACED = ("otp_guard", "managed")
FUNCTION = re.compile(r"^CREATE (FUNCTION .*?^END \$\$;)", re.MULTILINE | re.DOTALL)


def upgrade() -> None:
    """Let the walls' functions say what they say now."""
    for name in REPLACED:
        for function in FUNCTION.findall(wall(name)):
            op.get_bind().exec_driver_sql(f"CREATE OR REPLACE {function}")


def downgrade() -> None:
    """What is stricter stays."""
