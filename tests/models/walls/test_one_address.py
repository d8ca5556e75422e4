"""The database's walls stand alike before the chat and the API (R23)."""

from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql

from models.roles import Role
from models.tables import METADATA
from models.words import Channel
from tests.models.by_hand import ByHand
from tests.models.walls.conftest import Admit

ADMINS = (Role.SYSTEM_ADMIN, Role.PROVINCE_ADMIN, Role.COMMUNE_ADMIN)
WHERE_ONE_SIGNS_IN = {"session_is_opened_by_its_otp"}
"""The OTP opens a session of the channel, and in the chat, where its sign-in began (R1, R4)."""
KEPT = {f"{table}_channel_is_known" for table in ("login_history", "session", "sign_in")}
"""What only says which words there are."""
WALLS: LiteralString = (
    "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
    " UNION ALL SELECT policyname, concat(qual, ' ', with_check) FROM pg_policies WHERE schemaname = current_schema()"
    " UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE contype IN ('c', 'x') AND connamespace = current_schema()::regnamespace"
    " UNION ALL SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
)


def test_R23_the_walls_look_at_the_channel_only_where_one_signs_in(owner: psycopg.Connection) -> None:
    walls = owner.execute(WALLS).fetchall()
    assert len(walls) > len(METADATA.tables)
    looking = owner.execute(
        sql.SQL("SELECT DISTINCT name FROM ({}) AS wall (name, text) WHERE text ~ %s").format(sql.SQL(WALLS)),
        [r"\m(channel|source)\M"],
    )
    assert {name for (name,) in looking} == WHERE_ONE_SIGNS_IN | KEPT


@pytest.mark.parametrize("role", [*ADMINS, Role.HEALTH_STAFF])
def test_R23_a_session_of_the_api_sees_the_rows_that_a_chats_sees(by_hand: ByHand, admit: Admit, role: Role) -> None:
    for other in ADMINS:
        admit(other)
    admit(role)
    chat = seen(by_hand)
    by_hand.owner.execute("UPDATE session SET channel = %s, source = '198.51.100.7'", [Channel.API])
    assert seen(by_hand) == chat
    assert chat["account"]


def seen(by_hand: ByHand) -> dict[str, list[Any]]:
    """How many rows of each table the link sees that may read it."""
    found = dict[str, list[Any]]()
    for table in METADATA.tables:
        allowed = by_hand.api.execute("SELECT has_table_privilege(%s, 'SELECT')", [table]).fetchone()
        if allowed == (True,):
            rows = by_hand.api.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            found[table] = rows.fetchall()
    return found
