"""A sign-in of which every update comes thrice, with the local Telegram and the real service (T16)."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

from bot.run import Parts, parts_of
from bot.settings import BotSettings
from bot.updates import Update
from simulator.person import Person
from tests.api.hands import PASSWORD, Staff, another
from tests.bot.copies import COPIES, HIGHEST_ID, Copies
from tests.bot.hands import Service, Telegram
from tests.fire.series import Fire

PROCESSES = 2
AT_ONCE = 3
"""Updates that are dealt with at the same time: a sign-in that waits for long is told that it does."""
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


@dataclass(frozen=True)
class Street:
    """Where visitors come and go: whoever brings their updates brings each once, or in copies."""

    telegram: Telegram
    processes: list[Parts]
    dice: random.Random
    copies: Copies | None = None
    at_once: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def come_and_go(self, visitors: list[Visitor], steps: list[str] = SIGNING_IN) -> None:
        """All at the same pace. Who says /start again goes past what takes long, so those copies come at once."""
        for step in steps:
            for one in visitors:
                await one.does(step)
                if self.dice.random() < 0.1:
                    self.telegram.town.updates.jump(self.dice.randrange(1, HIGHEST_ID))
            await self.bring(with_all_copies=step == "/start")
        await self.bring(with_all_copies=True)

    async def bring(self, *, with_all_copies: bool) -> None:
        """Bring what waits, and copies of it, and of what came before."""
        raws = [update.as_json() for update in self.telegram.town.updates.pending]
        self.telegram.town.updates.drop()
        if self.copies:
            raws = [copy for raw in raws for copy in self.copies.now(raw)]
            raws += self.copies.rest() if with_all_copies else []
        self.dice.shuffle(raws)
        await asyncio.gather(*(self._take(self.dice.choice(self.processes), raw) for raw in raws))

    async def _take(self, process: Parts, raw: dict[str, Any]) -> None:
        async with self.at_once:
            await process.inbox.take(Update.model_validate(raw), patiently=True)


@pytest.fixture
async def processes(settings: Callable[..., BotSettings], service: Service) -> AsyncIterator[list[Parts]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(parts_of(settings(api_url=service.url))) for _ in range(PROCESSES)]


async def test_T16_a_press_on_the_menu_that_comes_again_later_does_not_begin_the_talk_anew(
    processes: list[Parts], telegram: Telegram, service: Service
) -> None:
    one, street = await visitor(telegram, service), Street(telegram, processes, random.Random(16))
    await street.come_and_go([one], SIGNING_IN[:3])
    before = await one.end(service)
    await telegram.play.disorder(repeat="callback_query")
    await street.bring(with_all_copies=True)
    assert await one.end(service) == before


@pytest.mark.fire("updates")
async def test_T16_a_sign_in_of_which_every_update_comes_thrice_is_one_sign_in(
    processes: list[Parts], telegram: Telegram, service: Service, fire: Fire
) -> None:
    blocks, crowd = range(fire.size(short=1, long=20)), fire.size(short=3, long=10)
    for block in (series := fire.series("blocks of visitors", blocks)):
        dice = fire.dice(block)
        alone, *visitors = [await visitor(telegram, service) for _ in range(1 + crowd)]
        copies = Copies(dice, partial(dice.randrange, 1, HIGHEST_ID))
        await Street(telegram, processes, dice).come_and_go([alone])
        await Street(telegram, processes, dice, copies).come_and_go(visitors)
        baseline = await alone.end(service)
        assert baseline["attempts"] == ["wrong_password", "password_right", "wrong_otp", "signed_in"]
        for one in visitors:
            assert await one.end(service) == baseline
        series.keep(crowd)
    what = f"sign-ins with the real service whose updates come {COPIES} times and end as if each came once"
    fire.figure("T16", what, f"{sum(series.results)} of {len(blocks) * crowd}")
