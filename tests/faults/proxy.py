"""A proxy between a process and a server, which does to the way between them what networks and servers do.

A *round* is what a client says once it was answered, together with that answer: a query, a command, a request.
A *trap* spoils one round; an *outage* spoils all of them for a while.
"""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal, Self
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"
CHUNK = 64 * 1024
RESET = struct.pack("ii", 1, 0)  # SO_LINGER without time: closing then resets

Deed = Literal["cut_request", "cut_answer", "lose_request", "lose_answer"]
"""What a trap does. A cut ends the connection, a loss leaves it standing in silence. A spoilt answer is one to
something that the server did; of a spoilt request it got a part at most."""

Outage = Literal["gone", "reset", "silent", "forgotten"]
"""Nobody listens; every connection is reset; nothing comes through until it is over; the same, and what was open then
never speaks again."""


@dataclass
class Round:
    """What a client said, and what came back."""

    request: bytes
    answer: bytes = b""


@dataclass
class Trap:
    """Spoils the `nth` of the rounds to come whose request holds `says`; `after` so many bytes of what it cuts."""

    deed: Deed
    nth: int = 1
    says: bytes = b""
    after: int = 0
    sprung: asyncio.Event = field(default_factory=asyncio.Event)

    def takes(self, request: bytes) -> bool:
        """Whether this is the round; asked once for each."""
        if self.sprung.is_set() or self.says not in request:
            return False
        self.nth -= 1
        if self.nth == 0:
            self.sprung.set()
        return self.nth == 0


class Proxy:
    """Listens on a port of its own for as long as it is entered, and passes on what comes to the server."""

    def __init__(self, host: str, port: int) -> None:
        self.port = 0
        self.rounds: list[Round] | None = None
        """The rounds as they come, while somebody listens in."""
        self.trap: Trap | None = None
        self.latency = 0.0
        """Seconds that everything takes longer, each way."""
        self.room: int | None = None
        """How many connections are served at once; the others wait at the door."""
        self.outage: Outage | None = None
        self._server_at = host, port
        self._holder = socket.socket()
        self._listener: asyncio.Server | None = None
        self._links: dict[asyncio.Task[None], Link] = {}
        self._moved = asyncio.Event()

    @classmethod
    def before(cls, url: str) -> "Proxy":
        """In front of the server of that address."""
        parts = urlsplit(url)
        assert parts.hostname
        assert parts.port
        return cls(parts.hostname, parts.port)

    def instead_of(self, url: str) -> str:
        """The same address, through the proxy."""
        parts = urlsplit(url)
        user, at, _ = parts.netloc.rpartition("@")
        return parts._replace(netloc=f"{user}{at}{LOOPBACK}:{self.port}").geturl()

    async def __aenter__(self) -> Self:
        # Holds the port while nobody listens on it.
        self._holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._holder.bind((LOOPBACK, 0))
        self.port = self._holder.getsockname()[1]
        await self._listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stop_listening()
        tasks = list(self._links)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._holder.close()

    @property
    def connections(self) -> int:
        """How many clients are connected, those at the door included."""
        return len(self._links)

    @asynccontextmanager
    async def down(self, outage: Outage) -> AsyncIterator[None]:
        """The server is out of reach for the time of the block."""
        await self.break_down(outage)
        try:
            yield
        finally:
            await self.heal()

    async def break_down(self, outage: Outage) -> None:
        """Nothing comes through until it is healed."""
        self.outage = outage
        if outage in ("gone", "reset"):
            if outage == "gone":
                self._stop_listening()
            for link in self._links.values():
                link.reset()
        elif outage == "forgotten":
            for link in self._links.values():
                link.is_forgotten = True
        self._tell()

    async def heal(self) -> None:
        """Everything is as it should be, except for connections that were forgotten."""
        self.outage, self.trap, self.latency, self.room = None, None, 0.0, None
        if self._listener is None:
            await self._listen()
        self._tell()

    def cut_all(self) -> None:
        """Reset what is open now."""
        for link in self._links.values():
            link.reset()

    def listen_in(self) -> list[Round]:
        """The rounds from now on."""
        self.rounds = []
        return self.rounds

    def begin_round(self, request: bytes) -> tuple[Round, Trap | None]:
        """A round begins; the trap, if it is the one to be spoilt."""
        begun = Round(request)
        if self.rounds is not None:
            self.rounds.append(begun)
        is_taken = self.trap is not None and self.trap.takes(request)
        return begun, self.trap if is_taken else None

    async def until_open(self, link: "Link") -> None:
        """Wait until something may come through on it."""
        while link.is_forgotten or self.outage in ("silent", "forgotten"):
            await self._moved.wait()

    async def _listen(self) -> None:
        self._listener = await asyncio.start_server(self._accept, LOOPBACK, self.port, reuse_port=True)

    def _stop_listening(self) -> None:
        if self._listener is not None:
            self._listener.close()
        self._listener = None

    def _tell(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        link = self._links[task] = Link(self, reader, writer)
        try:
            if self.outage != "reset":
                await self._until_there_is_room(task)
                await link.carry(*self._server_at)
        except asyncio.CancelledError:  # the end of the proxy; nobody waits for this task
            pass
        finally:
            link.reset()
            del self._links[task]
            self._tell()

    async def _until_there_is_room(self, task: "asyncio.Task[None]") -> None:
        while self.room is not None and list(self._links).index(task) >= self.room:
            await self._moved.wait()


class Link:
    """One client's connection, with the one to the server that belongs to it."""

    def __init__(self, proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.is_forgotten = False
        self._proxy = proxy
        self._client = reader, writer
        self._writers = [writer]
        self._round: Round | None = None
        self._trap: Trap | None = None

    async def carry(self, host: str, port: int) -> None:
        """Pass on what comes, until one side ends it."""
        await self._proxy.until_open(self)
        with suppress(OSError):
            reader, writer = await asyncio.open_connection(host, port)
            self._writers.append(writer)
            ways = [
                asyncio.create_task(self._carry_requests(self._client[0], writer)),
                asyncio.create_task(self._carry_answers(reader, self._client[1])),
            ]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        await self._end()

    def reset(self) -> None:
        """End it on both sides, at once."""
        for writer in self._writers:
            if not writer.transport.is_closing():
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                writer.transport.abort()

    async def _end(self) -> None:
        """End it on both sides, once what was written has gone."""
        for writer in self._writers:
            writer.close()
        for writer in self._writers:
            with suppress(OSError):
                await writer.wait_closed()

    async def _carry_requests(self, client: asyncio.StreamReader, server: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await client.read(CHUNK):
                await self._let_pass()
                if self._round is None or (self._round.answer and not self._trap):
                    self._round, self._trap = self._proxy.begin_round(data)
                else:
                    self._round.request += data
                match self._trap:
                    case Trap(deed="cut_request", after=after):
                        server.write(data[:after])
                        return
                    case Trap(deed="lose_request"):
                        continue
                server.write(data)
                await server.drain()

    async def _carry_answers(self, server: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await server.read(CHUNK):
                await self._let_pass()
                before = len(self._round.answer) if self._round else 0
                if self._round:
                    self._round.answer += data
                match self._trap:
                    case Trap(deed="cut_answer", after=after) if before + len(data) >= after:
                        client.write(data[: after - before])
                        return
                    case Trap(deed="lose_answer"):
                        continue
                client.write(data)
                await client.drain()

    async def _let_pass(self) -> None:
        if self._proxy.latency:
            await asyncio.sleep(self._proxy.latency)
        await self._proxy.until_open(self)
