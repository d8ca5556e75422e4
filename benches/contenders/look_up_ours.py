"""Somebody looked up in the API layer, beside `SELECT 1` and one committed INSERT: by turns."""

import asyncio
import sys
import time
from collections import defaultdict
from functools import partial
from statistics import median
from uuid import uuid4

import asyncpg
import psycopg

from api.acts.look_up import found_subjects, look_up
from api.app import opened
from api.people import signed_in
from api.settings import ApiSettings
from api.turns import Visit
from benches.contenders.clock import tell
from benches.contenders.guess_ours import Layer, caller_of, request_of
from benches.contenders.registry import Registry
from conversations.texts import word
from models.add_subjects import add_subjects
from models.clock import SystemClock
from models.look_up import LookUpSecrets
from models.particulars import Particulars
from models.sealing import Keys
from models.seed import find_unit
from models.words import UnitKind
from trambot.registry.people import people

WARM = 30
COMMUNE = "00658"
LOG = "CREATE TABLE IF NOT EXISTS bench_log (id uuid PRIMARY KEY, at timestamptz, account_id bigint, key bigint)"
INSERT = "INSERT INTO bench_log VALUES ($1, now(), 1, 2)"
AT_ONCE = 5_000


def subjects(owner: psycopg.Connection, keys: Keys, count: int) -> list[Particulars]:
    """So many of one commune, if they are not there yet."""
    everybody = list(people([COMMUNE], count))
    unit = find_unit(owner, UnitKind.COMMUNE_HEALTH_STATION, COMMUNE)
    there = owner.execute("SELECT count(*) FROM subject").fetchone()
    assert there  # noqa: S101 - for the type checker
    for done in range(there[0], count, AT_ONCE):
        some = everybody[done : done + AT_ONCE]
        with owner.transaction():
            add_subjects(owner, keys, LookUpSecrets.of(keys), [(unit, one) for one in some])
    owner.execute("VACUUM ANALYZE subject")
    return everybody


async def main(owner_url: str, count: str, look_ups: str) -> None:
    """Tell the p50 of a look-up, of its rows, and of the two statements, in ms."""
    times = defaultdict[str, list[float]](list)
    async with opened(ApiSettings.read(), word, SystemClock()) as house:
        layer = Layer(house)
        with psycopg.connect(owner_url, autocommit=True) as owner:
            registry = Registry(owner, house.keys)
            registry.forget_sms()
            everybody = subjects(owner, house.keys, int(count))
            owner.execute(LOG)
            account = registry.account(is_cheap=True)
        token = await layer.session(await layer.begin(account))
        caller = caller_of(account)
        request = request_of(account, "/v1/subjects/search", b"", token)
        link = await asyncpg.connect(owner_url)
        for number in range(WARM + int(look_ups)):
            if number == WARM:
                times.clear()
            one = everybody[number * 7919 % len(everybody)]
            began = time.perf_counter()
            await link.fetchval("SELECT 1")
            await link.execute(INSERT, uuid4())
            times["bare"].append(time.perf_counter() - began)
            began = time.perf_counter()
            async with Visit(house, request) as visit:
                asked = await look_up(
                    partial(visit.alone, caller), token, one.sensitive.full_name, f"0{one.rest.phones[0][3:]}"
                )
            times["look_up"].append(time.perf_counter() - began)
            began = time.perf_counter()
            async with Visit(house, request) as visit:
                turn = await visit.read(caller)
                person = await signed_in(turn, token, is_change=False)
                rows = await found_subjects(turn, person, token, asked.id)
            times["rows"].append(time.perf_counter() - began)
            if not rows or asked.count != len(rows):
                raise ValueError(f"{len(rows)} rows of {asked.count}")
    await link.close()
    tell(**{what: median(of_it) * 1e3 for what, of_it in times.items()})


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
