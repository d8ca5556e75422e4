"""The courier: brings what the API has for chats that did not just write, and reports what became of it."""

import asyncio
import time
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from weakref import WeakValueDictionary

from api.client import Api
from api.client.faults import ApiFault
from api.schemas.deliveries import LONGEST_RETRY, DeliveryClaimed, DeliveryReport
from bot.alarm import alarm, log, name_of
from bot.budget import Budget
from bot.edge import mark
from bot.plain import PlainBot
from bot.voice import Blocked, MaybeSent, NotSent, NotTaken, change, say, take_back
from conversations.notices import message_of
from conversations.replies import Message
from models.refusals import Refusal
from models.sealing import Keys
from models.words import Notice

AT_ONCE = 60
"""Deliveries at hand: what is sent in two seconds, so that the next are there before the last are gone."""
IDLE = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
SAYING = 5.0
"""Seconds for Telegram to take one message."""


class Courier:
    """Claims deliveries, brings them, and reports. Leases at the API make any number of couriers safe.

    All of them send out of the one budget, side by side, as fast as Telegram takes it.
    """

    def __init__(self, api: Api, bot: PlainBot, keys: Keys, budget: Budget) -> None:
        self._api = api
        self._bot = bot
        self._keys = keys
        self._budget = budget
        self._chats: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._at_hand: set[asyncio.Task[None]] = set()
        self._quiet_until = 0.0
        """Telegram wants to hear of no delivery before then."""

    async def run(self) -> None:
        """Bring deliveries until cancelled; those under way are still reported."""
        try:
            await self._run()
        finally:
            for task in self._at_hand:
                task.cancel()
            if self._at_hand:
                await asyncio.wait(self._at_hand)

    async def _run(self) -> None:
        pause = FIRST_PAUSE
        while True:
            await asyncio.sleep(max(0, self._quiet_until - time.monotonic()))
            asked_at = time.monotonic()
            try:
                claimed = await self._api.claim_deliveries(AT_ONCE - len(self._at_hand))
            except (ApiFault, Refusal) as trouble:
                log.warning("no_deliveries", reason=name_of(trouble))
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                continue
            pause = FIRST_PAUSE
            for delivery in claimed:
                task = asyncio.create_task(self._bring_in_time(asked_at, delivery))
                self._at_hand.add(task)
                task.add_done_callback(self._at_hand.discard)
            if not self._at_hand:
                await asyncio.sleep(IDLE)
            elif not claimed:
                await asyncio.wait(self._at_hand, timeout=IDLE)
            while len(self._at_hand) > AT_ONCE // 2:
                await asyncio.wait(self._at_hand, return_when=asyncio.FIRST_COMPLETED)

    async def _bring_in_time(self, asked_at: float, delivery: DeliveryClaimed) -> None:
        """As soon as there is a permit; what comes too late for its lease is claimed anew when that is over."""
        if not self._may_begin(asked_at, delivery):
            return
        in_order = self._chats.setdefault(delivery.chat, asyncio.Lock())
        async with in_order, self._budget.bulk(delivery.chat) as permit:
            if self._may_begin(asked_at, delivery):
                await _to_its_end(self._bring(delivery))
            permit.quiet = max(0.0, self._quiet_until - time.monotonic())

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
        if delivery.notice is Notice.TAKEN_BACK:
            return await take_back(self._bot, delivery.chat, delivery.replaces, message, patience=SAYING)
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
