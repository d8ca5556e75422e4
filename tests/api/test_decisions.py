"""Many presses at once on one request: one decision, one account, one message, and none by who asked (R14, T12)."""

import asyncio

import pytest

from api.client import Api
from api.schemas.account_requests import RequestApproved, RequestEnded
from models import refusals as r
from models.roles import Role
from tests.api.hands import Town
from tests.api.test_account_requests import HANOI, SITE_STAFF, WHY, wanted
from tests.api.test_accounts import admin
from tests.fire.series import Fire

PRESSES = 16


@pytest.mark.fire("decisions")
async def test_T12_of_sixteen_presses_one_decides_and_never_who_asked(town: Town, fire: Fire) -> None:
    asker, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    supervisors = [(await admin(town, Role.PROVINCE_ADMIN, HANOI))[0] for _ in range(2)]
    decided = {"approved": 0, "rejected": 0}
    rounds = fire.size(3, 1000)
    for number in range(rounds):
        dice = fire.dice(number)
        person = await wanted(asker, phone=f"0986{number:06}", full_name=f"Người {number:04}"[:6] + "A", email=None)
        request = (await asker.ask_for_account(person)).id

        async def press(one: Api, approves: bool, request: object = request) -> object:
            return await (one.approve_request(request, SITE_STAFF) if approves else one.reject_request(request, WHY))  # type: ignore[arg-type]

        everybody = [*dice.choices(supervisors, k=PRESSES - 2), asker, asker]
        dice.shuffle(everybody)
        presses = [press(one, dice.random() < 0.7) for one in everybody]
        outcomes = await asyncio.gather(*presses, return_exceptions=True)
        [one] = [told for told in outcomes if isinstance(told, RequestApproved | RequestEnded)]
        others = {type(told) for told in outcomes if told is not one}
        assert others <= {r.RequestDecided, r.OwnRequest}
        own = [told for by, told in zip(everybody, outcomes, strict=True) if by is asker]
        assert not any(isinstance(told, RequestApproved | RequestEnded) for told in own)
        state = "approved" if isinstance(one, RequestApproved) else "rejected"
        decided[state] += 1
        assert town.registry.one("SELECT state FROM account_request WHERE id = %s", request) == state
        assert town.registry.one("SELECT count(*) FROM delivery WHERE cause = %s", f"decision on {request}") == 1
        assert town.registry.one("SELECT count(*) FROM admin_act WHERE request_id = %s", request) == 1
    accounts = town.registry.one("SELECT count(*) FROM account") - 3
    assert accounts == decided["approved"]
    told = (
        f"decisions {sum(decided.values())}, accounts {accounts} of {decided['approved']} approved, by their askers 0"
    )
    fire.figure("T12", f"{rounds} rounds of {PRESSES} presses", told)


async def test_T12_whoever_is_demoted_between_showing_and_pressing_decides_nothing(town: Town) -> None:
    asker, _ = await admin(town)
    boss, staff = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    sent = await asker.ask_for_account(await wanted(asker))
    assert (await boss.account_request(sent.id)).may_decide
    town.registry.owner.execute("UPDATE account SET role = 'health_staff' WHERE id = %s", [staff.id])
    for press in (boss.approve_request(sent.id, SITE_STAFF), boss.reject_request(sent.id, WHY)):
        with pytest.raises(r.NotFound):
            await press
    assert town.registry.one("SELECT state FROM account_request") == "waiting"
