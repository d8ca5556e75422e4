"""What Prometheus reads: how deliveries and requests stand, and nothing about anybody."""

import aiohttp

from models.roles import Role
from tests.api.hands import SECOND, Town
from tests.api.test_account_requests import HANOI, notices, wanted
from tests.api.test_accounts import admin


async def metrics(town: Town) -> dict[str, float]:
    async with aiohttp.ClientSession() as http, http.get(f"{town.url}/metrics") as page:
        assert page.status == 200
        lines = [line for line in (await page.text()).splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


async def test_the_age_of_the_oldest_delivery_and_of_the_oldest_request_are_told(town: Town) -> None:
    unit, _ = await admin(town)
    await admin(town, Role.PROVINCE_ADMIN, HANOI)
    assert (await metrics(town))["trambot_delivery_oldest_seconds"] == 0
    await unit.ask_for_account(await wanted(unit))
    town.clock.turn(40 * SECOND)
    told = await metrics(town)
    assert (told["trambot_delivery_oldest_seconds"], told["trambot_deliveries_waiting"]) == (40, 1)
    assert (told["trambot_request_oldest_seconds"], told["trambot_requests_waiting"]) == (40, 1)
    await notices(town)
    told = await metrics(town)
    assert (told["trambot_deliveries_waiting"], told['trambot_deliveries_ended{state="delivered"}']) == (0, 1)
