"""An OTP guess judged, beside one committed UPDATE of the same guard's row: by turns, on the same kind of connection.

In the API layer it is the act in its transaction: the key claimed, the guess judged, the answer kept, committed. The
same is done without a key, and asked of the whole application without a network and of the service over HTTP.
"""

import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any
from uuid import uuid4

import aiohttp
import psycopg
from fastapi import FastAPI, Request
from pydantic import SecretStr
from pydantic_core import to_json

from api.acts.confirm_otp import confirm_otp
from api.acts.start_sign_in import start_sign_in
from api.app import make_app
from api.callers import CHAT, Caller
from api.client import Api
from api.installation import Installation
from api.refusals import refused
from api.schemas.signing_in import Credentials, SessionOpened, SignInStarted
from api.settings import ApiSettings
from api.turns import Visit
from benches.contenders.clock import tell
from benches.contenders.registry import PASSWORD, SERVICE_KEY, Account, Registry, code_in
from conversations.texts import word
from models.database import driver_of
from models.refusals import OtpWrong, Refusal
from models.words import Channel

UPDATE = "UPDATE otp_guard SET streak = streak WHERE account_id = $1"
WARM = 6
"""Accounts whose times do not count."""


@dataclass(frozen=True)
class Begun:
    """A sign-in that waits for its code."""

    account: Account
    sign_in: SignInStarted
    code: str

    def wrong(self) -> str:
        """A code that is not it."""
        return f"{(int(self.code) + 1) % 1_000_000:06}"


Way = Callable[[Begun, str], Awaitable[bool]]
"""Has a guess judged; whether it was right."""


class Layer:
    """The acts, called as the API's door calls them."""

    def __init__(self, house: Installation) -> None:
        self.house = house

    async def begin(self, account: Account) -> Begun:
        """The password is right; the SMS is looked at instead of sent."""
        async with Visit(self.house, request_of(account, "/v1/sign-ins", b"")) as visit:
            turn = await visit.change(caller_of(account))
            begun = await start_sign_in(turn, Credentials(username=account.username, password=PASSWORD))
            if not isinstance(begun, SignInStarted) or turn.sms is None:
                raise TypeError(f"no sign-in, but {begun}")
        return Begun(account, begun, code_in(turn.sms.text))

    async def session(self, begun: Begun) -> str:
        """The token of the session that the right code opens."""
        async with Visit(self.house, request_of(begun.account, _path(begun), b"", begun.sign_in.token)) as visit:
            turn = await visit.change(caller_of(begun.account))
            opened = await confirm_otp(turn, begun.sign_in.id, begun.sign_in.token, SecretStr(begun.code))
            if not isinstance(opened, SessionOpened):
                raise TypeError(f"no session, but {opened}")
        return opened.token

    async def guess(self, begun: Begun, code: str) -> bool:
        """Judge it in its transaction, and keep what is answered."""
        return await self._judged(begun, code, uuid4().hex)

    async def guess_unkeyed(self, begun: Begun, code: str) -> bool:
        """The same without an Idempotency-Key: nothing is claimed, nothing kept."""
        return await self._judged(begun, code, None)

    async def _judged(self, begun: Begun, code: str, key: str | None) -> bool:
        body = to_json({"code": code})
        request = request_of(begun.account, _path(begun), body, begun.sign_in.token)
        async with Visit(self.house, request) as visit:
            await visit.name(key, caller_of(begun.account))
            turn = await visit.change(caller_of(begun.account))
            outcome = await confirm_otp(turn, begun.sign_in.id, begun.sign_in.token, SecretStr(code))
            await visit.keep(*self._told(outcome, request))
        return _is_right(outcome)

    def _told(self, outcome: Any, request: Request) -> tuple[int, bytes]:
        if isinstance(outcome, Refusal):
            answer = refused(outcome, request, self.house)
            return answer.status_code, bytes(answer.body)
        return 201, to_json(outcome)


