"""Signing in: the areas and units, the accounts, their OTPs, sessions, history, effects and deliveries."""

import sqlalchemy as sa
from alembic import op

from models.walls import functions, wall

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)
WALLS = (
    "login_history",
    "account",
    "sign_in",
    "captcha",
    "otp_guard",
    "otp_challenge",
    "otp_sms",
    "session",
    "effect",
    "delivery",
)


def upgrade() -> None:
    """Make the tables, those that others point at first, and then what guards them."""
    connection = op.get_bind()
    _area()
    _unit()
    _account()
    _sign_in()
    _captcha()
    _password_wait()
    _otp_guard()
    _otp_challenge()
    _otp_sms()
    _session()
    _login_history()
    _effect()
    _delivery()
    op.create_foreign_key(
        "account_phone_is_the_confirmed_one",
        "account",
        "otp_challenge",
        ["phone_proof", "id", "phone_key", "phone_is_proven"],
        ["id", "account_id", "phone_key", "is_used"],
        deferrable=True,
        initially="DEFERRED",
    )
    for table in WALLS:
        connection.exec_driver_sql(wall(table))


def downgrade() -> None:
    """Remove all of it, with everything in it."""
    op.drop_constraint("account_phone_is_the_confirmed_one", "account")
    for table in (
        "delivery",
        "effect",
        "login_history",
        "session",
        "otp_sms",
        "otp_challenge",
        "otp_guard",
        "password_wait",
        "captcha",
        "sign_in",
        "account",
        "unit",
        "area",
    ):
        op.drop_table(table)
    for table in WALLS:
        for function in functions(table):
            op.execute(f"DROP FUNCTION {function}")


