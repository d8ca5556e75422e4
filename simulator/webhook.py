"""Delivery by webhook: one update at a time per chat, again and again until it is taken."""

import asyncio
import re
from dataclasses import dataclass, field

import aiohttp

from simulator.calls import Call
from simulator.updates import Update, Updates
from simulator.wire import Json, bad_request

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
MOST_CONNECTIONS, USUAL_CONNECTIONS = 100, 40
ANSWER_WITHIN = 60.0  # seconds
FIRST_WAIT, LONGEST_WAIT = 0.1, 5.0  # seconds between tries; Telegram's own are longer


@dataclass(frozen=True)
class WebhookOrder:
    """What setWebhook asked for."""

    url: str
    secret: str = ""
    max_connections: int = USUAL_CONNECTIONS


def read_webhook(call: Call) -> WebhookOrder:
    """Check setWebhook's parameters. Plain http is taken, as a local Bot API server does."""
    url, secret = call.text("url").strip(), call.text("secret_token")
    if url and not re.match(r"https?://[^\s/]+", url):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = call.integer("max_connections", USUAL_CONNECTIONS)
    return WebhookOrder(url, secret, max(1, min(MOST_CONNECTIONS, connections)))


@dataclass
class Webhook:
    """The deliverer. `run` it beside the server; it sleeps while no address is set."""

    updates: Updates
    order: WebhookOrder = field(default_factory=lambda: WebhookOrder(""))
    last_error: str = ""
    last_error_at: int = 0
    _busy: dict[int, asyncio.Task[None]] = field(default_factory=dict)  # by chat

    @property
    def is_set(self) -> bool:
        return bool(self.order.url)

    def set(self, order: WebhookOrder) -> None:
        self.order, self.last_error = order, ""
        self.updates.stir()

    def as_info(self) -> Json:
        """Telegram's WebhookInfo."""
        info: Json = {
            "url": self.order.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.pending),
        }
        if self.is_set:
            info["max_connections"] = self.order.max_connections
        if self.last_error:
            info |= {"last_error_date": self.last_error_at, "last_error_message": self.last_error}
        if self.updates.allowed:
            info["allowed_updates"] = self.updates.allowed
        return info

    async def run(self) -> None:
        """Deliver until cancelled."""
        connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS)
        async with aiohttp.ClientSession(connector=connector) as session:
            try:
                while True:
                    stirred = asyncio.ensure_future(self.updates.stirred())
                    self._start_deliveries(session)
                    await stirred
            finally:
                await self._stop()

    async def _stop(self) -> None:
        tasks = list(self._busy.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start_deliveries(self, session: aiohttp.ClientSession) -> None:
        if not self.is_set:
            return
        for update in self.updates.pending:
            if len(self._busy) >= self.order.max_connections:
                return
            if update.chat_id not in self._busy:
                self._busy[update.chat_id] = asyncio.create_task(self._deliver_chat(session, update))

    async def _deliver_chat(self, session: aiohttp.ClientSession, update: Update) -> None:
        try:
            await self._deliver(session, update)
        finally:
            del self._busy[update.chat_id]
            self.updates.stir()

    async def _deliver(self, session: aiohttp.ClientSession, update: Update) -> None:
        """Offer one update until it is taken, forgotten, or the webhook moves."""
        wait, order = FIRST_WAIT, self.order
        while self.order == order and update in self.updates.pending:
            if await self._offer(session, order, update):
                self.updates.remove(update)
                return
            await asyncio.sleep(wait)
            wait = min(LONGEST_WAIT, wait * 2)

    async def _offer(self, session: aiohttp.ClientSession, order: WebhookOrder, update: Update) -> bool:
        headers = {SECRET_HEADER: order.secret} if order.secret else {}
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        try:
            async with session.post(
                order.url, json=update.as_json(), headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                taken = 200 <= response.status < 300
                problem = f"Wrong response from the webhook: {response.status} {response.reason}"
        except TimeoutError:
            taken, problem = False, "Read timeout expired"
        except aiohttp.ClientError:
            taken, problem = False, "Connection refused or cut"
        if not taken:
            self.last_error, self.last_error_at = problem, int(self.updates.clock())
        return taken
