"""The SMS gateway over HTTP: `POST /sms` with a bearer key."""

import hmac
import json

from aiohttp import web

from simulator.bot_api import Cut, after, before, cut
from simulator.people import PHONE
from simulator.sms import LONGEST, Sms
from simulator.town import Town
from simulator.wire import BotApiError


class SmsApi:
    """Takes an SMS once per request id. Errors are `{"error": …}` with the status that fits."""

    def __init__(self, town: Town, key: str) -> None:
        self.town = town
        self.key = key

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/sms", self.take)]

    async def take(self, request: web.Request) -> web.Response:
        """200 with the message id; 400, 401, or what a fault has in store."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(key.encode(), self.key.encode()):
            return problem(401, "wrong key")
        try:
            to, text, request_id = read_order(await request.read())
        except ValueError as error:
            return problem(400, str(error))
        try:
            return await self._under_faults(to, text, request_id)
        except BotApiError as error:
            return problem(error.code, error.description)
        except Cut:
            cut(request)

    async def _under_faults(self, to: str, text: str, request_id: str) -> web.Response:
        fault = self.town.faults.take("sms")
        if fault is not None:
            await before(fault)
        sms = self._accept(to, text, request_id, lost=fault is not None and fault.kind == "lost")
        if fault is not None:
            await after(fault)
        return web.json_response({"message_id": sms.id, "segments": sms.segments})

    def _accept(self, to: str, text: str, request_id: str, *, lost: bool) -> Sms:
        known = self.town.sms.seen(request_id)
        if known is not None:
            return known
        sms = self.town.sms.accept(to, text, request_id, self.town.clock())
        if not lost:
            self.town.sms.deliver(sms)
            self.town.news.tell("sms", number=to, sms=sms.as_json())
        return sms


def read_order(body: bytes) -> tuple[str, str, str]:
    """Number, text and request id; ValueError says what does not fit."""
    shape: object = json.loads(body)
    fields = shape if isinstance(shape, dict) else {}
    to, text, request_id = (fields.get(name, "") for name in ("to", "text", "request_id"))
    if not (isinstance(to, str) and PHONE.fullmatch(to)):
        raise ValueError("to: a number in E.164, +84…")
    if not (isinstance(text, str) and 1 <= len(text) <= LONGEST and isinstance(request_id, str)):
        raise ValueError(f"text: 1 to {LONGEST} characters; request_id: a text")
    return to, text, request_id


def problem(status: int, what: str) -> web.Response:
    return web.json_response({"error": what}, status=status)
