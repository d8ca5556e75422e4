"""A stand-in for Caddy where there is none: balances as the Caddyfile says. `python -m tests.deploy.door Caddyfile`."""

import asyncio
import os
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from yarl import URL

from tests.deploy.caddyfile import Balanced, Fixed, Site, fits, sites

OWN_HOP = {"connection", "keep-alive", "transfer-encoding", "host", "x-forwarded-for", "content-length"}
LONGEST = 1_000_000
ANSWERED_WITHIN = 60.0
NOTHING = Fixed(200)
"""What Caddy answers where nothing was said."""


@dataclass
class Upstream:
    """One of those that answer."""

    address: str
    is_well: bool = True
    out_until: float = 0.0
    busy: int = 0
    """How many requests it is answering."""

    @property
    def is_in(self) -> bool:
        return self.is_well and time.monotonic() >= self.out_until


@dataclass
class Balance:
    """Those that answer the same, and whom to ask next."""

    how: Balanced
    http: aiohttp.ClientSession
    upstreams: list[Upstream] = field(init=False)

    def __post_init__(self) -> None:
        self.upstreams = [Upstream(address) for address in self.how.upstreams]

    async def watch(self) -> None:
        """Look at each again and again, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for each in self.upstreams:
                group.create_task(self._watch(each))

    async def _watch(self, upstream: Upstream) -> None:
        timeout = aiohttp.ClientTimeout(total=self.how.health_within)
        while True:
            try:
                async with self.http.get(f"http://{upstream.address}{self.how.health_path}", timeout=timeout) as answer:
                    upstream.is_well = answer.status < 400
            except (TimeoutError, aiohttp.ClientError):
                upstream.is_well = False
            await asyncio.sleep(self.how.health_every)

    async def answer(self, request: web.Request) -> web.Response:
        """The answer of whoever is least busy; another one's where no connection came about."""
        body, until = await request.read(), time.monotonic() + self.how.try_for
        while True:
            least = min((each for each in self.upstreams if each.is_in), key=lambda each: each.busy, default=None)
            if least is not None:
                try:
                    return await self._ask(least, request, body)
                except aiohttp.ClientConnectorError:
                    least.out_until = time.monotonic() + self.how.out_for
                except aiohttp.ClientError:  # it may have been done: nobody else is asked
                    least.out_until = time.monotonic() + self.how.out_for
                    return web.Response(status=502)
            if time.monotonic() >= until:
                return web.Response(status=502 if least else 503)
            await asyncio.sleep(self.how.try_every)

    async def _ask(self, upstream: Upstream, request: web.Request, body: bytes) -> web.Response:
        taken_off = OWN_HOP | {name.lower() for name in self.how.taken_off}
        headers = {name: value for name, value in request.headers.items() if name.lower() not in taken_off}
        headers["X-Forwarded-For"] = request.remote or ""
        url = URL(f"http://{upstream.address}{request.raw_path}", encoded=True)
        upstream.busy += 1
        try:
            async with self.http.request(
                request.method, url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                kept = {name: value for name, value in answer.headers.items() if name.lower() not in OWN_HOP}
                return web.Response(status=answer.status, headers=kept, body=await answer.read())
        finally:
            upstream.busy -= 1


async def serve(open_sites: list[Site]) -> None:
    """Be the door, until cancelled."""
    async with AsyncExitStack() as stack:
        timeout = aiohttp.ClientTimeout(total=ANSWERED_WITHIN)
        http = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=timeout, auto_decompress=False, connector=aiohttp.TCPConnector(limit=0))
        )
        group = await stack.enter_async_context(asyncio.TaskGroup())
        for site in open_sites:
            await stack.enter_async_context(_Open(site, http, group))
        await asyncio.Event().wait()


class _Open:
    """One site, open."""

    def __init__(self, site: Site, http: aiohttp.ClientSession, group: asyncio.TaskGroup) -> None:
        self._address = site.address
        self._routes = [(path, how if isinstance(how, Fixed) else Balance(how, http)) for path, how in site.routes]
        self._group = group
        app = web.Application(client_max_size=LONGEST)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True)

    async def __aenter__(self) -> None:
        for _, how in self._routes:
            if isinstance(how, Balance):
                self._group.create_task(how.watch())
        at = urlsplit(self._address)
        await self._runner.setup()
        await web.TCPSite(self._runner, at.hostname, at.port).start()

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        how = next((how for pattern, how in self._routes if fits(request.path, pattern)), NOTHING)
        return web.Response(status=how.status) if isinstance(how, Fixed) else await how.answer(request)


if __name__ == "__main__":
    asyncio.run(serve(sites(Path(sys.argv[1]).read_text(), os.environ)))
