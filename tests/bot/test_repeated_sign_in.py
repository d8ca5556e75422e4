"""A sign-in of which every update comes thrice, with the local Telegram and the real service (T16)."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from telegram import Update

from bot.run import Parts, parts_of
from bot.settings import BotSettings
from simulator.person import Person
from tests.api.hands import PASSWORD, Staff, another
from tests.bot.copies import COPIES, HIGHEST_ID, Copies
from tests.bot.hands import Service, Telegram
from tests.fire.series import Fire

PROCESSES = 2
NUMBERS = itertools.count(1)

SIGNING_IN = [
    "/start",
    "[Đăng nhập]",
    "the name",
    "not the password",
    PASSWORD.get_secret_value(),
    "not the code",
    "the code",
    "[🌐 Ngôn ngữ / Language]",
    "[🇬🇧 English]",
    "[Sign out]",
    "[Sign out]",
]


@dataclass(frozen=True)
class Visitor:
    """Somebody who signs in, and out again."""

    person: Person
    staff: Staff

    async def does(self, step: str) -> None:
        match step:
            case "the name":
                await self.person.say(self.staff.username)
            case "the code":
                await self.person.say(await self.person.last_code())
            case "not the code":
                await self.person.say(another(await self.person.last_code()).get_secret_value())
            case _ if step.startswith("["):
                await self.person.press(step[1:-1])
            case _:
                await self.person.say(step)

    async def end(self, service: Service) -> dict[str, Any]:
        """What stands in the chat and in the registry, without what differs from person to person."""
        heard = [one for one in await self.person.messages() if one.by_bot]
        rows = service.registry.rows
        return {
            "messages": [(one.text.replace(self.staff.username, "…"), one.buttons) for one in heard],
            "attempts": service.registry.attempts(self.staff),
            "guard": service.registry.guard(self.staff),
            "SMS": rows("SELECT count(*) FROM otp_sms WHERE account_id = %s", self.staff.id),
            "sessions": rows('SELECT "end" FROM session WHERE account_id = %s', self.staff.id),
            "language": rows("SELECT language FROM account WHERE id = %s", self.staff.id),
        }


async def visitor(telegram: Telegram, service: Service) -> Visitor:
    """Their numbers end alike, as far as they are shown."""
    person = await telegram.play.newcomer("Demo", phone=f"+8491{next(NUMBERS):04}678")
    return Visitor(person, service.registry.account(person.phone))


async def come_and_go(
    visitors: list[Visitor],
    telegram: Telegram,
    processes: list[Parts],
    dice: random.Random,
    copies: Copies | None,
    steps: list[str] = SIGNING_IN,
) -> None:
    """Sign in and out, all at the same pace."""

    async def deliver(raws: list[dict[str, Any]]) -> None:
        dice.shuffle(raws)
        takers = [dice.choice(processes) for _ in raws]
        takes = (
            one.inbox.take(Update.de_json(r, one.bot), patiently=True) for one, r in zip(takers, raws, strict=True)
        )
        await asyncio.gather(*takes)

    for step in steps:
        for one in visitors:
            await one.does(step)
            if dice.random() < 0.1:
                telegram.town.updates.jump(dice.randrange(1, HIGHEST_ID))
        raws = [update.as_json() for update in telegram.town.updates.pending]
        telegram.town.updates.drop()
        await deliver([one for raw in raws for one in copies.now(raw)] if copies else raws)
    await deliver(copies.late if copies else [])


@pytest.fixture
async def processes(settings: Callable[..., BotSettings], service: Service) -> AsyncIterator[list[Parts]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(parts_of(settings(api_url=service.url))) for _ in range(PROCESSES)]


async def test_T16_a_press_on_the_menu_that_comes_again_later_does_not_begin_the_talk_anew(
    processes: list[Parts], telegram: Telegram, service: Service
) -> None:
    one, dice = await visitor(telegram, service), random.Random(16)
    await come_and_go([one], telegram, processes, dice, None, SIGNING_IN[:3])
    before = await one.end(service)
    await telegram.play.disorder(repeat="callback_query")
    await come_and_go([], telegram, processes, dice, None, [""])
    assert await one.end(service) == before


@pytest.mark.fire("updates")
async def test_T16_a_sign_in_of_which_every_update_comes_thrice_is_one_sign_in(
    processes: list[Parts], telegram: Telegram, service: Service, fire: Fire
) -> None:
    blocks, crowd = range(fire.size(short=1, long=20)), fire.size(short=3, long=10)
    for block in (series := fire.series("blocks of visitors", blocks)):
        dice = fire.dice(block)
        alone, *visitors = [await visitor(telegram, service) for _ in range(1 + crowd)]
        await come_and_go([alone], telegram, processes, dice, None)
        await come_and_go(visitors, telegram, processes, dice, Copies(dice, partial(dice.randrange, 1, HIGHEST_ID)))
        baseline = await alone.end(service)
        assert baseline["attempts"] == ["wrong_password", "password_right", "wrong_otp", "signed_in"]
        for one in visitors:
            assert await one.end(service) == baseline
        series.keep(crowd)
    what = f"sign-ins with the real service whose updates come {COPIES} times and end as if each came once"
    fire.figure("T16", what, f"{sum(series.results)} of {len(blocks) * crowd}")
