"""What a test of the API holds in its hands: a clock to turn, an inbox to read, accounts, chats to call from."""

import asyncio
import itertools
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, LiteralString

import aiohttp
import psycopg
import uvicorn
from aiohttp import web
from argon2 import PasswordHasher
from fastapi import FastAPI
from pydantic import SecretStr

from api.client import Api
from api.schemas.signing_in import CaptchaMade, SessionOpened, SignInStarted
from api.serving import serving
from models.add_subjects import add_subjects
from models.birth import Birth
from models.look_up import LookUpSecrets
from models.particulars import Particulars, Rest, Sensitive
from models.places import SCHEME_2021
from models.roles import Role
from models.rules import VIETNAM
from models.sealing import Keys
from models.seals import CAPTCHA_ANSWER
from models.seed import add_account, find_unit
from models.words import Gender, UnitKind

BEGINNING = datetime(2021, 10, 15, 8, tzinfo=VIETNAM)
SECOND = timedelta(seconds=1)
PASSWORD = SecretStr("Lúa chín vàng đồng")
PHONE = "+84912345678"
TU_HIEP = "00658"
SERVICE_KEY = "the-service-key-of-the-tests-0123456789"
SMS_KEY = "the-sms-key-of-the-tests"
CODE = re.compile(r"\b\d{6}\b")


class HandClock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.turn_back()

    def turn_back(self) -> None:
        self.at = BEGINNING

    def now(self) -> datetime:
        return self.at

    def turn(self, forward: timedelta) -> None:
        self.at += forward


class Inbox:
    """An SMS gateway that shows what it took, and can be told to misbehave."""

    def __init__(self) -> None:
        self.orders: list[dict[str, str]] = []
        self.url = ""
        self.be_good()

    def be_good(self) -> None:
        self.orders.clear()
        self.status, self.takes, self.lets_go = 200, True, asyncio.Event()
        self.lets_go.set()

    def last_code(self, phone: str = PHONE) -> str:
        """The code of the last SMS to the number."""
        [code] = CODE.findall(self.texts(phone)[-1])
        return str(code)

    def texts(self, phone: str = PHONE) -> list[str]:
        return [order["text"] for order in self.orders if order["to"] == phone]

    async def take(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == f"Bearer {SMS_KEY}"
        if self.takes:
            self.orders.append(await request.json())
        await self.lets_go.wait()
        return web.Response(status=self.status)

    @asynccontextmanager
    async def served(self) -> AsyncIterator["Inbox"]:
        app = web.Application()
        app.router.add_post("/sms", self.take)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
        await runner.setup()
        self._site = web.TCPSite(runner, "127.0.0.1", 0)
        await self._site.start()
        self._port = runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}/sms"
        try:
            yield self
        finally:
            await runner.cleanup()

    @asynccontextmanager
    async def gone(self) -> AsyncIterator[None]:
        """Nobody listens where the gateway was."""
        runner = self._site._runner
        await self._site.stop()
        try:
            yield
        finally:
            self._site = web.TCPSite(runner, "127.0.0.1", self._port)
            await self._site.start()


class Server(uvicorn.Server):
    """Leaves Ctrl-C to pytest."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The app's address, on a free port."""
    server = Server(serving(app, "127.0.0.1", 0))
    running = asyncio.create_task(server.serve())
    while not server.started:
        assert not running.done()
        await asyncio.sleep(0.005)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        await running


@dataclass(frozen=True)
class Staff:
    """An account, as its person knows it."""

    id: int
    username: str
    phone: str | None = PHONE
    password: SecretStr = PASSWORD


@cache
def password_hash(password: str, *, is_cheap: bool) -> str:
    """What is kept of the password; computed once per run."""
    times, memory = (1, 8) if is_cheap else (2, 19 * 1024)
    return PasswordHasher(time_cost=times, memory_cost=memory, parallelism=1).hash(password)


