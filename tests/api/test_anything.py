"""Anything that fits the description of the service, and much that does not: no answer is a fault of ours (T30)."""

import asyncio
import random
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.core.result import Ok

from tests.api.hands import SERVICE_KEY, Town
from tests.tables.figures import keep

CASES = 12  # of each operation


async def test_T30_no_request_whatever_breaks_the_service(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    staff = town.registry.account()
    schema = await asyncio.to_thread(schemathesis.openapi.from_url, f"{town.url}/v1/openapi.json")
    operations = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    statuses: dict[int, int] = {}
    for number, operation in enumerate(operations):
        town.clock.turn(timedelta(hours=2))
        me = await town.sign_in(staff, 5000 + number)
        headers = {"X-Service-Key": SERVICE_KEY, "X-Chat-Id": str(me.chat), "Authorization": f"Bearer {me.token}"}
        await asyncio.to_thread(try_out, operation, headers, statuses)
    log = capsys.readouterr().out
    assert not [status for status in statuses if status >= 500], log
    assert len(operations) >= 20
    assert len(statuses) >= 5
    keep("T30", "requests made by the schema, server errors", f"{sum(statuses.values())}, 0")


def try_out(operation: Any, headers: dict[str, str], statuses: dict[int, int]) -> None:
    """Send cases of the operation, made by its schema, and count the statuses."""

    @seed(random.Random(operation.label).randrange(2**32))
    @settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        case.headers = {**(case.headers or {}), **headers}
        status = case.call(timeout=10).status_code
        statuses[status] = statuses.get(status, 0) + 1

    send()
