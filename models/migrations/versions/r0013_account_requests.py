"""Account requests, and the decisions on them in the admins' history."""

import re

import sqlalchemy as sa
from alembic import op

from models.migrations.words import know
from models.walls import functions, wall

revision = "0013"
down_revision = "0012"

TIME = sa.DateTime(timezone=True)
STATES = "\"state\" IN ('approved', 'rejected', 'waiting', 'withdrawn')"
RIGHTS = "cardinality(rights) > 0 AND rights <@ ARRAY['data_entry', 'dose_history', 'subject_data']::text[]"
ROLE_FITS = (
    "{0} = 'system_admin' AND unit_level IN ('national')"
    " OR {0} = 'province_admin' AND unit_level IN ('province')"
    " OR {0} = 'district_admin' AND unit_level IN ('district')"
    " OR {0} = 'commune_admin' AND unit_level IN ('commune')"
    " OR {0} = 'mobile_vaccinator' AND unit_level IN ('commune')"
    " OR {0} = 'site_staff' AND unit_level IN ('commune', 'district', 'national', 'province')"
    " OR {0} = 'health_staff' AND unit_level IN ('commune', 'district', 'national', 'province')"
)
CHECKS = {
    "state_is_known": STATES,
    "rights_are_known": RIGHTS,
    "proposed_role_fits_level": ROLE_FITS.format("proposed_role"),
    "granted_role_fits_level": ROLE_FITS.format("granted_role"),
    "decided_by_somebody": "(decided_by IS NULL) = (state = 'waiting')",
    "decided_at_some_time": "(decided_at IS NULL) = (state = 'waiting')",
    "rejected_for_a_reason": "(reason_sealed IS NULL) = (state <> 'rejected')",
    "approved_makes_an_account": "(account_id IS NULL) = (state <> 'approved')",
    "approved_grants_a_role": "(granted_role IS NULL) = (state <> 'approved')",
    "nobody_decides_on_their_own": "state = 'withdrawn' OR decided_by <> by_account_id",
}
NEW_WORDS = {
    ("admin_act", "act"): ("request_approved", "request_rejected"),
    ("delivery", "notice"): ("account_requested", "request_approved", "request_rejected"),
}
POLICIES = ("admin_act_is_about_a_request_in_my_scope", "admin_act_of_a_request_is_in_my_scope")


def upgrade() -> None:
    """The table, what guards it, and the words for what happens to it."""
    op.create_table(
        "account_request",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("unit_id", sa.BigInteger, nullable=False),
        sa.Column("unit_level", sa.String(32), nullable=False),
        sa.Column("place", sa.Text(collation="C"), nullable=False),
        sa.Column("by_account_id", sa.BigInteger, nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("person_sealed", sa.LargeBinary, nullable=False),
        sa.Column("person_key", sa.LargeBinary, nullable=False),
        sa.Column("phone_key", sa.LargeBinary, nullable=False),
        sa.Column("email_key", sa.LargeBinary),
        sa.Column("rights", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("proposed_role", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("decided_by", sa.BigInteger),
        sa.Column("decided_at", TIME),
        sa.Column("reason_sealed", sa.LargeBinary),
        sa.Column("granted_role", sa.String(32)),
        sa.Column("account_id", sa.BigInteger),
        *(sa.CheckConstraint(what, name=op.f(f"account_request_{name}")) for name, what in CHECKS.items()),
        sa.ForeignKeyConstraint(
            ["unit_id", "unit_level", "place"],
            ["unit.id", "unit.level", "unit.place"],
            name=op.f("account_request_unit_id_unit_level_place_fkey"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"account_request_{column}_fkey"))
            for column, target in (
                ("unit_id", "unit.id"),
                ("by_account_id", "account.id"),
                ("decided_by", "account.id"),
                ("account_id", "account.id"),
            )
        ),
        sa.UniqueConstraint("account_id", name=op.f("account_request_account_id_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("account_request_pkey")),
    )
    op.create_index("account_request_listed", "account_request", ["place", "state", "asked_at", "id"])
    op.create_index(
        "account_request_waits_once",
        "account_request",
        ["unit_id", "person_key"],
        unique=True,
        postgresql_where="state = 'waiting'",
    )
    op.create_index(op.f("account_request_phone_key_idx"), "account_request", ["phone_key"])
    op.add_column("admin_act", sa.Column("request_id", sa.Uuid))
    op.create_foreign_key(op.f("admin_act_request_id_fkey"), "admin_act", "account_request", ["request_id"], ["id"])
    op.create_index(op.f("admin_act_request_id_idx"), "admin_act", ["request_id"])
    for place, words in NEW_WORDS.items():
        know(*place, more=words)
    op.get_bind().exec_driver_sql(wall("account_request"))
    _rebuild("admin_act", "admin_act_is_written")


def downgrade() -> None:
    """Take it away again; what the history says of it stays there, and is not looked at."""
    for policy in POLICIES:
        op.execute(f"DROP POLICY {policy} ON admin_act")
    op.drop_column("admin_act", "request_id")
    op.drop_table("account_request")
    for function in reversed(functions("account_request")):
        op.execute(f"DROP FUNCTION {function}")
    for place, words in NEW_WORDS.items():
        know(*place, less=words)


def _rebuild(table: str, function: str) -> None:
    """Build a function of a wall anew, where it is: a limit in it has changed."""
    [body] = re.findall(rf"CREATE FUNCTION {function}\(.*?\$\$;", wall(table), re.DOTALL)
    op.get_bind().exec_driver_sql(body.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
