"""Many people who sign in and do things all the time, each with an account of their own."""

import asyncio
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg

from models.roles import Role
from models.sealing import Keys
from models.seed import add_account, find_unit
from simulator.heard import words
from simulator.person import Town
from simulator.wire import Json
from tests.deploy.visitor import Lost, Shift, Visitor, Wait
from trambot.demo.people import ACCOUNTS, PASSWORD, TU_HIEP
from trambot.hashing import hashed

SUPERVISOR = next(account for account in ACCOUNTS if account.username == "demo.soyte.hn")
"""Who is told of every «Không phải tôi» in their province."""
ACCOUNTS_AT_HAND = 1000
LONG_POLL = 5.0
NOTICE = "🚨"


def make_accounts(database: str, keys: Keys) -> None:
    """An account with a phone for everybody who will come."""
    password_hash = hashed(PASSWORD)
    with psycopg.connect(database) as link:
        unit = find_unit(link, TU_HIEP.kind, TU_HIEP.area)
        for number in range(ACCOUNTS_AT_HAND):
            add_account(
                link,
                keys,
                username=username(number),
                full_name=f"Diễn Tập {number}",
                phone=phone(number),
                role=Role.HEALTH_STAFF,
                unit_id=unit,
                password_hash=password_hash,
                now=datetime.now(UTC),
                must_change_password=False,
            )


def username(number: int) -> str:
    return f"dien.tap.{number:04}"


def phone(number: int) -> str:
    return f"+84912{number:06}"


class Crowd:
    """The people, and all that they saw. Runs in a thread of its own beside the one that kills."""

    def __init__(self, page: str) -> None:
        self.shifts: list[Shift] = []
        self.notices: list[str] = []
        """What the supervisor was told, in order."""
        self._page = page
        self._numbers = itertools.count()
        self._visitors: dict[int | str, Visitor] = {}  # by chat and by phone
        self._is_over = threading.Event()

    @property
    def waits(self) -> list[Wait]:
        """Every act so far."""
        return [wait for shift in list(self.shifts) for wait in list(shift.waits)]

    @contextmanager
    def at_work(self, people: int) -> Iterator[None]:
        """So many people at a time, for the time of the block; afterwards everybody has finished what they began."""
        failures: list[BaseException] = []
        thread = threading.Thread(target=self._run, args=(people, failures))
        thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            thread.join()
        if failures:
            raise failures[0]

    def _run(self, people: int, failures: list[BaseException]) -> None:
        try:
            asyncio.run(self._live(people))
        except BaseException as failure:  # noqa: BLE001 - handed to the thread that waits
            failures.append(failure)

    async def _live(self, people: int) -> None:
        async with Town(self._page) as town:
            watching = asyncio.create_task(self._watch(town, await town.now()))
            await self._seat_supervisor(town)
            async with asyncio.TaskGroup() as group:
                for _ in range(people):
                    group.create_task(self._come_and_go(town))
            await self._all_is_told()
            watching.cancel()

    async def _come_and_go(self, town: Town) -> None:
        while not self._is_over.is_set():
            number = next(self._numbers)
            person = await town.newcomer(f"Diễn Tập {number}", phone=phone(number))
            shift = Shift(username(number), person.phone, person.id, "not_me" if number % 2 else "signed_out")
            await self._work(Visitor(person, shift, PASSWORD))

    async def _seat_supervisor(self, town: Town) -> None:
        person = await town.person(SUPERVISOR.person.given_name)
        await self._work(Visitor(person, Shift(SUPERVISOR.username, person.phone, person.id, "stays"), PASSWORD))

    async def _work(self, visitor: Visitor) -> None:
        self.shifts.append(visitor.shift)
        self._visitors |= {visitor.shift.chat: visitor, visitor.shift.phone: visitor}
        try:
            await visitor.work()
        except Lost as lost:
            visitor.shift.trouble = str(lost)

    async def _all_is_told(self) -> None:
        """Wait until the courier has brought what it has to bring, or has had time enough."""
        wanted = sum(shift.ending == "not_me" and shift.is_done for shift in self.shifts)
        for _ in range(600):
            if len(set(self.notices)) >= wanted:
                return
            await asyncio.sleep(0.1)

    async def _watch(self, town: Town, seen: int) -> None:
        """Tell everybody what comes to their phone."""
        while True:
            for event in await town.events(seen, LONG_POLL):
                seen = event["seq"]
                self._tell(event)

    def _tell(self, event: Json) -> None:
        match event:
            case {"kind": "sms", "number": number}:
                known = self._visitors.get(number)
            case {"kind": "message", "chat_id": chat, "message": {"by_bot": True} as message}:
                known = self._visitors.get(chat)
                if NOTICE in words(message):
                    self.notices.append(words(message))
                    return
            case _:
                return
        if known is not None:
            known.news.put_nowait(event)
