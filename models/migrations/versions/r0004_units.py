"""Units by their names without diacritics, and what may become of them; areas where their parents lie."""

import sqlalchemy as sa
from alembic import op

from models.walls import functions, wall

revision = "0004"
down_revision = "0003"

FOLDED = (
    "lower(regexp_replace(translate(normalize(name, NFKD), 'đĐðÐɖƉ'::text, 'dddddd'::text),"
    r" '[\u0300-\u036f]'::text, ''::text, 'g'::text))"
)
CHECKS = {
    "unit_name_at_most_200": "length(name) BETWEEN 1 AND 200",
    "unit_name_is_one_spelling": r"name IS NFC NORMALIZED AND name !~ '^\s|\s$|\s\s|[^\S ]|[[:cntrl:]]'",
}
NEW = ("area", "unit")


def upgrade() -> None:
    """The names first, then what guards them."""
    op.add_column("unit", sa.Column("folded", sa.Text(collation="C"), sa.Computed(FOLDED, persisted=True)))
    op.alter_column("unit", "folded", nullable=False)
    op.drop_constraint("unit_scheme_area_name_key", "unit")
    op.create_unique_constraint(op.f("unit_scheme_area_folded_key"), "unit", ["scheme", "area", "folded"])
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(name), "unit", condition)
    op.execute("DROP FUNCTION IF EXISTS unit_change_is_an_act CASCADE")  # it says more now
    for name in NEW:
        op.get_bind().exec_driver_sql(wall(name))


def downgrade() -> None:
    """Take it away again."""
    for name in NEW:
        for function in functions(name):
            op.execute(f"DROP FUNCTION {function} CASCADE")
    for name in CHECKS:
        op.drop_constraint(name, "unit")
    op.drop_constraint("unit_scheme_area_folded_key", "unit")
    op.create_unique_constraint(op.f("unit_scheme_area_name_key"), "unit", ["scheme", "area", "name"])
    op.drop_column("unit", "folded")
