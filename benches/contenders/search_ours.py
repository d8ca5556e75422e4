"""Searches over HTTP by many at once: of our service, and of a bare one; each in a process of its own, by turns."""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from itertools import count

import aiohttp
import psycopg

from api.client import Api
from api.settings import ApiSettings
from benches.contenders.clock import tell
from benches.contenders.crowd_ours import signed_in
from benches.contenders.look_up_ours import LOG, subjects
from benches.contenders.registry import SERVICE_KEY, Registry
from models.look_up import LookUpSecrets
from models.particulars import Particulars

AT_ONCE = 16
PATIENCE = 30.0
Search = Callable[[Particulars], Awaitable[int]]
"""Looks somebody up; how many were found."""


@asynccontextmanager
async def bare_service(owner_url: str, http: aiohttp.ClientSession) -> AsyncIterator[str]:
    """Its address, as soon as it answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    url = f"http://127.0.0.1:{port}"
    command = (sys.executable, "-m", "benches.contenders.bare_search_ours", owner_url, port)
    process = await asyncio.create_subprocess_exec(*command)
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                with suppress(aiohttp.ClientError):
                    async with http.get(f"{url}/health"):
                        break
                await asyncio.sleep(0.05)
        yield url
    finally:
        process.kill()
        await process.wait()


async def rate(search: Search, everybody: list[Particulars], searches: int) -> float:
    """Searches a second, so many at once."""
    numbers = count()

    async def one_after_the_other() -> None:
        while (number := next(numbers)) < searches:
            if not await search(everybody[number * 7919 % len(everybody)]):
                raise ValueError("nobody was found")

    began = time.perf_counter()
    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))
    return searches / (time.perf_counter() - began)


async def main(owner_url: str, api_url: str, telegram: str, searches: str) -> None:
    """Tell the rate of each."""
    keys = ApiSettings.read().keys
    secrets = LookUpSecrets.of(keys)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http, bare_service(owner_url, http) as bare_url:
        with psycopg.connect(owner_url, autocommit=True) as owner:
            owner.execute(LOG)
            there = owner.execute("SELECT count(*) FROM subject").fetchone()
            assert there  # noqa: S101 - for the type checker
            everybody = subjects(owner, keys, there[0] or 1000)
            registry = Registry(owner, keys)
            registry.forget_sms()
            everywhere = [registry.account(is_cheap=True) for _ in range(AT_ONCE)]
        api = Api(http, api_url, service_key=SERVICE_KEY, patience=PATIENCE)
        staff = [await signed_in(api, account, telegram) for account in everywhere]
        turns = count()

        async def ours(one: Particulars) -> int:
            of = staff[next(turns) % AT_ONCE]
            return (await of.look_up(one.sensitive.full_name, f"0{one.rest.phones[0][3:]}")).count

        async def bare(one: Particulars) -> int:
            wanted = {"key": secrets.key(one.sensitive.full_name, one.phones[0])}
            async with http.post(f"{bare_url}/search", json=wanted) as answer:
                found: dict[str, int] = await answer.json()
                return found["count"]

        told = {}
        for name, search in {"ours": ours, "bare": bare}.items():
            await rate(search, everybody, int(searches) // 4)
            told[name] = await rate(search, everybody, int(searches))
    tell(**told)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
