"""The courier: brings what the API has for chats that did not just write, and reports what became of it."""

import asyncio
import time
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial

from api.client import Api
from api.client.faults import ApiFault
from api.schemas.deliveries import LONGEST_RETRY, DeliveryClaimed, DeliveryReport
from bot.alarm import alarm, log, name_of
from bot.edge import mark
from bot.plain import PlainBot
from bot.voice import Blocked, MaybeSent, NotSent, NotTaken, change, say
from conversations.notices import message_of
from conversations.replies import Message
from models.refusals import Refusal
from models.sealing import Keys

AT_ONCE = 20
PACE = 0.05
"""Seconds between two messages: at most 20 a second, so that answers to people go through beside them."""
IDLE = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
SAYING = 5.0
"""Seconds for Telegram to take one message."""


class Courier:
    """Claims deliveries, brings them, and reports. Leases at the API make any number of couriers safe."""

    def __init__(self, api: Api, bot: PlainBot, keys: Keys) -> None:
        self._api = api
        self._bot = bot
        self._keys = keys
        self._quiet_until = 0.0
        """Telegram wants to hear of no delivery before then."""

    async def run(self) -> None:
        """Bring deliveries until cancelled; the one under way is still reported."""
        pause = FIRST_PAUSE
        while True:
            await asyncio.sleep(max(0, self._quiet_until - time.monotonic()))
            asked_at = time.monotonic()
            try:
                claimed = await self._api.claim_deliveries(AT_ONCE)
            except (ApiFault, Refusal) as trouble:
                log.warning("no_deliveries", reason=name_of(trouble))
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                continue
            pause = FIRST_PAUSE
            for delivery in claimed:
                if not self._may_begin(asked_at, delivery):
                    break  # this one and those after it are claimed anew when their lease is over
                await _to_its_end(self._bring(delivery))
                await asyncio.sleep(PACE)
            if not claimed:
                await asyncio.sleep(IDLE)

    def _may_begin(self, asked_at: float, delivery: DeliveryClaimed) -> bool:
        """Whether Telegram wants to hear of it, and it ends before it may be another courier's."""
        now = time.monotonic()
        return self._quiet_until <= now < asked_at + delivery.lease_seconds - 2 * SAYING

    async def _bring(self, delivery: DeliveryClaimed) -> None:
        report = await self._say(delivery)
        pause = FIRST_PAUSE
        while True:  # until it is reported: it would be brought again
            try:
                await self._api.report_deliveries([report])
            except ApiFault:
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            except Refusal as refusal:
                alarm(refusal)
                return
            else:
                return

    async def _say(self, delivery: DeliveryClaimed) -> DeliveryReport:
        """Say it, or change the message that it takes the place of; what became of it."""
        told = partial(DeliveryReport, id=delivery.id)
        try:
            message = message_of(delivery, partial(mark, self._keys, delivery.chat))
            return told(outcome="delivered", message_id=await self._shown(delivery, message))
        except NotSent as unsent:
            if not unsent.is_asked:
                return told(outcome="again")
            self._quiet_until = time.monotonic() + unsent.after
            return told(outcome="again", retry_after=min(unsent.after, LONGEST_RETRY))
        except MaybeSent:
            return told(outcome="delivered")
        except Blocked:
            return told(outcome="blocked")
        except (NotTaken, LookupError, ValueError) as fault:  # Telegram does not take it; its facts make no text
            alarm(fault)
            return told(outcome="failed")

    async def _shown(self, delivery: DeliveryClaimed, message: Message) -> int | None:
        if delivery.replaces is None:
            return await say(self._bot, delivery.chat, message, patience=SAYING)
        return await change(self._bot, delivery.chat, delivery.replaces, message, patience=SAYING)


async def _to_its_end(work: Coroutine[object, object, None]) -> None:
    """Do it to its end though we are cancelled in the middle; a second time we are not that patient."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        with suppress(TimeoutError):
            await asyncio.wait_for(task, SAYING)
        raise
