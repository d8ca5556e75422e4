"""The courier: brings what the API has for chats that did not just write, and reports what became of it."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from typing import Literal

from api.client import Api, ApiFault
from api.schemas import DeliveryClaimed, DeliveryReport
from bot.alarm import alarm, log, name_of
from bot.edge import mark
from bot.plain import PlainBot
from bot.voice import Blocked, MaybeSent, NotSent, NotTaken, say
from conversations.notices import message_of
from models.refusals import Refusal
from models.sealing import Keys

AT_ONCE = 20
PACE = 0.05
"""Seconds between two messages: at most 20 a second, so that answers to people go through beside them."""
IDLE = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
SAYING = 5.0
"""Seconds for Telegram to take one message."""

Outcome = Literal["delivered", "blocked", "failed", "again"]


class Courier:
    """Claims deliveries, brings them, and reports. Leases at the API make any number of couriers safe."""

    def __init__(self, api: Api, bot: PlainBot, keys: Keys) -> None:
        self._api = api
        self._bot = bot
        self._keys = keys

    async def run(self) -> None:
        """Bring deliveries until cancelled; the one under way is still reported."""
        pause = FIRST_PAUSE
        while True:
            try:
                claimed = await self._api.claim_deliveries(AT_ONCE)
            except (ApiFault, Refusal) as trouble:
                log.warning("no_deliveries", reason=name_of(trouble))
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                continue
            pause = FIRST_PAUSE
            for delivery in claimed:
                await _to_its_end(self._bring(delivery))
                await asyncio.sleep(PACE)
            if not claimed:
                await asyncio.sleep(IDLE)

    async def _bring(self, delivery: DeliveryClaimed) -> None:
        outcome, number = await self._say(delivery)
        report = DeliveryReport(outcome=outcome, message_id=number)
        pause = FIRST_PAUSE
        while True:  # until it is reported: it would be brought again
            try:
                return await self._api.report_delivery(delivery.id, report)
            except Refusal as refusal:
                alarm(refusal)
                return None
            except ApiFault:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _say(self, delivery: DeliveryClaimed) -> tuple[Outcome, int | None]:
        try:
            message = message_of(delivery, partial(mark, self._keys, delivery.chat))
            return "delivered", await say(self._bot, delivery.chat, message, patience=SAYING)
        except NotSent as unsent:
            await asyncio.sleep(min(unsent.after, LONGEST_PAUSE))
            return "again", None
        except MaybeSent:
            return "delivered", None
        except Blocked:
            return "blocked", None
        except (NotTaken, LookupError, ValueError) as fault:  # Telegram does not take it; its facts make no text
            alarm(fault)
            return "failed", None


async def _to_its_end(work: Coroutine[object, object, None]) -> None:
    """Do it to its end though we are cancelled in the middle; a second time we are not that patient."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        with suppress(TimeoutError):
            await asyncio.wait_for(task, SAYING)
        raise
