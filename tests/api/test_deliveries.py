"""Deliveries on their way through the courier."""

import asyncio
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest

from api.acts.deliveries import LEASE, MOST_ATTEMPTS
from api.client import Api
from api.client.faults import ApiBroken
from api.schemas.deliveries import DeliveryReport
from api.schemas.values import BIGGEST_ID
from models.words import Language, Notice
from tests.api.hands import SERVICE_KEY, Town


def courier(town: Town) -> Api:
    return Api(town.http, town.url, service_key=SERVICE_KEY, patience=30)


async def report(town: Town, delivery: int, **what: Any) -> None:
    await courier(town).report_deliveries([DeliveryReport(id=delivery, **what)])


async def signed_in_in_chats(town: Town, chats: int) -> None:
    """An account that signed in in so many chats, one after the other: each tells the ones before."""
    staff = town.registry.account(language=Language.ENGLISH)
    for chat in range(1, chats + 1):
        await town.sign_in(staff, chat)


async def test_a_delivery_is_claimed_with_its_facts_and_reported(town: Town) -> None:
    await signed_in_in_chats(town, 2)
    [delivery] = await courier(town).claim_deliveries(10)
    assert (delivery.chat, delivery.language) == (1, Language.ENGLISH)
    assert delivery.notice is Notice.SIGNED_IN_ELSEWHERE
    row = town.registry.one("SELECT id FROM login_history WHERE attempt = 'signed_in' AND source = 'chat:2'")
    assert delivery.facts == {
        "at": town.clock.now().isoformat(),
        "channel": "chat",
        "source": "…2",
        "row": str(row),
    }
    await report(town, delivery.id, outcome="delivered", message_id=77)
    town.clock.turn(timedelta(days=1))
    assert await courier(town).claim_deliveries(10) == []
    assert town.registry.rows("SELECT state, message_id FROM delivery") == [("delivered", 77)]


async def test_T38_parallel_couriers_claim_each_delivery_once(town: Town) -> None:
    await signed_in_in_chats(town, 5)
    claims = await asyncio.gather(*(courier(town).claim_deliveries(3) for _ in range(8)))
    ids = [delivery.id for claim in claims for delivery in claim]
    assert len(ids) == len(set(ids)) == 4 + 3 + 2 + 1


async def test_T38_what_a_dead_courier_had_claimed_is_free_again_after_its_lease(town: Town) -> None:
    await signed_in_in_chats(town, 2)
    [first] = await courier(town).claim_deliveries(10)
    town.clock.turn(LEASE - timedelta(seconds=1))
    assert await courier(town).claim_deliveries(10) == []
    town.clock.turn(timedelta(seconds=1))
    assert await courier(town).claim_deliveries(10) == [first]


async def test_what_could_not_be_delivered_comes_again_later_and_later(town: Town) -> None:
    await signed_in_in_chats(town, 2)
    pauses = []
    for _ in range(3):
        [delivery] = await courier(town).claim_deliveries(10)
        await report(town, delivery.id, outcome="again")
        due = town.registry.one("SELECT due_at FROM delivery")
        pauses.append(due - town.clock.now())
        assert await courier(town).claim_deliveries(10) == []
        town.clock.turn(pauses[-1])
    assert pauses == [timedelta(seconds=seconds) for seconds in (10, 20, 40)]


async def test_T37_what_telegram_asks_to_be_waited_for_is_waited_for(town: Town) -> None:
    await signed_in_in_chats(town, 2)
    [delivery] = await courier(town).claim_deliveries(10)
    await report(town, delivery.id, outcome="again", retry_after=1800)
    assert town.registry.one("SELECT due_at FROM delivery") == town.clock.now() + timedelta(minutes=30)


async def test_what_could_not_be_delivered_for_about_a_day_has_failed(town: Town) -> None:
    await signed_in_in_chats(town, 2)
    town.registry.owner.execute("UPDATE delivery SET attempts = %s", [MOST_ATTEMPTS - 1])
    [delivery] = await courier(town).claim_deliveries(10)
    await report(town, delivery.id, outcome="again")
    assert town.registry.one("SELECT state FROM delivery") == "failed"


async def test_what_was_reported_stays_as_it_is(town: Town) -> None:
    await signed_in_in_chats(town, 2)
    [delivery] = await courier(town).claim_deliveries(10)
    await report(town, delivery.id, outcome="blocked")
    await report(town, delivery.id, outcome="delivered", message_id=1)
    assert town.registry.rows("SELECT state, message_id FROM delivery") == [("blocked", None)]


async def test_of_several_reports_each_is_noted_but_of_what_there_is_not(town: Town) -> None:
    await signed_in_in_chats(town, 3)
    claimed = await courier(town).claim_deliveries(10)
    reports = [DeliveryReport(id=delivery.id, outcome="delivered") for delivery in claimed]
    noted = await courier(town).report_deliveries([*reports, DeliveryReport(id=BIGGEST_ID, outcome="blocked")])
    assert noted.known == len(claimed) == 3
    assert town.registry.rows("SELECT DISTINCT state FROM delivery") == [("delivered",)]


@pytest.mark.parametrize("number", [-1, 0, BIGGEST_ID + 1, 10**40])
async def test_T30_a_number_that_no_delivery_can_have_is_malformed(town: Town, number: int) -> None:
    body = {"reports": [{"id": number, "outcome": "again"}]}
    status, _, _ = await town.raw("POST", "/v1/deliveries/reports", headers={"X-Service-Key": SERVICE_KEY}, json=body)
    assert status == HTTPStatus.UNPROCESSABLE_ENTITY


async def test_deliveries_are_the_bots_alone(town: Town) -> None:
    with pytest.raises(ApiBroken):
        await town.caller().claim_deliveries(1)
    with pytest.raises(ApiBroken):
        await Api(town.http, town.url, service_key="x" * 40).claim_deliveries(1)
