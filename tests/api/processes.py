"""The API in processes of its own: several on one database, as an installation runs it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from multiprocessing.connection import Connection

import structlog

from api.app import make_app
from api.settings import ApiSettings
from conversations.texts import word
from models.clock import SystemClock
from tests.api.hands import served
from tests.forks import FORKS

BEGUN_WITHIN = 60.0  # seconds, on a busy machine
ENDED_WITHIN = 10.0


@asynccontextmanager
async def api_processes(settings: ApiSettings, how_many: int) -> AsyncIterator[list[str]]:
    """The addresses of so many processes that serve the API; they end with the block."""
    with ExitStack() as running:
        lines = [running.enter_context(_process(settings)) for _ in range(how_many)]
        yield [await asyncio.to_thread(_address, line) for line in lines]


@contextmanager
def _process(settings: ApiSettings) -> Iterator[Connection]:
    """A process, and the line that it tells its address on; it ends when the line is closed."""
    ours, its = FORKS.Pipe()
    process = FORKS.Process(target=live, args=(settings, its), daemon=True)
    process.start()
    its.close()
    try:
        yield ours
    finally:
        ours.close()
        process.join(ENDED_WITHIN)
        process.kill()


def _address(line: Connection) -> str:
    if not line.poll(BEGUN_WITHIN):
        raise TimeoutError("a process of the API does not begin")
    return str(line.recv())


def live(settings: ApiSettings, line: Connection) -> None:
    """Serve the API until the line is closed at its other end."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(_serve(settings, line))


async def _serve(settings: ApiSettings, line: Connection) -> None:
    is_over = asyncio.Event()
    async with served(make_app(settings, word, SystemClock())) as url:
        asyncio.get_running_loop().add_reader(line.fileno(), is_over.set)
        line.send(url)
        await is_over.wait()
