"""A filtered page of the list of users among many, beside one `SELECT 1`: by turns, on the same kind of connection.

In the API layer it is all that a request does but HTTP: the transaction in the session's name, with the row policies
on; the session looked up; the page found, its phones opened; the answer written. The act alone is timed inside of that.
"""

import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain, combinations
from statistics import median
from typing import Any

import psycopg
from pydantic_core import to_json

from api.acts import accounts
from api.acts.accounts import ROWS_A_PAGE, Wanted
from api.app import opened
from api.people import signed_in
from api.schemas.accounts import AccountsPage
from api.settings import ApiSettings
from api.turns import Visit
from benches.contenders.accounts_ours import WITH_API, email_of
from benches.contenders.clock import tell
from benches.contenders.guess_ours import Layer, caller_of, request_of
from benches.contenders.registry import Account, Registry
from conversations.texts import word
from models.clock import SystemClock
from models.database import driver_of
from models.places import SCHEME_2021
from models.roles import Level, Role
from models.words import UnitKind

HANOI = "01"
SCOPES = ((Role.SYSTEM_ADMIN, UnitKind.MINISTRY, "VN"), (Role.PROVINCE_ADMIN, UnitKind.DEPARTMENT_OF_HEALTH, HANOI))
"""Who asks: of the whole country, and of a province."""
SELECT_1 = "SELECT 1"
WARM = 6
"""Pages of each kind whose times do not count: PostgreSQL plans a statement anew for the first five."""


def filters() -> Iterator[tuple[str, Wanted]]:
    """Every combination of filters that may be set together, by name; each finds somebody."""
    each: dict[str, Wanted] = {
        "username": {"username": "nguoi.0"},
        "email": {"email": email_of(WITH_API)},
        "level": {"level": Level.COMMUNE},
        "API": {"api_permission": True},
        "no API": {"no_api_permission": True},
        "area": {"area": HANOI, "scheme": SCHEME_2021},
    }
    for names in chain.from_iterable(combinations(each, count) for count in range(1, len(each) + 1)):
        if not {"API", "no API"} <= set(names) and not {"email", "no API"} <= set(names):
            yield " + ".join(names), dict(chain.from_iterable(each[name].items() for name in names))


class Reader:
    """Somebody signed in who looks at the list."""

    def __init__(self, layer: Layer, account: Account, token: str) -> None:
        self._house = layer.house
        self._caller = caller_of(account)
        self._token = token
        self._request = request_of(account, "/v1/accounts", b"", token)
        self.times: dict[str, list[float]] = defaultdict(list)

    async def page(self, wanted: Wanted) -> AccountsPage:
        """A page, as the route gives it."""
        began = time.perf_counter()
        async with Visit(self._house, self._request) as visit:
            turn = await visit.read(self._caller)
            person = await signed_in(turn, self._token, is_change=False)
            between = time.perf_counter()
            page = await accounts.list_accounts(turn, person, wanted, None)
            self.times["act"].append(time.perf_counter() - between)
            to_json(page)
        self.times["page"].append(time.perf_counter() - began)
        return page


async def main(owner_url: str, pages: str) -> None:
    """Tell the p50 of a page, of the act alone, of `SELECT 1`, and of each combination of filters by its name."""
    of_each = dict[str, float]()
    together: dict[str, list[float]] = defaultdict(list)
    async with opened(ApiSettings.read(), word, SystemClock()) as house:
        layer = Layer(house)
        with psycopg.connect(owner_url, autocommit=True) as owner:
            registry = Registry(owner, house.keys)
            registry.forget_sms()
            askers = [(who[0], registry.account(is_cheap=True, at=who)) for who in SCOPES]
        async with house.database.reading() as db:
            driver = await driver_of(db)
            for role, account in askers:
                reader = Reader(layer, account, await layer.session(await layer.begin(account)))
                for name, wanted in filters():
                    times = await _timed(reader, driver, wanted, int(pages))
                    of_each[f"{role}: {name}"] = median(times["page"]) * 1e3
                    for what, measured in times.items():
                        together[what] += measured
    tell(**{what: median(times) * 1e3 for what, times in together.items()}, **of_each)


async def _timed(reader: Reader, driver: Any, wanted: Wanted, pages: int) -> dict[str, list[float]]:
    """The seconds of as many pages and of as many `SELECT 1`, by turns."""
    for number in range(WARM + pages):
        if number == WARM:
            reader.times.clear()
        began = time.perf_counter()
        await driver.fetchrow(SELECT_1)
        reader.times["select"].append(time.perf_counter() - began)
        page = await reader.page(wanted)
        if not page.rows or ("email" not in wanted and len(page.rows) < ROWS_A_PAGE):
            raise ValueError(f"a page of {len(page.rows)} rows for {wanted}")
        if not all(row.phone_hint for row in page.rows):
            raise ValueError("a row without a number")
    return {what: list(times) for what, times in reader.times.items()}


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
