"""The Bot API over HTTP: `/bot<token>/<method>` and `/file/bot<token>/<path>`, faults included."""

import asyncio
import hmac
import json
import time
from typing import NoReturn

from aiohttp import web

from simulator.calls import Call, read_call
from simulator.faults import Fault
from simulator.methods import METHODS, Answer
from simulator.record import Entry
from simulator.town import Town
from simulator.webhook import Webhook, WebhookOrder, read_webhook
from simulator.wire import BotApiError, Json, bad_request

LONGEST_HANG = 300.0  # seconds, should a client wait for ever
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class Cut(Exception):
    """The connection is dropped instead of an answer."""


class BotApi:
    """The server side of one bot's token."""

    def __init__(self, town: Town, webhook: Webhook, token: str) -> None:
        self.town = town
        self.webhook = webhook
        self.token = token

    def routes(self) -> list[web.RouteDef]:
        return [
            web.route("*", "/bot{token}/{method}", self.answer),
            web.get("/file/bot{token}/{path:.+}", self.download),
        ]

    def _knows(self, request: web.Request) -> bool:
        return hmac.compare_digest(request.match_info["token"].encode(), self.token.encode())

    async def download(self, request: web.Request) -> web.Response:
        """A file's bytes, under the path that getFile gave."""
        if not self._knows(request):
            return refused(BotApiError(401, "Unauthorized"))
        stored = self.town.files.at(request.match_info["path"])
        if stored is None:
            return refused(BotApiError(404, "Not Found"))
        return web.Response(body=stored.body, content_type="application/octet-stream")

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one call, under the faults that are ordered for it."""
        if not self._knows(request):
            return refused(BotApiError(401, "Unauthorized"))
        try:
            call = await read_call(request)
        except BotApiError as error:
            return refused(error)
        entry = self.town.record.open(call.method, call.for_record(), call.chat_id, self.town.clock())
        began = time.monotonic()
        try:
            response = accepted(await self._under_faults(call, entry))
            entry.status = response.status
        except BotApiError as error:
            response = refused(error)
            entry.status, entry.description = error.code, error.description
        except Cut:
            cut(request)
        finally:
            entry.took = time.monotonic() - began
            self._tell(entry)
        return response

    def _tell(self, entry: Entry) -> None:
        if entry.method.lower() != "getupdates":
            self.town.news.tell("call", call=entry.as_json())

    async def _under_faults(self, call: Call, entry: Entry) -> Answer:
        fault = self.town.faults.take(call.method, call.chat_id)
        if fault is None:
            return await self._perform(call)
        entry.fault = fault.kind
        await before(fault)
        result = await self._perform(call)
        entry.status = 200
        await after(fault)
        return result

    async def _perform(self, call: Call) -> Answer:
        name = call.method.lower()
        if name in METHODS:
            return METHODS[name](self.town, call)
        if name == "getupdates":
            return await self._get_updates(call)
        if name in ("setwebhook", "deletewebhook"):
            return self._set_webhook(call, WebhookOrder("") if name == "deletewebhook" else read_webhook(call))
        if name == "getwebhookinfo":
            return self.webhook.as_info()
        raise BotApiError(404, "Not Found: method not found")

    async def _get_updates(self, call: Call) -> list[Json]:
        if self.webhook.is_set:
            raise BotApiError(409, WEBHOOK_ACTIVE)
        self._allow(call)
        limit = max(1, min(100, call.integer("limit", 100)))
        timeout = max(0.0, call.number("timeout"))
        updates = await self.town.updates.fetch(call.integer("offset"), limit, timeout)
        return [update.as_json() for update in updates]

    def _set_webhook(self, call: Call, order: WebhookOrder) -> bool:
        self._allow(call)
        if call.truth("drop_pending_updates"):
            self.town.updates.drop()
        self.webhook.set(order)
        if order.url:
            self.town.updates.interrupt_poll()
        return True

    def _allow(self, call: Call) -> None:
        allowed = call.array("allowed_updates")
        if allowed is None:
            return
        if not all(isinstance(kind, str) for kind in allowed):
            raise bad_request("expected an Array of String as allowed_updates")
        self.town.updates.allowed = [str(kind) for kind in allowed]


async def before(fault: Fault) -> None:
    """What a fault does instead of, or ahead of, the thing itself."""
    if fault.kind == "refuse":
        raise fault.as_error()
    if fault.kind == "cut_before":
        raise Cut
    if fault.kind == "hang_before":
        await hang()
    if fault.kind == "slow":
        await asyncio.sleep(fault.delay)


async def after(fault: Fault) -> None:
    """What a fault does when the thing is done."""
    if fault.kind == "cut_after":
        raise Cut
    if fault.kind == "hang_after":
        await hang()


async def hang() -> NoReturn:
    """Never answer; the client gives up first."""
    await asyncio.sleep(LONGEST_HANG)
    raise Cut


def cut(request: web.BaseRequest) -> NoReturn:
    """Drop the connection."""
    if request.transport is not None:
        request.transport.abort()
    raise ConnectionResetError("cut by order")


def accepted(result: Answer) -> web.Response:
    return web.json_response({"ok": True, "result": result}, dumps=dumps)


def refused(error: BotApiError) -> web.Response:
    return web.json_response(error.as_json(), status=error.code, dumps=dumps)


def dumps(shape: object) -> str:
    return json.dumps(shape, ensure_ascii=False)
