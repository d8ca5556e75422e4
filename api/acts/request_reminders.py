"""Requests that wait: the supervisors are reminded, and where none can be reached, the system's admins hear (R14)."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from api.acts.notices import Facts, notify, open_chats
from api.callers import THE_BOT
from api.installation import Installation
from api.turns import Turn
from models.scopes import ROOT, province_of
from models.words import Notice


class Waiting(NamedTuple):
    """A unit whose requests wait for too long, by the one that waits longest."""

    unit_id: int
    unit: str
    place: str
    request: UUID
    waiting: int
    asked_at: datetime


async def remind(house: Installation) -> None:
    """Remind of every unit's, once in each span of time, whichever processes do it.

    What is told is one delivery of one cause, so the second to tell it finds it told.
    """
    now, every = house.now(), house.settings.request_reminder
    async with house.database.changing() as db:
        asked = select(func.units_that_wait(now - every).table_valued(*Waiting._fields))
        found = [Waiting(*row) for row in await db.execute(asked)]
    for one in found:
        async with house.database.changing() as db:
            span = (now - one.asked_at) // every
            await _remind_of(Turn(house, THE_BOT, db), one, f"reminder {span} of {one.request}")


async def escalate(turn: Turn, cause: str, facts: Facts) -> None:
    """Tell the system's admins that nobody who decides there can be reached; they can call, or make somebody."""
    admins = list(await turn.db.scalars(select(func.deciders_at(ROOT))))
    await notify(turn, Notice.SUPERVISOR_UNREACHED, await open_chats(turn, admins), cause, facts)


async def _remind_of(turn: Turn, one: Waiting, cause: str) -> None:
    facts = {"unit": one.unit, "unit_id": str(one.unit_id), "waiting": str(one.waiting)}
    deciders = list(await turn.db.scalars(select(func.deciders_at(one.place))))
    if chats := await open_chats(turn, deciders):
        await notify(turn, Notice.REQUESTS_WAIT, chats, cause, facts)
    elif province_of(one.place) is not None:
        await escalate(turn, cause, facts)
