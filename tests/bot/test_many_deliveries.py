"""Deliveries to many: within Telegram's limits, beside people who talk, and over kills (T37, T38)."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from api.acts.deliveries import LEASE
from bot.budget import PERMITS
from bot.courier import Courier
from bot.run import parts_of
from bot.settings import BotSettings
from models.clock import TurnableClock
from models.seals import DELIVERY_FACTS, delivery_row
from simulator.people import Person as Inhabitant
from simulator.person import Person
from tests.bot.hands import Service, Telegram, running_bot
from tests.bot.test_run import started
from tests.fire.series import Fire

Make = Callable[..., BotSettings]
IDS = count(900_000)
KILLS = 3


def write_to_many(telegram: Telegram, service: Service, many: int) -> list[int]:
    """As many people with a chat, and a delivery for each; the chats."""
    staff, chats = service.registry.account(), [next(IDS) for _ in range(many)]
    rows = []
    for chat in chats:
        telegram.town.settle(Inhabitant(chat, "Demo"))
        telegram.town.chats[chat].standing = "member"
        place = delivery_row("test", staff.id, chat)
        facts = service.registry.keys.seal(json.dumps({"at": "2021-10-15T01:00:00+00:00"}), DELIVERY_FACTS, place)
        rows.append((staff.id, chat, facts))
    with service.owner.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO delivery (cause, account_id, chat, notice, facts_sealed, due_at, state, attempts, is_new)"
            " VALUES ('test', %s, %s, 'password_changed', %s, '2021-10-15', 'waiting', 0, false)",
            rows,
        )
    return chats


def shown(telegram: Telegram, chats: list[int]) -> Counter[int]:
    """How often each chat was shown it."""
    return Counter({chat: len(telegram.town.chats[chat].visible()) for chat in chats})


async def until_shown(telegram: Telegram, chats: list[int], many: int) -> None:
    async with asyncio.timeout(60):
        while sum(1 for times in shown(telegram, chats).values() if times) < many:  # noqa: ASYNC110 - of a process
            await asyncio.sleep(0.01)


@pytest.mark.fire("deliveries")
@pytest.mark.parametrize("slides", [True, False])
async def test_T38_no_message_of_many_is_refused_and_who_talks_beside_is_answered(
    settings: Make, service: Service, telegram: Telegram, nurse: Person, fire: Fire, slides: bool
) -> None:
    """Telegram takes 30 a second and one a second in a chat, however it counts them."""
    chats = write_to_many(telegram, service, fire.size(75, 3000))
    await telegram.play.limits(per_chat=1, overall=PERMITS, slides=slides)
    began, waits = asyncio.get_running_loop().time(), []
    async with running_bot(settings(api_url=service.url)):
        await until_shown(telegram, chats, 5)
        for _ in range(fire.size(2, 60)):
            asked = asyncio.get_running_loop().time()
            await nurse.say("/start")
            await nurse.hears("Chào mừng", within=15)
            waits.append(asyncio.get_running_loop().time() - asked)
            await asyncio.sleep(1)  # the chat's own limit is not ours to test
        await until_shown(telegram, chats, len(chats))
        await service.until_delivered()
    took = asyncio.get_running_loop().time() - began
    assert set(shown(telegram, chats).values()) == {1}
    assert telegram.town.limits.refused == 0
    how = "a window that slides" if slides else "a bucket"
    told = (
        f"refused 0; lost 0; {len(chats) / took:.1f} a second; the slowest answer beside them took {max(waits):.2f} s"
    )
    fire.figure("T38", f"{len(chats)} deliveries, {how}", told)


@pytest.mark.fire("deliveries")
async def test_T38_kills_in_the_middle_lose_nothing_and_show_twice_only_what_was_in_flight(
    settings: Make, service: Service, telegram: Telegram, clock_file: Path, tmp_path: Path, fire: Fire
) -> None:
    chats = write_to_many(telegram, service, fire.size(160, 1500))
    own = settings(api_url=service.url)
    for kill in range(1, KILLS + 1):
        (tmp_path / str(kill)).mkdir()
        async with started(own, tmp_path / str(kill)) as bot:
            await until_shown(telegram, chats, kill * len(chats) // (KILLS + 1))
            bot.process.kill()
        TurnableClock(clock_file).turn(LEASE)  # what it had claimed is another's then
    async with parts_of(own) as parts:
        courier = asyncio.create_task(Courier(parts.api, parts.bot, own.keys, parts.budget).run())
        await until_shown(telegram, chats, len(chats))
        await service.until_delivered()
        courier.cancel()
        await asyncio.wait([courier])
    times = shown(telegram, chats)
    twice = sum(times.values()) - len(chats)
    assert min(times.values()) == 1
    assert twice <= KILLS * PERMITS
    fire.figure("T38", f"{len(chats)} deliveries, {KILLS} kills", f"unsent 0; shown twice {twice}")
