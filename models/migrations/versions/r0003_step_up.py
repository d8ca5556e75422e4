"""An OTP in the middle of a session has its row in the login history."""

from alembic import op

revision = "0003"
down_revision = "0002"

NAME, TABLE = "login_history_attempt_is_known", "login_history"
BEFORE = (
    "\"attempt\" IN ('api_not_permitted', 'inactive', 'made_to_wait', 'not_me', 'otp_disabled', 'otp_expired',"
    " 'otp_locked', 'password_right', 'signed_in', 'unknown_name', 'wrong_otp', 'wrong_password')"
)
AFTER = BEFORE.replace("'otp_disabled'", "'otp_confirmed', 'otp_disabled'")


def upgrade() -> None:
    """Know one attempt more."""
    op.drop_constraint(NAME, TABLE)
    op.create_check_constraint(op.f(NAME), TABLE, AFTER)


def downgrade() -> None:
    """Know it no more. Rows of it stay, for no row of the history is ever removed: so they are not looked at."""
    op.drop_constraint(NAME, TABLE)
    op.execute(f"ALTER TABLE {TABLE} ADD CONSTRAINT {NAME} CHECK ({BEFORE}) NOT VALID")
