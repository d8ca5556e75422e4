"""Requests that wait: reminders, and who hears when no supervisor can be reached (R14, T45)."""

import asyncio

from sqlalchemy import func, select

from api.acts.request_reminders import remind
from models.roles import Role
from models.rules import REQUEST_REMINDER
from models.words import Notice
from tests.api.hands import Town
from tests.api.test_account_requests import HANOI, notices, wanted
from tests.api.test_accounts import admin


async def test_R14_T45_the_supervisors_are_reminded_once_a_day_while_something_waits(town: Town) -> None:
    unit, asker = await admin(town)
    _, supervisor = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    sent = await unit.ask_for_account(await wanted(unit))
    await notices(town)
    house = town.app.state.house
    town.clock.turn(REQUEST_REMINDER / 2)
    await town.sign_in(supervisor, 700)
    await remind(house)
    assert await notices(town) == []
    for _ in range(2):
        town.clock.turn(REQUEST_REMINDER)
        await town.sign_in(supervisor, 700)
        await asyncio.gather(*(remind(house) for _ in range(8)))  # T45: as many processes
        assert await notices(town) == [(Notice.REQUESTS_WAIT, supervisor.id)]
    await (await town.sign_in(asker, 701)).withdraw_request(sent.id)
    await notices(town)
    town.clock.turn(REQUEST_REMINDER)
    await town.sign_in(supervisor, 700)
    await remind(house)
    assert await notices(town) == []


async def test_R14_the_systems_admins_hear_at_once_that_nobody_of_the_province_can_be_reached(town: Town) -> None:
    unit, _ = await admin(town)
    _, system = await admin(town, Role.SYSTEM_ADMIN, "VN")
    assert (await unit.ask_for_account(await wanted(unit))).supervisors_told == 0
    assert await notices(town) == [(Notice.SUPERVISOR_UNREACHED, system.id)]
    town.clock.turn(REQUEST_REMINDER)
    await town.sign_in(system, 700)
    await remind(town.app.state.house)
    assert await notices(town) == [(Notice.SUPERVISOR_UNREACHED, system.id)]


async def test_R12_who_is_signed_in_is_not_told_where_else_requests_wait(town: Town) -> None:
    unit, _ = await admin(town)
    await unit.ask_for_account(await wanted(unit))
    for token, rows in ((unit.token, 0), (None, 1)):
        async with town.app.state.house.database.changing(token or "") as db:
            found = await db.execute(select(func.units_that_wait(town.clock.now()).table_valued("unit_id")))
            assert len(found.all()) == rows
