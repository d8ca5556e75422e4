"""Cards: messages of which a later delivery takes the earlier one's place (T12, T38)."""

import asyncio
import json
from datetime import timedelta
from itertools import count

import pytest

from api.acts.deliveries import LEASE
from api.schemas.deliveries import DeliveryClaimed, DeliveryReport
from models.seals import DELIVERY_FACTS, delivery_row
from tests.api.hands import Staff, Town
from tests.api.test_deliveries import courier

CARD = "request 123"
NUMBERS = count(1)


@pytest.fixture
def boss(town: Town) -> Staff:
    return town.registry.account()


def write(
    town: Town, staff: Staff, card: str = CARD, chat: int = 1, due: timedelta = timedelta(), *, is_new: bool = False
) -> int:
    """The next state of the card; its delivery's number."""
    cause = f"cause {next(NUMBERS)}"
    sealed = town.registry.keys.seal(json.dumps({"n": cause}), DELIVERY_FACTS, delivery_row(cause, staff.id, chat))
    number = town.registry.one(
        "INSERT INTO delivery (cause, card, account_id, chat, notice, facts_sealed, due_at, state, attempts, is_new)"
        " VALUES (%s, %s, %s, %s, 'phone_changed', %s, %s, 'waiting', 0, %s) RETURNING id",
        *(cause, card, staff.id, chat, sealed, town.clock.now() + due, is_new),
    )
    return int(number)


async def claim(town: Town) -> list[DeliveryClaimed]:
    return await courier(town).claim_deliveries(100)


async def bring(town: Town, message: int | None) -> None:
    """Claim the one that is due, and bring it as that message."""
    [claimed] = await claim(town)
    await courier(town).report_deliveries([DeliveryReport(id=claimed.id, outcome="delivered", message_id=message)])


def states(town: Town) -> list[str]:
    return [state for (state,) in town.registry.rows("SELECT state FROM delivery ORDER BY id")]


async def test_the_next_state_takes_the_place_of_the_message_before(town: Town, boss: Staff) -> None:
    write(town, boss)
    await bring(town, message=77)
    write(town, boss)
    [second] = await claim(town)
    assert second.replaces == 77
    await courier(town).report_deliveries([DeliveryReport(id=second.id, outcome="delivered", message_id=78)])
    write(town, boss)  # the second was said anew, because the first could not be changed
    assert [third.replaces for third in await claim(town)] == [78]


async def test_a_card_that_begins_anew_is_the_one_that_changes_from_then_on(town: Town, boss: Staff) -> None:
    write(town, boss)
    await bring(town, message=77)
    write(town, boss, is_new=True)
    [new] = await claim(town)
    assert new.replaces is None
    await courier(town).report_deliveries([DeliveryReport(id=new.id, outcome="delivered", message_id=78)])
    write(town, boss)
    assert [later.replaces for later in await claim(town)] == [78]


async def test_T38_a_beginning_that_is_overtaken_still_begins(town: Town, boss: Staff) -> None:
    write(town, boss)
    await bring(town, message=77)
    write(town, boss, is_new=True)
    write(town, boss)
    [latest] = await claim(town)
    assert latest.replaces is None
    assert states(town) == ["delivered", "superseded", "waiting"]


async def test_another_card_another_chat_and_another_account_have_messages_of_their_own(
    town: Town, boss: Staff
) -> None:
    write(town, boss)
    await bring(town, message=77)
    write(town, boss, card="request 124")
    write(town, boss, chat=2)
    write(town, town.registry.account("+84987654321"))
    assert [claimed.replaces for claimed in await claim(town)] == [None, None, None]


async def test_T38_of_states_that_wait_only_the_last_is_brought(town: Town, boss: Staff) -> None:
    write(town, boss)
    write(town, boss)
    last = write(town, boss)
    assert [(claimed.id, claimed.replaces) for claimed in await claim(town)] == [(last, None)]
    assert states(town) == ["superseded", "superseded", "waiting"]


async def test_T38_what_is_on_its_way_is_waited_for(town: Town, boss: Staff) -> None:
    first = write(town, boss)
    await claim(town)
    second = write(town, boss)
    assert await claim(town) == []
    await courier(town).report_deliveries([DeliveryReport(id=first, outcome="delivered", message_id=77)])
    assert [(claimed.id, claimed.replaces) for claimed in await claim(town)] == [(second, 77)]


async def test_T38_what_could_not_be_brought_does_not_come_after_the_next_state(town: Town, boss: Staff) -> None:
    first = write(town, boss)
    await claim(town)
    write(town, boss)
    await courier(town).report_deliveries([DeliveryReport(id=first, outcome="again")])
    await bring(town, message=78)
    town.clock.turn(timedelta(days=1))
    assert await claim(town) == []
    assert states(town) == ["superseded", "delivered"]


async def test_T38_what_a_dead_courier_had_claimed_gives_way_to_the_next_state(town: Town, boss: Staff) -> None:
    write(town, boss)
    await claim(town)
    second = write(town, boss)
    town.clock.turn(LEASE)
    assert [claimed.id for claimed in await claim(town)] == [second]
    assert states(town) == ["superseded", "waiting"]


async def test_a_state_that_is_not_due_yet_holds_nothing_up(town: Town, boss: Staff) -> None:
    first = write(town, boss)
    write(town, boss, due=timedelta(hours=1))
    assert [claimed.id for claimed in await claim(town)] == [first]


async def test_a_message_that_may_have_arrived_without_its_number_is_said_anew(town: Town, boss: Staff) -> None:
    write(town, boss)
    await bring(town, message=None)
    write(town, boss)
    assert [claimed.replaces for claimed in await claim(town)] == [None]


async def test_T38_parallel_couriers_claim_one_state_of_each_card(town: Town, boss: Staff) -> None:
    last = set()
    for number in range(20):
        for _ in range(3):
            latest = write(town, boss, card=f"request {number}")
        last.add(latest)
    claims = await asyncio.gather(*(courier(town).claim_deliveries(5) for _ in range(8)))
    claims.append(await claim(town))
    claimed = [delivery.id for claim in claims for delivery in claim]
    assert len(claimed) == len(set(claimed))
    assert set(claimed) == last
