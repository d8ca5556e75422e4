"""The list of users among many: one statement a page, and an index behind every filter (R7)."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import chain, combinations
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from api.acts import accounts
from api.acts.accounts import Wanted
from api.callers import Caller
from api.people import Person
from api.turns import Turn
from models.database import driver_of
from models.roles import Role
from models.words import Channel, UnitKind
from tests.api.hands import BEGINNING, Town

MANY = 40_000
SCOPES = [
    (Role.SYSTEM_ADMIN, UnitKind.MINISTRY, "VN"),
    (Role.PROVINCE_ADMIN, UnitKind.DEPARTMENT_OF_HEALTH, "01"),
    (Role.COMMUNE_ADMIN, UnitKind.COMMUNE_HEALTH_STATION, "00658"),
]
FILTERS: list[Wanted] = [
    {"username": "nguoi.12"},
    {"email": "nguoi.77@tuhiep.vn"},
    {"level": "commune"},
    {"api_permission": True},
    {"no_api_permission": True},
    {"area": "020", "scheme": 2021},
]
BOTH = {"api_permission", "no_api_permission"}


def all_filters() -> Iterator[Wanted]:
    """Every combination of them that can be set together."""
    for some in chain.from_iterable(combinations(FILTERS, count) for count in range(len(FILTERS) + 1)):
        wanted = dict(chain.from_iterable(one.items() for one in some))
        if not wanted.keys() >= BOTH:
            yield wanted


@pytest.fixture
def many(town: Town, superuser_url: str) -> Iterator[None]:
    """Accounts at every health station; with the planner's figures about them, which are put right afterwards."""
    with psycopg.connect(superuser_url, autocommit=True) as link:
        link.execute("SET session_replication_role = replica")  # as a copy is loaded: no triggers
        link.execute(
            "INSERT INTO account (id, username, email_sealed, email_key, password_hash, must_change_password, role,"
            " unit_id, unit_level, place, is_active, api_permission, language, created_at)"
            " SELECT 1000000 + n, 'nguoi.' || n, '-', substring(sha256(n::text::bytea), 1, 16), '-', true,"
            " 'mobile_vaccinator', u.id, u.level, u.place, true, n %% 50 = 0, 'vi', %s"
            " FROM (SELECT *, row_number() OVER (ORDER BY id) AS at, count(*) OVER () AS there FROM unit"
            " WHERE level = 'commune') u, LATERAL generate_series(u.at, %s, u.there) AS n",
            [BEGINNING, MANY],
        )
        link.execute("ANALYZE account")
        yield
        link.execute("DELETE FROM account WHERE id > 1000000")
        link.execute("ANALYZE account")


@asynccontextmanager
async def at_work(town: Town, role: Role, kind: UnitKind, area: str) -> AsyncIterator[tuple[Turn, Person]]:
    """A turn of somebody who is signed in, in the database's own role for the API."""
    staff = town.registry.account(role=role, kind=kind, area=area)
    api = await town.sign_in(staff)
    [(unit, place)] = town.registry.rows("SELECT unit_id, place FROM account WHERE id = %s", staff.id)
    person = Person(uuid4(), staff.id, staff.username, role, unit, place, False, town.clock.now(), None)
    house = town.app.state.house
    async with house.database.changing(str(api.token)) as db:
        yield Turn(house, Caller(Channel.CHAT, "chat:1001"), db), person


@pytest.mark.usefixtures("many")
async def test_R07_every_page_is_one_statement_that_reads_no_table_from_end_to_end(town: Town) -> None:
    asked: list[Any] = []
    tried = 0
    for scope in SCOPES:
        async with at_work(town, *scope) as (turn, person):
            driver = await driver_of(turn.db)
            for wanted in all_filters():
                for after in (None, "Vk4vMjAyMS0wMS8gYQ"):  # the first page, and one that begins inside Hà Nội
                    with driver.query_logger(asked.append):
                        await accounts.list_accounts(turn, person, wanted, after)
                        await asyncio.sleep(0)  # the driver tells of a statement in the loop's next round
                    [query] = [one for one in asked if "FROM account" in one.query]
                    asked.clear()
                    [plan] = await driver.fetch(f"EXPLAIN (FORMAT JSON) {query.query}", *query.args)
                    plans = nodes(plan[0][0]["Plan"])
                    whole = {node["Relation Name"] for node in plans if node["Node Type"] == "Seq Scan"}
                    assert not whole & {"account", "unit"}, (scope, wanted)
                    tried += 1
    assert tried == 96 * len(SCOPES)


@pytest.mark.usefixtures("many")
async def test_R07_how_a_names_beginning_is_looked_for_depends_on_how_many_have_it(town: Town) -> None:
    async with at_work(town, *SCOPES[0]) as (turn, person):
        for _ in range(10):  # after five PostgreSQL would settle for one way
            await accounts.list_accounts(turn, person, {"username": "nguoi.", "level": "commune"}, None)
        for_any_values = (
            "SELECT sum(generic_plans) FROM pg_prepared_statements"
            " WHERE statement LIKE '%username >=%' AND statement NOT LIKE '%pg_prepared%'"
        )
        assert await (await driver_of(turn.db)).fetchval(for_any_values) == 0


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A plan's nodes."""
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)
