"""A stand-in for Telegram, for the registry's API and for the SMS gateway: answers at once, and tells how long it took.

The simulator keeps chats, checks every call and would be slower than what is measured here; this keeps nothing and
checks nothing, so that the time is the bot's. It lives in a process of its own and prints its address.
"""

import asyncio
import json
import re
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import parse_qs, unquote_plus
from uuid import UUID

from pydantic_core import to_json

from api.schemas.own_account import HistoryPage, HistoryRow, SessionRow
from benches.updates import said
from models.words import Attempt, Channel

HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHAT = re.compile(rb"(?:^|&)chat_id=(-?\d+)")
WINDOW = 100  # updates in one answer, Telegram's most
GIVEN_UP_AFTER = 30.0
"""Seconds without an answer after which the rest of a burst counts as lost."""

AT = datetime(2021, 10, 15, 8, tzinfo=UTC)
HERE: dict[str, Any] = {"channel": Channel.CHAT, "source": "…1001", "is_here": True}
SESSIONS = to_json([SessionRow(id=UUID(int=n), opened_at=AT, seen_at=AT, expires_at=AT, **HERE) for n in range(2)])
HISTORY = to_json(
    HistoryPage(
        rows=[HistoryRow(id=UUID(int=n), at=AT, attempt=Attempt.SIGNED_IN, **HERE) for n in range(2)], next=None
    )
)
"""What the reads of the API give: small, as most are."""

Answer = Callable[[bytes], None]


class Burst:
    """Updates that came together, and the messages that answer them."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.answered = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.began = self.last = time.perf_counter()

    def count_answer(self) -> None:
        """Another message was sent."""
        self.answered += 1
        self.last = time.perf_counter()
        if self.answered == self.size and not self.done.done():
            self.done.set_result(None)

    async def outcome(self) -> dict[str, float]:
        """How many were answered in how many seconds, once all are or no more come."""
        while not self.done.done() and time.perf_counter() - self.last < GIVEN_UP_AFTER:
            await asyncio.wait([self.done], timeout=GIVEN_UP_AFTER / 10)
        return {"answered": self.answered, "seconds": self.last - self.began}


class StandIn:
    """Gives updates, takes messages."""

    def __init__(self) -> None:
        self.updates: deque[tuple[int, bytes]] = deque()
        self.burst: Burst | None = None
        self.tally: Counter[str] = Counter()
        """How often each method was called: whoever did less than the others did not do the same work."""
        self._ids = count(1)
        self._messages = count(1)
        self._poll: Answer | None = None
        self._inbox: dict[str, str] = {}
        """The last SMS to each number."""

    def hear(self, path: str, body: bytes, answer: Answer) -> None:
        """Answer a request, now or when there is something to say."""
        method = path.rpartition("/")[2]
        name = method.partition("?")[0]
        self.tally[name] += 1
        match name:
            case "getUpdates":
                self._give_updates(body, answer)
            case "sendMessage":
                answer(self._message(body))
                if self.burst:
                    self.burst.count_answer()
            case "editMessageReplyMarkup":
                answer(self._message(body))
            case "getMe":
                answer(b'{"ok":true,"result":{"id":700000000,"is_bot":true,"first_name":"B","username":"b_bot"}}')
            case "sessions":
                answer(SESSIONS)
            case "login-history":
                answer(HISTORY)
            case "sms":
                order = json.loads(body)
                self._inbox[order["to"][1:]] = order["text"]
                answer(b"{}")
            case "inbox":
                answer(self._inbox[method.partition("?")[2]].encode())
            case "tally":
                answer(json.dumps(self.tally).encode())
            case "burst":
                self._begin_burst(int(parse_qs(method.partition("?")[2])["size"][0]), answer)
            case _:
                answer(b'{"ok":true,"result":true}')

    def _message(self, body: bytes) -> bytes:
        found = CHAT.search(body)
        chat = int(found[1]) if found else 0
        return (
            b'{"ok":true,"result":{"message_id":%d,"date":1634259600,'
            b'"chat":{"id":%d,"type":"private","first_name":"Demo"},"text":"x"}}' % (next(self._messages), chat)
        )

    def _give_updates(self, body: bytes, answer: Answer) -> None:
        asked = dict(pair.partition("=")[::2] for pair in unquote_plus(body.decode()).split("&"))
        if asked.get("offset"):
            while self.updates and self.updates[0][0] < int(asked["offset"]):
                self.updates.popleft()
        if self.updates or not int(asked.get("timeout", 0)):
            answer(b'{"ok":true,"result":[%s]}' % b",".join(self._window()))
        else:
            self._poll = answer
            asyncio.get_running_loop().call_later(int(asked["timeout"]), self._end_poll, answer)

    def _window(self) -> Iterator[bytes]:
        return (update for _, update in list(self.updates)[:WINDOW])

    def _end_poll(self, answer: Answer) -> None:
        if self._poll is answer:
            self._poll = None
            answer(b'{"ok":true,"result":[%s]}' % b",".join(self._window()))

    def _begin_burst(self, size: int, answer: Answer) -> None:
        """So many people write at once, each in a chat of their own. What was before is over."""
        self.updates.clear()
        for number in range(size):
            id_ = next(self._ids)
            self.updates.append((id_, json.dumps(said(id_, 1_000_000 + number, "Xin chào")).encode()))
        self.burst = burst = Burst(size)
        outcome = asyncio.ensure_future(burst.outcome())
        outcome.add_done_callback(lambda told: answer(json.dumps(told.result()).encode()))
        if self._poll:
            self._end_poll(self._poll)


class Connection(asyncio.Protocol):
    """HTTP as far as the contenders speak it: one request after the other, lengths given."""

    def __init__(self, stand_in: StandIn) -> None:
        self._stand_in = stand_in
        self._heard = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        if isinstance(transport, asyncio.WriteTransport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        self._heard += data
        while (end := self._heard.find(HEAD_END)) >= 0:
            head, rest = self._heard[:end], self._heard[end + len(HEAD_END) :]
            found = LENGTH.search(head)
            length = int(found[1]) if found else 0
            if len(rest) < length:
                return
            self._heard = rest[length:]
            self._stand_in.hear(head.split(b" ", 2)[1].decode(), rest[:length], self._answer)

    def _answer(self, body: bytes) -> None:
        if self._transport and not self._transport.is_closing():
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
            self._transport.write(head + body)


async def main() -> None:
    """Listen on a free port until ended."""
    stand_in = StandIn()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(stand_in), "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
