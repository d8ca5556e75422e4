"""Managing users and units: places and scopes with row policies, the admins' acts, and more about an account."""

import sqlalchemy as sa
from alembic import op

from models.walls import functions, wall

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime(timezone=True)
PLACE = sa.Text(collation="C")
LISTED = "deleted_at IS NULL"

PLACES = """
    WITH RECURSIVE placed AS (
        SELECT scheme, code, code || '/' AS place FROM area WHERE parent IS NULL
        UNION ALL
        SELECT below.scheme, below.code, above.place
            || CASE WHEN below.level = 'province' THEN below.scheme || '-' ELSE '' END || below.code || '/'
        FROM area below JOIN placed above ON above.scheme = below.scheme AND above.code = below.parent
    )
    UPDATE area SET place = placed.place FROM placed WHERE placed.scheme = area.scheme AND placed.code = area.code
"""
OF_UNITS = "UPDATE unit SET place = a.place FROM area a WHERE a.scheme = unit.scheme AND a.code = unit.area"
OF_ACCOUNTS = "UPDATE account SET place = u.place FROM unit u WHERE u.id = account.unit_id"

REBUILT = ("login_history", "account", "otp_guard", "otp_challenge", "session")
"""Walls that were there and now say more."""
NEW = ("scope", "admin_act", "managed")
BEFORE = {
    "session_end_is_known": (
        "session",
        "\"end\" IN ('ended_elsewhere', 'not_me', 'password_changed', 'phone_changed', 'signed_out')",
    ),
    "otp_challenge_purpose_is_known": ("otp_challenge", "\"purpose\" IN ('first_phone', 'sign_in')"),
}
AFTER = {
    "session_end_is_known": (
        "session",
        "\"end\" IN ('by_admin', 'ended_elsewhere', 'not_me', 'password_changed', 'phone_changed', 'signed_out')",
    ),
    "otp_challenge_purpose_is_known": ("otp_challenge", "\"purpose\" IN ('first_phone', 'sign_in', 'step_up')"),
}
TRIGGERS = sa.text("SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:on AS regclass) AND NOT tgisinternal")
USED_BY_OTHERS = "attempt_is_in_the_history"
"""The one function that triggers of other tables call too; it is replaced where it is, not dropped."""


def upgrade() -> None:
    """Give everything its place, then make the new tables, then what guards them."""
    _places()
    _account()
    _session()
    _admin_act()
    _prepared_password()
    _words(AFTER)
    op.create_index(op.f("sign_in_token_digest_idx"), "sign_in", ["token_digest"])
    connection = op.get_bind()
    for name in REBUILT:
        for (trigger,) in connection.execute(TRIGGERS, {"on": name}).all():
            op.execute(f"DROP TRIGGER {trigger} ON {name}")
        _drop(name)
        connection.exec_driver_sql(
            wall(name).replace(f"CREATE FUNCTION {USED_BY_OTHERS}", f"CREATE OR REPLACE FUNCTION {USED_BY_OTHERS}")
        )
    for name in NEW:
        connection.exec_driver_sql(wall(name))