@dataclass
class Registry:
    """The database from the owner's side: accounts are made here, and rows looked at."""

    owner: psycopg.Connection
    keys: Keys
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def account(
        self,
        phone: str | None = PHONE,
        *,
        username: str | None = None,
        role: Role = Role.COMMUNE_ADMIN,
        kind: UnitKind = UnitKind.COMMUNE_HEALTH_STATION,
        area: str = TU_HIEP,
        unit: int | None = None,
        is_cheap: bool = True,
        **more: Any,
    ) -> Staff:
        """A new account, a commune admin of Tứ Hiệp unless told otherwise, with a password of its own.

        A cheap one's password is judged in no time; time is a matter where guesses race, or are compared by it.
        """
        name = username or f"demo.{next(self._numbers):03}"
        own: dict[str, Any] = {
            "full_name": "Nguyễn Văn Demo",
            "must_change_password": False,
            "password_hash": password_hash(PASSWORD.get_secret_value(), is_cheap=is_cheap),
        }
        account_id = add_account(
            self.owner,
            self.keys,
            username=name,
            phone=phone,
            role=role,
            unit_id=unit or find_unit(self.owner, kind, area),
            now=BEGINNING,
            **own | more,
        )
        return Staff(account_id, name, phone)

    def subject(
        self,
        full_name: str = "Nguyễn Văn A",
        *,
        birth: str = "1990-02-01",
        papers: tuple[str, ...] = (),
        phones: tuple[str, ...] = ("+84987654321",),
        area: str = TU_HIEP,
    ) -> int:
        """A new subject, a man who is kept by the health station of the commune where he lives; his number."""
        sensitive = Sensitive(full_name, Birth.read(birth), papers, SCHEME_2021, area, "Thôn Cổ Điển A")
        unit = find_unit(self.owner, UnitKind.COMMUNE_HEALTH_STATION, area)
        coming = [(unit, Particulars(sensitive, Rest(Gender.MALE, phones, "")))]
        with self.owner.transaction():
            return add_subjects(self.owner, self.keys, LookUpSecrets.of(self.keys), coming)[0]

    def rows(self, query: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        return self.owner.execute(query, values).fetchall()

    def one(self, query: LiteralString, *values: object) -> Any:
        """The one value that the query finds."""
        [[value]] = self.rows(query, *values)
        return value

    def attempts(self, staff: Staff) -> list[str]:
        """The outcomes in the account's login history, oldest first."""
        query = "SELECT attempt FROM login_history WHERE account_id = %s ORDER BY at, written_in"
        return [attempt for (attempt,) in self.rows(query, staff.id)]

    def guard(self, staff: Staff) -> tuple[int, int, datetime | None]:
        """Failures, streak, and until when it is locked."""
        [row] = self.rows("SELECT failures, streak, locked_until FROM otp_guard WHERE account_id = %s", staff.id)
        return row

    def captcha_answer(self, captcha: CaptchaMade) -> SecretStr:
        """What a person would read in the picture."""
        sealed = self.one("SELECT answer_sealed FROM captcha WHERE id = %s", captcha.id)
        return SecretStr(self.keys.opened(sealed, CAPTCHA_ANSWER, captcha.id))


@dataclass(frozen=True)
class Town:
    """The running service with everything around it."""

    url: str
    http: aiohttp.ClientSession
    app: FastAPI
    clock: HandClock
    inbox: Inbox
    registry: Registry

    def chat(self, number: int = 1001) -> Api:
        """The API as the bot calls it for that chat."""
        return Api(self.http, self.url, service_key=SERVICE_KEY, chat=number, patience=30)

    def caller(self) -> Api:
        """The API as somebody calls it without the bot."""
        return Api(self.http, self.url, patience=30)

    async def password_step(self, staff: Staff, api: Api) -> SignInStarted:
        """The right password; the SMS of a sign-in before does not stand in the way."""
        self.clock.turn(61 * SECOND)
        return await api.start_sign_in(staff.username, staff.password)

    async def sign_in(self, staff: Staff, chat: int = 1001) -> Api:
        """The API as the account's person sees it, signed in, in that chat."""
        return signed_in(self.chat(chat), await self.session(staff, self.chat(chat)))

    async def session(self, staff: Staff, api: Api) -> SessionOpened:
        begun = await self.password_step(staff, api)
        assert staff.phone
        self.clock.turn(SECOND)
        return await api.confirm_otp(begun.id, begun.token, SecretStr(self.inbox.last_code(staff.phone)))

    async def solved_captcha(self, api: Api) -> Any:
        """The id of a captcha that a person has read rightly."""
        made = await api.make_captcha()
        return (await api.solve_captcha(made.id, self.registry.captcha_answer(made))).id

    async def raw(self, method: str, path: str, **given: Any) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of a request as it is given."""
        async with self.http.request(method, f"{self.url}{path}", **given) as answer:
            return answer.status, dict(answer.headers), await answer.read()


def signed_in(api: Api, session: SessionOpened) -> Api:
    """The same way to the API, with the session's token."""
    assert api.chat is None or api.service_key
    return Api(
        api.http, api.url, service_key=api.service_key, chat=api.chat, token=session.token, patience=api.patience
    )


def another(code: str) -> SecretStr:
    """A code that is not that one."""
    return SecretStr(f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}")


def count_kinds(outcomes: Sequence[object]) -> dict[str, int]:
    """How many of each type, by its name."""
    kinds: dict[str, int] = defaultdict(int)
    for outcome in outcomes:
        kinds[type(outcome).__name__] += 1
    return dict(kinds)