class Inside:
    """The whole application, called without a network."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def guess(self, begun: Begun, code: str) -> bool:
        """Have it judged."""
        headers = _headers(begun.account) | {
            "authorization": f"Bearer {begun.sign_in.token}",
            "idempotency-key": uuid4().hex,
            "content-type": "application/json",
        }
        scope = _scope(_path(begun), headers)
        statuses: list[int] = []

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        await self._app(scope, _receive(to_json({"code": code})), send)
        return statuses == [201]


class OverHttp:
    """The service in its own process."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._api = Api(http, url, service_key=SERVICE_KEY)

    async def guess(self, begun: Begun, code: str) -> bool:
        """Have it judged."""
        api = self._api.by(chat=begun.account.chat, token=None, language="vi").under(uuid4().hex)
        try:
            await api.confirm_otp(begun.sign_in.id, begun.sign_in.token, SecretStr(code))
        except OtpWrong:
            return False
        return True


class Stopwatch:
    """Times guesses and UPDATEs by turns."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self.times: dict[str, list[float]] = defaultdict(list)

    async def one_person(self, begun: Begun, name: str, way: Way) -> None:
        """Two wrong guesses and the right one, each after an UPDATE of that account's guard."""
        for code in (begun.wrong(), begun.wrong(), begun.code):
            is_right = code == begun.code
            await self._update(begun.account)
            began = time.perf_counter()
            judged = await way(begun, code)
            self.times[f"{name} {'right' if is_right else 'wrong'}"].append(time.perf_counter() - began)
            if judged is not is_right:
                raise ValueError(f"{name} judged a {'right' if is_right else 'wrong'} code wrongly")

    async def _update(self, account: Account) -> None:
        began = time.perf_counter()
        await self._driver.execute(UPDATE, account.id)
        self.times["update"].append(time.perf_counter() - began)


@asynccontextmanager
async def ways(url: str) -> AsyncIterator[tuple[Layer, dict[str, Way]]]:
    """The ways to have a guess judged."""
    settings = ApiSettings.read()
    app = make_app(settings, word, settings.clock())
    async with app.router.lifespan_context(app), aiohttp.ClientSession() as http:
        layer = Layer(app.state.house)
        over_http = OverHttp(http, url)
        inside = Inside(app)
        yield (
            layer,
            {
                "layer": layer.guess,
                "unkeyed": layer.guess_unkeyed,
                "inside": inside.guess,
                "http": over_http.guess,
            },
        )


async def main(owner_url: str, api_url: str, people: str) -> None:
    """Tell the p50 of each in ms."""
    async with ways(api_url) as (layer, all_ways):
        with psycopg.connect(owner_url, autocommit=True) as owner:
            registry = Registry(owner, layer.house.keys)
            registry.forget_sms()
            accounts = [registry.account(is_cheap=True) for _ in range((int(people) + WARM) * len(all_ways))]
        begun = iter([await layer.begin(account) for account in accounts])
        async with layer.house.database.reading() as db:
            stopwatch = Stopwatch(await driver_of(db))
            for number in range(int(people) + WARM):
                if number == WARM:
                    stopwatch.times.clear()
                for name, way in all_ways.items():
                    await stopwatch.one_person(next(begun), name, way)
    tell(**{what: median(times) * 1e3 for what, times in stopwatch.times.items()})


def caller_of(account: Account) -> Caller:
    """The account's own chat."""
    return Caller(Channel.CHAT, f"{CHAT}{account.chat}")


def _is_right(outcome: object) -> bool:
    return not isinstance(outcome, Refusal)


def _path(begun: Begun) -> str:
    return f"/v1/sign-ins/{begun.sign_in.id}/otp"


def _headers(account: Account) -> dict[str, str]:
    return {"x-service-key": SERVICE_KEY, "x-chat-id": str(account.chat), "accept-language": "vi"}


def request_of(account: Account, path: str, body: bytes, token: str = "") -> Request:
    """A request from that chat, as far as the layer looks at it."""
    return Request(_scope(path, _headers(account) | {"authorization": f"Bearer {token}"}), _receive(body))


def _scope(path: str, headers: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
        "state": {},
    }


def _receive(body: bytes) -> Callable[[], Awaitable[dict[str, Any]]]:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
