"""The test bench: ordering faults, disorder and limits, and reading the record."""

from aiohttp import web

from simulator.faults import fault_from
from simulator.orders import read_order
from simulator.town import Town
from simulator.webhook import Webhook
from simulator.wire import Impossible, Json


class Bench:
    """The part of the play side that breaks things on purpose."""

    def __init__(self, town: Town, webhook: Webhook) -> None:
        self.town = town
        self.webhook = webhook

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/play/faults", self.faults),
            web.post("/play/faults", self.order),
            web.delete("/play/faults", self.clear_faults),
            web.post("/play/updates", self.disorder),
            web.get("/play/updates", self.updates),
            web.post("/play/limits", self.set_limits),
            web.get("/play/record", self.record),
            web.delete("/play/record", self.clear_record),
        ]

    def shown(self) -> Json:
        limits = self.town.limits
        return {
            "faults": [fault.as_json() for fault in self.town.faults.ordered],
            "limits": {
                "per_chat": limits.per_chat,
                "overall": limits.overall,
                "burst": limits.burst,
                "slides": limits.slides,
                "retry_after": limits.retry_after,
                "refused": limits.refused,
            },
        }

    async def faults(self, request: web.Request) -> web.Response:
        return web.json_response(self.shown()["faults"])

    async def order(self, request: web.Request) -> web.Response:
        """Order one fault: the fields of `Fault`."""
        fault = fault_from(await read_order(request))
        self.town.faults.order(fault)
        return web.json_response(fault.as_json())

    async def clear_faults(self, request: web.Request) -> web.Response:
        self.town.faults.clear()
        return web.json_response([])

    async def disorder(self, request: web.Request) -> web.Response:
        """`duplicate` or `shuffle` the next N, `release`, `jump` (true or an id), `again` under the same id,
        `repeat` the last of a kind under a new one."""
        order, updates = await read_order(request), self.town.updates
        answer: Json = {}
        for word, value in order.items():
            match word:
                case "duplicate":
                    updates.duplicate = int(value)
                case "shuffle":
                    updates.shuffle = int(value)
                case "release":
                    updates.release()
                case "jump":
                    answer["next_id"] = updates.jump(None if value is True else int(value))
                case "again":
                    answer["update_id"] = updates.again()
                case "repeat":
                    answer["update_id"] = updates.repeat(str(value))
                case _:
                    raise Impossible(f"updates know no {word!r}")
        return web.json_response(answer)

    async def updates(self, request: web.Request) -> web.Response:
        """What waits for the bot, and how it gets it."""
        updates = self.town.updates
        return web.json_response(
            {
                "next_id": updates.next_id,
                "pending": [update.as_json() for update in updates.pending],
                "webhook": self.webhook.as_info(),
            }
        )

    async def set_limits(self, request: web.Request) -> web.Response:
        """Messages per second, `per_chat` (with a `burst`) and `overall`; 0 switches a limit off.

        With `slides`, no more within any second; `retry_after` is what refusals name.
        """
        order = await read_order(request)
        self.town.limits.set(
            per_chat=float(order.get("per_chat", 0)),
            overall=float(order.get("overall", 0)),
            burst=int(order.get("burst", 3)),
            slides=bool(order.get("slides", False)),
            retry_after=int(order.get("retry_after", 0)),
        )
        return web.json_response(self.shown()["limits"])

    async def record(self, request: web.Request) -> web.Response:
        after = int(request.query.get("after", 0))
        entries = self.town.record.of(request.query.get("method"), after)
        return web.json_response([entry.as_json() for entry in entries])

    async def clear_record(self, request: web.Request) -> web.Response:
        self.town.record.clear()
        return web.json_response([])
