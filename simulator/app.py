"""The simulator's server: the local Telegram, the SMS gateway, the play side and the page, on one port."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from simulator import snapshot
from simulator.bot_api import BotApi
from simulator.guard import guard
from simulator.people import Person, read_people
from simulator.play import Play, explain
from simulator.sms_api import SmsApi
from simulator.town import Bot, Town
from simulator.webhook import Webhook

log = logging.getLogger("simulator")

PAGE = Path(__file__).parent / "page"
LARGEST_BODY = 64 * 1024 * 1024  # a file of 50 MiB, base64 or multipart around it

TOWN = web.AppKey("town", Town)


@dataclass(frozen=True)
class Address:
    """Where a running simulator is."""

    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def base_url(self) -> str:
        """What python-telegram-bot wants as `base_url`."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.url}/file/bot"


def bot_of(token: str, username: str, name: str) -> Bot:
    """The bot a token belongs to: Telegram's tokens begin with the bot's id."""
    number, _, secret = token.partition(":")
    if not (number.isdigit() and secret):
        raise ValueError("a token looks like 123456:secret")
    return Bot(int(number), username, name)


def make_app(
    *,
    token: str,
    sms_key: str,
    people: Iterable[Person] = (),
    state: Path | None = None,
    hosts: Iterable[str] = (),
    username: str = "trambot_demo_bot",
    name: str = "TramBot",
    town: Town | None = None,
) -> web.Application:
    """The application; its town is `app[TOWN]`. `hosts`: names besides loopback that the page may be called by."""
    town = town or Town(bot_of(token, username, name), people)
    if state is not None:
        snapshot.load(town, state)
    webhook = Webhook(town.updates)
    app = web.Application(middlewares=[guard(hosts), explain], client_max_size=LARGEST_BODY)
    app[TOWN] = town
    app.add_routes(BotApi(town, webhook, token).routes())
    app.add_routes(SmsApi(town, sms_key).routes())
    app.add_routes(Play(town, webhook).routes())
    app.router.add_get("/", _index)
    app.router.add_static("/page", PAGE)
    app.cleanup_ctx.append(_beside(webhook.run))
    if state is not None:
        app.cleanup_ctx.append(_beside(lambda: snapshot.keep(town, state)))
    return app


async def _index(request: web.Request) -> web.FileResponse:
    return web.FileResponse(PAGE / "index.html")


def _beside(run: Callable[[], Awaitable[None]]) -> Callable[[web.Application], AsyncIterator[None]]:
    """Run something for as long as the application runs."""

    async def running(app: web.Application) -> AsyncIterator[None]:
        task = asyncio.ensure_future(run())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return running


@asynccontextmanager
async def running(host: str, port: int, app: web.Application) -> AsyncIterator[Address]:
    """A server for the time of the block; port 0 takes a free one."""
    # No access log: its lines carry the token. A client that goes away ends its call.
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.2)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
        yield Address(host, int(runner.addresses[0][1]))


async def serve(
    host: str,
    port: int,
    *,
    token: str,
    sms_key: str,
    people: Path | None = None,
    state: Path | None = None,
    hosts: Iterable[str] = (),
    started: Callable[[Address], None] = lambda address: None,
) -> None:
    """Serve until cancelled; `started` is called with the address once it listens."""
    everybody = await asyncio.to_thread(read_people, people) if people else []
    app = make_app(token=token, sms_key=sms_key, people=everybody, state=state, hosts=hosts)
    async with running(host, port, app) as address:
        log.info("simulator listens on %s", address.url)
        started(address)
        await asyncio.Event().wait()
