"""The stand-in for Caddy: balances, leaves out who does not answer, and passes on no lies."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr
from yarl import URL

from api.client import Api
from api.client.faults import ApiSilent
from tests.deploy.caddyfile import Balanced, Fixed, Site
from tests.deploy.door import serve
from trambot.servers.folder import LOOPBACK, free_port


class Behind:
    """Somebody behind the door, and what came to them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.port = free_port()
        self.requests: list[web.Request] = []
        self._app = web.Application()
        self._app.router.add_get("/alive", self._live)
        self._app.router.add_route("*", "/{path:.*}", self._answer)

    async def _live(self, _: web.Request) -> web.Response:
        return web.Response()

    async def _answer(self, request: web.Request) -> web.Response:
        self.requests.append(request)
        return web.json_response(
            {"name": self.name, "body": await request.text()}, status=201, headers={"X-From": self.name}
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        runner = web.AppRunner(self._app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, LOOPBACK, self.port).start()
        try:
            yield
        finally:
            await runner.cleanup()


@asynccontextmanager
async def door(*behind: Behind, try_for: float = 0.5) -> AsyncIterator[str]:
    """The door's address."""
    how = Balanced(
        upstreams=[f"{LOOPBACK}:{each.port}" for each in behind],
        health_path="/alive",
        health_every=0.05,
        health_within=1,
        out_for=0.1,
        try_for=try_for,
        try_every=0.01,
        taken_off=["X-Service-Key"],
    )
    address = f"http://{LOOPBACK}:{free_port()}"
    task = asyncio.create_task(serve([Site(address, [("/v1/*", how), ("*", Fixed(404))])]))
    try:
        await _open(address)
        yield address
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _open(address: str) -> None:
    async with aiohttp.ClientSession() as http, asyncio.timeout(10):
        while True:
            try:
                async with http.get(f"{address}/else") as answer:
                    assert answer.status == 404
                    return
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.01)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_a_request_and_its_answer_come_through_as_they_are(http: aiohttp.ClientSession) -> None:
    one = Behind("one")
    async with (
        one.running(),
        door(one) as address,
        http.post(URL(f"{address}/v1/a%20b?c=d%2F", encoded=True), data="text", headers={"X-Own": "kept"}) as answer,
    ):
        assert (answer.status, answer.headers["X-From"]) == (201, "one")
        assert (await answer.json())["body"] == "text"
    (request,) = one.requests
    assert (request.method, request.raw_path, request.headers["X-Own"]) == ("POST", "/v1/a%20b?c=d%2F", "kept")


async def test_T39_forwarded_addresses_are_written_anew_and_the_bots_key_is_taken_off(
    http: aiohttp.ClientSession,
) -> None:
    one = Behind("one")
    lies = {"X-Forwarded-For": "203.0.113.9", "x-service-key": "stolen"}
    async with one.running(), door(one) as address, http.get(f"{address}/v1/me", headers=lies):
        pass
    (request,) = one.requests
    assert request.headers.getall("X-Forwarded-For") == [LOOPBACK]
    assert "X-Service-Key" not in request.headers


async def test_while_one_is_gone_nobody_notices(http: aiohttp.ClientSession) -> None:
    one, other = Behind("one"), Behind("other")
    async with other.running(), door(one, other) as address:
        for _ in range(20):
            async with http.post(f"{address}/v1/x") as answer:
                assert (await answer.json())["name"] == "other"
        async with one.running(), asyncio.timeout(10):
            while not one.requests:  # and it gets its share once it is back
                async with asyncio.TaskGroup() as group:
                    for _ in range(4):
                        group.create_task(_knock(http, address))


async def _knock(http: aiohttp.ClientSession, address: str) -> None:
    async with http.post(f"{address}/v1/x") as answer:
        assert answer.status == 201


async def test_one_that_comes_back_soon_enough_is_waited_for(http: aiohttp.ClientSession) -> None:
    one = Behind("one")
    async with door(one, try_for=10) as address:
        asked = asyncio.create_task(_knock(http, address))
        done, _ = await asyncio.wait([asked], timeout=0.2)
        assert not done
        async with one.running():
            await asked


async def test_T35_an_api_that_is_gone_behind_the_door_is_silent_and_not_broken(http: aiohttp.ClientSession) -> None:
    async with door(Behind("gone"), try_for=0.1) as address:
        with pytest.raises(ApiSilent):
            await Api(http, address).start_sign_in("demo.yta", SecretStr("any"))