def downgrade() -> None:
    """Take it away again, with what was written in it."""
    for policy, table in (
        ("account_is_mine_or_in_my_scope", "account"),
        ("account_is_mine_or_managed", "account"),
        ("account_is_made_in_my_scope", "account"),
        ("unit_is_mine_or_in_my_scope", "unit"),
        ("unit_is_made_in_my_scope", "unit"),
        ("unit_is_kept_in_my_scope", "unit"),
        ("login_history_is_mine_or_in_my_scope", "login_history"),
        ("login_history_is_written_by_all", "login_history"),
    ):
        op.execute(f"DROP POLICY {policy} ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.drop_table("prepared_password")
    op.drop_table("admin_act")
    for name in reversed(NEW):
        _drop(name)
    op.drop_index("sign_in_token_digest_idx", "sign_in")
    op.drop_column("session", "otp_proven_at")
    op.execute("UPDATE account SET full_name_sealed = '' WHERE full_name_sealed IS NULL")
    op.alter_column("account", "full_name_sealed", nullable=False)
    op.drop_constraint("account_unit_id_unit_level_place_fkey", "account")
    for column in ("place", "email_sealed", "email_key", "frozen_at", "deleted_at"):
        op.drop_column("account", column)
    op.drop_constraint("unit_scheme_area_level_place_fkey", "unit")
    op.drop_constraint("unit_id_level_place_key", "unit")
    op.drop_column("unit", "place")
    op.create_unique_constraint(op.f("unit_id_level_key"), "unit", ["id", "level"])
    op.create_foreign_key(
        op.f("unit_scheme_area_level_fkey"), "unit", "area", ["scheme", "area", "level"], ["scheme", "code", "level"]
    )
    op.create_foreign_key(
        op.f("account_unit_id_unit_level_fkey"), "account", "unit", ["unit_id", "unit_level"], ["id", "level"]
    )
    op.drop_constraint("area_scheme_code_level_place_key", "area")
    op.drop_index("area_scheme_parent_idx", "area")
    op.drop_column("area", "place")
    _words(BEFORE)


def _drop(name: str) -> None:
    for function in reversed(functions(name)):
        if function != USED_BY_OTHERS:
            op.execute(f"DROP FUNCTION IF EXISTS {function} CASCADE")


def _words(checks: dict[str, tuple[str, str]]) -> None:
    for name, (table, condition) in checks.items():
        op.drop_constraint(name, table)
        op.create_check_constraint(op.f(name), table, condition)


def _places() -> None:
    for table in ("area", "unit", "account"):
        op.add_column(table, sa.Column("place", PLACE))
    for statement in (PLACES, OF_UNITS, OF_ACCOUNTS):
        op.execute(statement)
    for table in ("area", "unit", "account"):
        op.alter_column(table, "place", nullable=False)
    op.create_unique_constraint(op.f("area_scheme_code_level_place_key"), "area", ["scheme", "code", "level", "place"])
    op.create_index(op.f("area_scheme_parent_idx"), "area", ["scheme", "parent"])
    op.drop_constraint("account_unit_id_unit_level_fkey", "account")
    op.drop_constraint("unit_scheme_area_level_fkey", "unit")
    op.drop_constraint("unit_id_level_key", "unit")
    op.create_unique_constraint(op.f("unit_id_level_place_key"), "unit", ["id", "level", "place"])
    op.create_foreign_key(
        op.f("unit_scheme_area_level_place_fkey"),
        "unit",
        "area",
        ["scheme", "area", "level", "place"],
        ["scheme", "code", "level", "place"],
    )
    op.create_foreign_key(
        op.f("account_unit_id_unit_level_place_fkey"),
        "account",
        "unit",
        ["unit_id", "unit_level", "place"],
        ["id", "level", "place"],
    )
    op.create_index(op.f("unit_place_name_id_idx"), "unit", ["place", "name", "id"])


def _account() -> None:
    op.alter_column("account", "full_name_sealed", nullable=True)
    for column in (
        sa.Column("email_sealed", sa.LargeBinary),
        sa.Column("email_key", sa.LargeBinary),
        sa.Column("frozen_at", TIME),
        sa.Column("deleted_at", TIME),
    ):
        op.add_column("account", column)
    op.create_check_constraint(
        op.f("account_email_is_whole"), "account", "(email_sealed IS NULL) = (email_key IS NULL)"
    )
    op.create_check_constraint(op.f("account_deleted_is_inactive"), "account", "deleted_at IS NULL OR NOT is_active")
    op.create_index("account_listed", "account", ["place", "username"], postgresql_where=LISTED)
    op.create_index("account_listed_by_level", "account", ["unit_level", "place", "username"], postgresql_where=LISTED)
    op.create_index(
        "account_listed_with_api", "account", ["place", "username"], postgresql_where=f"{LISTED} AND api_permission"
    )
    op.create_index(op.f("account_email_key_idx"), "account", ["email_key"])


def _session() -> None:
    op.add_column("session", sa.Column("otp_proven_at", TIME))
    op.execute("UPDATE session SET otp_proven_at = opened_at")
    op.alter_column("session", "otp_proven_at", nullable=False)


def _admin_act() -> None:
    op.create_table(
        "admin_act",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("by_account_id", sa.BigInteger, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.BigInteger),
        sa.Column("unit_id", sa.BigInteger),
        sa.Column("facts_sealed", sa.LargeBinary, nullable=False),
        sa.Column("written_in", sa.BigInteger),
        sa.CheckConstraint(
            "\"act\" IN ('contact_changed', 'created', 'deactivated', 'deleted', 'edited', 'exported', "
            "'handed_over', 'otp_enabled', 'password_reset', 'phone_frozen', 'phone_rebound', 'reactivated', "
            "'sessions_ended', 'unit_closed', 'unit_created', 'unit_edited', 'unit_reopened')",
            name=op.f("admin_act_act_is_known"),
        ),
        sa.CheckConstraint("by_account_id <> account_id", name=op.f("admin_act_nobody_acts_on_themselves")),
        sa.ForeignKeyConstraint(["by_account_id"], ["account.id"], name=op.f("admin_act_by_account_id_fkey")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("admin_act_session_id_fkey")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("admin_act_account_id_fkey")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("admin_act_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("admin_act_pkey")),
    )
    for column in ("account_id", "unit_id", "by_account_id"):
        op.create_index(op.f(f"admin_act_{column}_at_idx"), "admin_act", [column, "at"])


def _prepared_password() -> None:
    op.create_table(
        "prepared_password",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("by_account_id", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("used_at", TIME),
        sa.CheckConstraint(
            "expires_at - made_at <= interval '3600 seconds'", name=op.f("prepared_password_at_most_60_minutes")
        ),
        sa.CheckConstraint("used_at <= expires_at", name=op.f("prepared_password_used_in_its_life")),
        sa.ForeignKeyConstraint(["by_account_id"], ["account.id"], name=op.f("prepared_password_by_account_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("prepared_password_pkey")),
    )
