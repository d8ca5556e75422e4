"""Orders to the play side: the JSON body of a request."""

import json

from aiohttp import web

from simulator.wire import Json


async def read_order(request: web.Request) -> Json:
    """The JSON object of a request. Nothing but JSON is taken: a form could be posted from any page."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="application/json is expected")
    order = json.loads(await request.read() or b"{}")
    if not isinstance(order, dict):
        raise TypeError("an object is expected")
    return order
