"""The proxy itself: what each of its faults does to a client and to a server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from tests.faults.proxy import Proxy, Trap

ANSWER = b"0123456789"
SOON = 0.05  # seconds


class Echo:
    """A server that says the same to everything, and remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while said := await reader.read(100):
                self.told.append(said)
                writer.write(ANSWER)
        writer.close()


@pytest.fixture
async def echo() -> Echo:
    return Echo()


@pytest.fixture
async def way(echo: Echo) -> AsyncIterator[Proxy]:
    """The way to it."""
    server = await asyncio.start_server(echo.serve, "127.0.0.1", 0)
    async with Proxy("127.0.0.1", server.sockets[0].getsockname()[1]) as way:
        yield way
    server.close()


class Client:
    """Says something, and hears what comes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def hears(self, said: bytes = b"hello") -> bytes:
        """What comes until the answer is whole, or the connection ends."""
        self._writer.write(said)
        heard = b""
        while len(heard) < len(ANSWER) and (more := await self._reader.read(100)):
            heard += more
        return heard

    async def hears_nothing(self, said: bytes = b"hello") -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(self.hears(said), SOON)


@asynccontextmanager
async def client(way: Proxy) -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection("127.0.0.1", way.port)
    try:
        yield Client(reader, writer)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def test_it_passes_everything_on_and_tells_the_rounds(way: Proxy) -> None:
    rounds = way.listen_in()
    async with client(way) as one:
        assert [await one.hears(b"a"), await one.hears(b"b")] == [ANSWER, ANSWER]
    assert [(each.request, each.answer) for each in rounds] == [(b"a", ANSWER), (b"b", ANSWER)]


@pytest.mark.parametrize("after", [0, 3, 9])
async def test_a_cut_answer_was_given_and_came_in_part(way: Proxy, echo: Echo, after: int) -> None:
    way.trap = Trap("cut_answer", says=b"b", after=after)
    async with client(way) as one:
        assert await one.hears(b"a") == ANSWER
        assert await one.hears(b"b") == ANSWER[:after]
    assert echo.told == [b"a", b"b"]


async def test_a_cut_request_came_in_part(way: Proxy, echo: Echo) -> None:
    way.trap = Trap("cut_request", nth=2, after=1)
    async with client(way) as one:
        assert await one.hears(b"aaa") == ANSWER
        assert await one.hears(b"bbb") == b""
    assert echo.told in ([b"aaa", b"b"], [b"aaa"])


async def test_what_is_lost_leaves_the_connection_silent_and_no_other(way: Proxy, echo: Echo) -> None:
    way.trap = Trap("lose_request")
    async with client(way) as one, client(way) as other:
        await one.hears_nothing(b"a")
        assert await other.hears(b"b") == ANSWER
        assert echo.told == [b"b"]
        way.trap = Trap("lose_answer")
        await other.hears_nothing(b"c")
        assert echo.told == [b"b", b"c"]


async def test_nobody_listens_where_it_is_gone_until_it_is_back_at_the_same_place(way: Proxy) -> None:
    async with way.down("gone"):
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", way.port)
    async with client(way) as one:
        assert await one.hears() == ANSWER


async def test_a_reset_ends_what_is_open(way: Proxy) -> None:
    async with client(way) as one:
        assert await one.hears() == ANSWER
        async with way.down("reset"):
            with pytest.raises(ConnectionResetError):
                await one.hears()


async def test_silence_is_over_when_it_is_healed(way: Proxy) -> None:
    async with client(way) as one:
        assert await one.hears() == ANSWER
        async with way.down("silent"):
            waiting = asyncio.create_task(one.hears())
            assert await asyncio.wait([waiting], timeout=SOON) == (set(), {waiting})
        assert await waiting == ANSWER


async def test_what_was_forgotten_never_speaks_again(way: Proxy) -> None:
    async with client(way) as one:
        assert await one.hears() == ANSWER
        async with way.down("forgotten"):
            pass
        await one.hears_nothing()
        async with client(way) as other:
            assert await other.hears() == ANSWER


async def test_a_crowded_server_lets_the_others_wait_at_the_door(way: Proxy) -> None:
    way.room = 1
    async with client(way) as other:
        async with client(way) as first:
            waiting = asyncio.create_task(first.hears())
            assert await other.hears() == ANSWER
            assert await asyncio.wait([waiting], timeout=SOON) == (set(), {waiting})
            waiting.cancel()
        way.room = None


async def test_latency_is_paid_each_way(way: Proxy) -> None:
    loop = asyncio.get_running_loop()
    way.latency = SOON
    async with client(way) as one:
        began = loop.time()
        assert await one.hears() == ANSWER
    assert loop.time() - began > 2 * SOON
