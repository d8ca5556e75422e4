"""What migrations do about columns that hold one of a few words."""

import re

import sqlalchemy as sa
from alembic import op

NAMED = sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")


def know(table: str, column: str, *, more: tuple[str, ...] = (), less: tuple[str, ...] = ()) -> None:
    """Let the column's check know other words than it does; what is written already is not looked at."""
    name = f"{table}_{column}_is_known"
    known = {*re.findall(r"'(\w+)'", str(op.get_bind().scalar(NAMED, {"name": name}))), *more} - {*less}
    words = ", ".join(f"'{word}'" for word in sorted(known))
    op.drop_constraint(op.f(name), table)
    suffix = " NOT VALID" if less else ""
    op.execute(f'ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ("{column}" IN ({words})){suffix}')