def _area() -> None:
    op.create_table(
        "area",
        sa.Column("scheme", sa.BigInteger, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("level", sa.String(32), nullable=False),
        sa.Column("parent", sa.Text),
        sa.Column("parent_level", sa.String(32)),
        sa.Column("name", sa.Text, nullable=False),
        sa.CheckConstraint(
            "level = 'national' AND parent IS NULL AND parent_level IS NULL OR "
            "level = 'province' AND parent IS NOT NULL AND parent_level IN ('national') OR "
            "level = 'district' AND parent IS NOT NULL AND parent_level IN ('province') OR "
            "level = 'commune' AND parent IS NOT NULL AND parent_level IN ('district', 'province')",
            name=op.f("area_parent_is_one_level_up"),
        ),
        sa.CheckConstraint(
            "\"level\" IN ('commune', 'district', 'national', 'province')", name=op.f("area_level_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["scheme", "parent", "parent_level"],
            ["area.scheme", "area.code", "area.level"],
            name=op.f("area_scheme_parent_parent_level_fkey"),
        ),
        sa.PrimaryKeyConstraint("scheme", "code", name=op.f("area_pkey")),
        sa.UniqueConstraint("scheme", "code", "level", name=op.f("area_scheme_code_level_key")),
    )


def _unit() -> None:
    op.create_table(
        "unit",
        sa.Column("id", sa.BigInteger, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("scheme", sa.BigInteger, nullable=False),
        sa.Column("area", sa.Text, nullable=False),
        sa.Column("level", sa.String(32), nullable=False),
        sa.Column("is_open", sa.Boolean, nullable=False),
        sa.CheckConstraint(
            "kind = 'ministry' AND level IN ('national') OR "
            "kind = 'department_of_health' AND level IN ('province') OR "
            "kind = 'hospital' AND level IN ('commune', 'district', 'national', 'province') OR "
            "kind = 'commune_health_station' AND level IN ('commune') OR "
            "kind = 'vaccination_site' AND "
            "level IN ('commune', 'district', 'national', 'province')",
            name=op.f("unit_kind_fits_level"),
        ),
        sa.CheckConstraint(
            "\"kind\" IN ('commune_health_station', 'department_of_health', 'hospital', 'ministry', "
            "'vaccination_site')",
            name=op.f("unit_kind_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["scheme", "area", "level"],
            ["area.scheme", "area.code", "area.level"],
            name=op.f("unit_scheme_area_level_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("unit_pkey")),
        sa.UniqueConstraint("id", "level", name=op.f("unit_id_level_key")),
        sa.UniqueConstraint("scheme", "area", "name", name=op.f("unit_scheme_area_name_key")),
    )


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger, sa.Identity(always=False), nullable=False),
        sa.Column("username", sa.Text, nullable=False),
        sa.Column("full_name_sealed", sa.LargeBinary, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("must_change_password", sa.Boolean, nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary),
        sa.Column("phone_key", sa.LargeBinary),
        sa.Column("phone_proof", sa.Uuid),
        sa.Column(
            "phone_is_proven",
            sa.Boolean,
            sa.Computed("CASE WHEN (phone_proof IS NOT NULL) THEN true ELSE NULL::boolean END", persisted=True),
        ),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("unit_id", sa.BigInteger, nullable=False),
        sa.Column("unit_level", sa.String(32), nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("api_permission", sa.Boolean, nullable=False),
        sa.Column("language", sa.String(32), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint(
            "role = 'system_admin' AND unit_level IN ('national') OR "
            "role = 'province_admin' AND unit_level IN ('province') OR "
            "role = 'district_admin' AND unit_level IN ('district') OR "
            "role = 'commune_admin' AND unit_level IN ('commune') OR "
            "role = 'mobile_vaccinator' AND unit_level IN ('commune') OR "
            "role = 'site_staff' AND "
            "unit_level IN ('commune', 'district', 'national', 'province') OR "
            "role = 'health_staff' AND "
            "unit_level IN ('commune', 'district', 'national', 'province')",
            name=op.f("account_role_fits_level"),
        ),
        sa.CheckConstraint("username ~ '^[a-z0-9][a-z0-9._-]{2,31}$'", name=op.f("account_username_is_canonical")),
        sa.CheckConstraint("\"language\" IN ('en', 'vi')", name=op.f("account_language_is_known")),
        sa.CheckConstraint(
            "\"role\" IN ('commune_admin', 'district_admin', 'health_staff', 'mobile_vaccinator', "
            "'province_admin', 'site_staff', 'system_admin')",
            name=op.f("account_role_is_known"),
        ),
        sa.CheckConstraint("(phone_sealed IS NULL) = (phone_key IS NULL)", name=op.f("account_phone_is_whole")),
        sa.CheckConstraint("phone_proof IS NULL OR phone_key IS NOT NULL", name=op.f("account_proof_is_of_a_phone")),
        sa.ForeignKeyConstraint(
            ["unit_id", "unit_level"], ["unit.id", "unit.level"], name=op.f("account_unit_id_unit_level_fkey")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("account_unit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("account_pkey")),
        sa.UniqueConstraint("unit_id", "id", name=op.f("account_unit_id_id_key")),
        sa.UniqueConstraint("username", name=op.f("account_username_key")),
    )


def _sign_in() -> None:
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("token_digest", sa.LargeBinary, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("needs_phone", sa.Boolean, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.CheckConstraint(
            "expires_at - started_at <= interval '1800 seconds'", name=op.f("sign_in_at_most_30_minutes")
        ),
        sa.CheckConstraint("\"channel\" IN ('api', 'chat')", name=op.f("sign_in_channel_is_known")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("sign_in_account_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("sign_in_pkey")),
    )
    op.create_index(op.f("sign_in_account_id_started_at_idx"), "sign_in", ["account_id", "started_at"])


def _captcha() -> None:
    op.create_table(
        "captcha",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary, nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("judged_at", TIME),
        sa.Column("solved", sa.Boolean, nullable=False),
        sa.Column("used_at", TIME),
        sa.CheckConstraint("expires_at - made_at <= interval '300 seconds'", name=op.f("captcha_at_most_5_minutes")),
        sa.CheckConstraint("NOT solved OR judged_at IS NOT NULL", name=op.f("captcha_solved_by_an_answer")),
        sa.CheckConstraint("used_at <= expires_at", name=op.f("captcha_used_in_its_life")),
        sa.CheckConstraint("used_at IS NULL OR solved", name=op.f("captcha_only_a_solved_one_is_used")),
        sa.PrimaryKeyConstraint("id", name=op.f("captcha_pkey")),
    )
    op.create_index(op.f("captcha_source_made_at_idx"), "captcha", ["source", "made_at"])


def _password_wait() -> None:
    op.create_table(
        "password_wait",
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("failures", sa.BigInteger, nullable=False),
        sa.Column("free_at", TIME, nullable=False),
        sa.Column("last_at", TIME, nullable=False),
        sa.CheckConstraint("failures >= 0", name=op.f("password_wait_failures_from_0")),
        sa.PrimaryKeyConstraint("key", name=op.f("password_wait_pkey")),
    )


def _otp_guard() -> None:
    op.create_table(
        "otp_guard",
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("failures", sa.BigInteger, nullable=False),
        sa.Column("streak", sa.BigInteger, nullable=False),
        sa.Column("locked_until", TIME),
        sa.CheckConstraint("failures < 5 OR locked_until IS NOT NULL", name=op.f("otp_guard_failure_5_locks")),
        sa.CheckConstraint("failures BETWEEN 0 AND 5", name=op.f("otp_guard_at_most_5_failures")),
        sa.CheckConstraint("streak BETWEEN failures AND 50", name=op.f("otp_guard_at_most_50_in_a_row")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("otp_guard_account_id_fkey")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("otp_guard_pkey")),
    )


def _otp_challenge() -> None:
    op.create_table(
        "otp_challenge",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("object", sa.Text, nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary, nullable=False),
        sa.Column("phone_key", sa.LargeBinary, nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary, nullable=False),
        sa.Column("counter", sa.BigInteger, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("used_at", TIME),
        sa.Column("voided_at", TIME),
        sa.Column("is_used", sa.Boolean, sa.Computed("used_at IS NOT NULL", persisted=True), nullable=False),
        sa.Column("used_in", sa.BigInteger),
        sa.CheckConstraint("\"purpose\" IN ('first_phone', 'sign_in')", name=op.f("otp_challenge_purpose_is_known")),
        sa.CheckConstraint("counter >= 0", name=op.f("otp_challenge_counter_from_0")),
        sa.CheckConstraint("used_at < expires_at", name=op.f("otp_challenge_used_in_its_life")),
        sa.CheckConstraint("used_at IS NULL OR voided_at IS NULL", name=op.f("otp_challenge_used_or_voided")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("otp_challenge_account_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("otp_challenge_pkey")),
        sa.UniqueConstraint("id", "account_id", "is_used", name=op.f("otp_challenge_id_account_id_is_used_key")),
        sa.UniqueConstraint(
            "id", "account_id", "phone_key", "is_used", name=op.f("otp_challenge_id_account_id_phone_key_is_used_key")
        ),
        sa.UniqueConstraint("id", "account_id", "phone_key", name=op.f("otp_challenge_id_account_id_phone_key_key")),
    )
    op.create_index(op.f("otp_challenge_account_id_used_in_idx"), "otp_challenge", ["account_id", "used_in"])
    op.create_index(
        "otp_challenge_one_open_per_object",
        "otp_challenge",
        ["object"],
        unique=True,
        postgresql_where="used_at IS NULL AND voided_at IS NULL",
    )


def _otp_sms() -> None:
    op.create_table(
        "otp_sms",
        sa.Column("challenge_id", sa.Uuid, nullable=False),
        sa.Column("counter", sa.BigInteger, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("phone_key", sa.LargeBinary, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("claimed_at", TIME, nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.CheckConstraint(
            "\"outcome\" IN ('claimed', 'failed', 'sent', 'unknown')", name=op.f("otp_sms_outcome_is_known")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("otp_sms_account_id_fkey")),
        sa.ForeignKeyConstraint(
            ["challenge_id", "account_id", "phone_key"],
            ["otp_challenge.id", "otp_challenge.account_id", "otp_challenge.phone_key"],
            name="otp_sms_goes_where_its_challenge_does",
        ),
        sa.PrimaryKeyConstraint("challenge_id", "counter", name=op.f("otp_sms_pkey")),
    )
    op.create_index(op.f("otp_sms_account_id_claimed_at_idx"), "otp_sms", ["account_id", "claimed_at"])
    op.create_index(op.f("otp_sms_claimed_at_idx"), "otp_sms", ["claimed_at"])
    op.create_index(op.f("otp_sms_phone_key_claimed_at_idx"), "otp_sms", ["phone_key", "claimed_at"])
    op.create_index(op.f("otp_sms_source_claimed_at_idx"), "otp_sms", ["source", "claimed_at"])


def _session() -> None:
    op.create_table(
        "session",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("token_digest", sa.LargeBinary, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("challenge_id", sa.Uuid, nullable=False),
        sa.Column("otp_confirmed", sa.Boolean, nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("password_proven_at", TIME),
        sa.Column("ended_at", TIME),
        sa.Column("end", sa.String(32)),
        sa.CheckConstraint("expires_at - opened_at <= interval '86400 seconds'", name=op.f("session_at_most_24_hours")),
        sa.CheckConstraint("\"channel\" IN ('api', 'chat')", name=op.f("session_channel_is_known")),
        sa.CheckConstraint(
            "\"end\" IN ('ended_elsewhere', 'not_me', 'password_changed', 'phone_changed', 'signed_out')",
            name=op.f("session_end_is_known"),
        ),
        sa.CheckConstraint('(ended_at IS NULL) = ("end" IS NULL)', name=op.f("session_end_has_a_reason")),
        sa.CheckConstraint("otp_confirmed", name=op.f("session_otp_is_confirmed")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("session_account_id_fkey")),
        sa.ForeignKeyConstraint(
            ["challenge_id", "account_id", "otp_confirmed"],
            ["otp_challenge.id", "otp_challenge.account_id", "otp_challenge.is_used"],
            name="session_has_a_confirmed_otp",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("session_pkey")),
        sa.UniqueConstraint("challenge_id", name=op.f("session_challenge_id_key")),
        sa.UniqueConstraint("token_digest", name=op.f("session_token_digest_key")),
    )
    op.create_index("session_open_of_account", "session", ["account_id"], postgresql_where="ended_at IS NULL")


def _login_history() -> None:
    op.create_table(
        "login_history",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("account_id", sa.BigInteger),
        sa.Column("typed_name_sealed", sa.LargeBinary),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("attempt", sa.String(32), nullable=False),
        sa.Column("written_in", sa.BigInteger),
        sa.CheckConstraint(
            "\"attempt\" IN ('api_not_permitted', 'inactive', 'made_to_wait', 'not_me', "
            "'otp_disabled', 'otp_expired', 'otp_locked', 'password_right', 'signed_in', "
            "'unknown_name', 'wrong_otp', 'wrong_password')",
            name=op.f("login_history_attempt_is_known"),
        ),
        sa.CheckConstraint("\"channel\" IN ('api', 'chat')", name=op.f("login_history_channel_is_known")),
        sa.CheckConstraint(
            "(account_id IS NULL) = (typed_name_sealed IS NOT NULL)", name=op.f("login_history_account_or_typed_name")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("login_history_account_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("login_history_pkey")),
    )
    op.create_index(op.f("login_history_account_id_at_idx"), "login_history", ["account_id", "at"])
    op.create_index(op.f("login_history_written_in_idx"), "login_history", ["written_in"])


def _effect() -> None:
    op.create_table(
        "effect",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("caller", sa.LargeBinary, nullable=False),
        sa.Column("request", sa.LargeBinary),
        sa.Column("status", sa.BigInteger),
        sa.Column("answer_sealed", sa.LargeBinary),
        sa.Column("at", TIME, nullable=False),
        sa.Column("is_void", sa.Boolean, nullable=False),
        sa.CheckConstraint("NOT is_void OR status IS NULL", name=op.f("effect_void_has_no_answer")),
        sa.CheckConstraint("length(key) BETWEEN 16 AND 128", name=op.f("effect_key_is_16_to_128_long")),
        sa.PrimaryKeyConstraint("key", name=op.f("effect_pkey")),
    )
    op.create_index(op.f("effect_at_idx"), "effect", ["at"])


def _delivery() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger, sa.Identity(always=False), nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("account_id", sa.BigInteger, nullable=False),
        sa.Column("chat", sa.BigInteger, nullable=False),
        sa.Column("notice", sa.String(32), nullable=False),
        sa.Column("facts_sealed", sa.LargeBinary, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("leased_until", TIME),
        sa.Column("attempts", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.BigInteger),
        sa.CheckConstraint(
            "\"notice\" IN ('not_me_reported', 'password_changed', 'phone_changed', "
            "'session_ended_elsewhere', 'signed_in_elsewhere')",
            name=op.f("delivery_notice_is_known"),
        ),
        sa.CheckConstraint(
            "\"state\" IN ('blocked', 'delivered', 'failed', 'waiting')", name=op.f("delivery_state_is_known")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("delivery_attempts_from_0")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("delivery_account_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("delivery_pkey")),
        sa.UniqueConstraint("cause", "account_id", "chat", name=op.f("delivery_cause_account_id_chat_key")),
    )
    op.create_index("delivery_waiting", "delivery", ["due_at"], postgresql_where="state = 'waiting'")
