"""The API as the doctor finds it: really served."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, web

from tests.bot.hands import SERVICE_KEY, Service, Telegram
from tests.trambot.doctor.hands import found, given, wrongs
from trambot.doctor import api
from trambot.doctor.finding import Finding, Mark


async def looked_at(url: str, key: str = SERVICE_KEY) -> dict[str, Finding]:
    return await found(api.examine(given(api_url=url, service_key=key)))


async def test_an_api_that_works_is_in_order(service: Service) -> None:
    findings = await looked_at(f"{service.url}/")
    assert {name: finding.mark for name, finding in findings.items()} == {
        "health": Mark.GOOD,
        "version": Mark.GOOD,
        "service_key": Mark.GOOD,
    }
    assert service.count("effect") == 0


async def test_T24_another_service_key_is_told_and_not_shown(service: Service) -> None:
    findings = await looked_at(service.url, "geheim-12-geheim-12-geheim-12-geheim-12")
    assert wrongs(findings) == {"service_key"}
    assert "geheim" not in f"{findings}"


async def test_an_api_that_is_not_there_is_told() -> None:
    assert wrongs(await looked_at("http://127.0.0.1:1")) == {"health"}


async def test_somebody_else_at_the_apis_address_is_found(telegram: Telegram) -> None:
    assert wrongs(await looked_at(telegram.address.url)) >= {"health", "version"}


@pytest.fixture
async def outer_door(service: Service) -> AsyncIterator[str]:
    """A proxy that takes away what only a bot may say, as the one for everybody does."""

    async def pass_on(request: web.Request) -> web.Response:
        async with ClientSession() as http, http.request(request.method, f"{service.url}{request.path}") as answer:
            return web.Response(status=answer.status, body=await answer.read(), content_type=answer.content_type)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", pass_on)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_a_door_that_takes_the_bots_key_away_is_found(outer_door: str) -> None:
    findings = await looked_at(outer_door)
    assert wrongs(findings) == {"service_key"}
    assert "takes it away" in findings["service_key"].says
