"""The card of a unit's account requests: one message for each supervisor, kept as things are (R14, T12)."""

import json

from api.client import Api
from api.client.account_requests import Batch
from api.schemas.deliveries import DeliveryClaimed, DeliveryReport
from api.schemas.request_lists import RowChange
from models.roles import Role
from models.words import DeliveryState, Notice, RequestState
from tests.api.hands import SECOND, SERVICE_KEY, Town
from tests.api.test_account_requests import HANOI, SITE_STAFF, WHY, unit_and_boss, wanted
from tests.api.test_accounts import admin
from tests.api.test_request_list import HOA, LAN, put


async def claimed(town: Town) -> list[DeliveryClaimed]:
    """What waits for the courier, brought as messages of those numbers."""
    courier = Api(town.http, town.url, service_key=SERVICE_KEY, patience=30)
    found = await courier.claim_deliveries(100)
    brought = [
        DeliveryReport(id=one.id, outcome="delivered", message_id=one.replaces or 1000 + one.id) for one in found
    ]
    if brought:
        await courier.report_deliveries(brought)
    return found


def people(card: DeliveryClaimed) -> list[str]:
    return [one["full_name"] for one in json.loads(card.facts["people"])]


async def test_R14_a_unit_has_one_card_and_it_is_kept_as_things_are(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    asked = []
    for number in range(5):
        town.clock.turn(SECOND)
        person = await wanted(unit, full_name=f"Trần Văn {chr(65 + number)}", phone=f"098765432{number}", email=None)
        asked.append((await unit.ask_for_account(person)).id)
        if number == 0:
            [first] = await claimed(town)
    [card] = await claimed(town)
    assert (first.replaces, first.facts["request"]) == (None, str(asked[0]))
    assert (card.replaces, card.facts["waiting"], "request" in card.facts) == (1000 + first.id, "5", False)
    assert people(card) == ["Trần Văn A", "Trần Văn B", "Trần Văn C"]
    await boss.approve_request(asked[0], SITE_STAFF)
    await unit.withdraw_request(asked[4])
    _, card = await claimed(town)
    assert (card.replaces, card.facts["waiting"]) == (1000 + first.id, "3")
    [latest] = json.loads(card.facts["latest"])
    assert (latest["full_name"], latest["state"]) == ("Trần Văn E", "withdrawn")
    for request in asked[1:4]:
        await boss.reject_request(request, WHY)
    *_, card = await claimed(town)
    assert (card.notice, card.replaces) == (Notice.REQUESTS_DECIDED, 1000 + first.id)


async def test_R14_who_is_asked_for_when_nobody_waits_begins_a_new_message(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    first = await unit.ask_for_account(await wanted(unit))
    await claimed(town)
    await boss.reject_request(first.id, WHY)
    await claimed(town)
    await unit.ask_for_account(await wanted(unit))
    [card] = await claimed(town)
    assert (card.notice, card.replaces) == (Notice.ACCOUNT_REQUESTED, None)


async def test_R14_T12_every_copy_of_the_card_says_who_decided_what(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    _, other = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    sent = await unit.ask_for_account(await wanted(unit))
    await claimed(town)
    await boss.approve_request(sent.id, SITE_STAFF)
    cards = [one for one in await claimed(town) if one.notice is Notice.REQUESTS_DECIDED]
    me = await boss.me()
    assert {card.account_id for card in cards} == {me.id, other.id}
    for card in cards:
        [latest] = json.loads(card.facts["latest"])
        assert (latest["state"], latest["by"]) == (RequestState.APPROVED, me.username)
        assert card.replaces is not None


async def test_R12_R14_who_may_no_longer_decide_keeps_a_card_that_names_nobody(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    _, gone = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    sent = await unit.ask_for_account(await wanted(unit))
    await claimed(town)
    town.registry.owner.execute("UPDATE account SET is_active = false WHERE id = %s", [gone.id])
    await boss.reject_request(sent.id, WHY)
    [card] = [one for one in await claimed(town) if one.account_id == gone.id]
    assert (card.facts["people"], card.facts["latest"]) == ("[]", "[]")


async def test_R14_a_chat_that_has_blocked_the_bot_is_told_nothing_until_it_writes_again(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    first = await unit.ask_for_account(await wanted(unit))
    courier = Api(town.http, town.url, service_key=SERVICE_KEY, patience=30)
    [card] = await courier.claim_deliveries(100)
    town.clock.turn(SECOND)
    await courier.report_deliveries([DeliveryReport(id=card.id, outcome=DeliveryState.BLOCKED.value)])
    second = await unit.ask_for_account(await wanted(unit, phone="0987654322", full_name="Lê Văn Hai"))
    assert (first.supervisors_told, second.supervisors_told) == (1, 0)
    town.clock.turn(61 * SECOND)
    await boss.me()  # they have written, so they take messages again
    third = await unit.ask_for_account(await wanted(unit, phone="0987654323", full_name="Lê Văn Ba"))
    assert third.supervisors_told == 1


async def test_R14_all_that_one_may_decide_together_are_those_that_were_counted(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    first = await unit.ask_for_account(await wanted(unit))
    own = await boss.ask_for_account(await wanted(boss, full_name="Của Mình", phone="0987654329", email=None))
    counted = await boss.count_requests_to_decide(Batch())
    assert counted.count == 1
    town.clock.turn(SECOND)
    late = await unit.ask_for_account(await wanted(unit, full_name="Đến Sau", phone="0987654328", email=None))
    batch = Batch((await unit.me()).unit.id, counted.until)
    assert [row.id for row in (await boss.requests_to_decide(batch)).rows] == [first.id]
    assert [row.id for row in (await boss.requests_to_decide(Batch())).rows] == [first.id, late.id]
    assert own.id not in {row.id for row in (await boss.requests_to_decide(Batch())).rows}
    assert (await unit.count_requests_to_decide(Batch())).count == 0


async def test_R13_R14_a_list_for_several_units_brings_one_notice_and_no_card_for_each(town: Town) -> None:
    asker, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    await admin(town, Role.PROVINCE_ADMIN, HANOI)
    unit, _ = await admin(town)
    await put(asker, HOA, LAN)
    await asker.change_row(2, RowChange(unit_id=(await unit.me()).unit.id))
    sent = await asker.send_list()
    assert (sent.sent, sent.supervisors_told) == (2, 1)
    [notice] = await claimed(town)
    assert (notice.notice, notice.facts["count"]) == (Notice.ACCOUNTS_REQUESTED, "2")
