"""What others' requests take while a crowd signs in, and while nobody does: the service is a process of its own."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median

import aiohttp
import psycopg
from pydantic import SecretStr

from api.client import Api
from api.settings import ApiSettings
from benches.contenders.clock import tell
from benches.contenders.registry import PASSWORD, SERVICE_KEY, Account, Registry, code_in

PATIENCE = 30.0


class Crowd:
    """People who sign in again and again, one sign-in of each in flight."""

    def __init__(self, api: Api, accounts: list[Account]) -> None:
        self._api = api
        self._accounts = accounts
        self.sign_ins = 0

    @asynccontextmanager
    async def at_the_door(self) -> AsyncIterator[None]:
        """They are there until the end of the block."""
        people = [asyncio.create_task(self._sign_in(account)) for account in self._accounts]
        came = self.sign_ins
        while self.sign_ins < came + len(people):  # noqa: ASYNC110 - everybody was judged once
            await asyncio.sleep(0.01)
        yield
        for person in people:
            person.cancel()
        for outcome in await asyncio.gather(*people, return_exceptions=True):
            if not isinstance(outcome, asyncio.CancelledError):
                raise TypeError(f"somebody could not sign in: {outcome!r}")

    async def _sign_in(self, account: Account) -> None:
        api = self._api.by(chat=account.chat, token=None, language="vi")
        while True:
            await api.start_sign_in(account.username, PASSWORD)
            self.sign_ins += 1


async def signed_in(api: Api, account: Account, telegram: str) -> Api:
    """The API as that account's person sees it; the code comes to the stand-in's inbox."""
    of_chat = api.by(chat=account.chat, token=None, language="vi")
    begun = await of_chat.start_sign_in(account.username, PASSWORD)
    async with api.http.get(f"{telegram}/inbox?{account.phone[1:]}") as answer:
        code = code_in(await answer.text())
    session = await of_chat.confirm_otp(begun.id, begun.token, SecretStr(code))
    return api.by(chat=account.chat, token=session.token, language="vi")


async def p50(api: Api, requests: int) -> float:
    """Of reads one after the other, in ms."""
    times = []
    for _ in range(requests):
        began = time.perf_counter()
        await api.me()
        times.append(time.perf_counter() - began)
    return median(times) * 1e3


async def main(owner_url: str, api_url: str, telegram: str, people: str, requests: str) -> None:
    """Tell the p50 with the crowd and without."""
    async with aiohttp.ClientSession() as http:
        api = Api(http, api_url, service_key=SERVICE_KEY, patience=PATIENCE)
        with psycopg.connect(owner_url, autocommit=True) as owner:
            registry = Registry(owner, ApiSettings.read().keys)
            registry.forget_sms()
            reader = await signed_in(api, registry.account(is_cheap=False), telegram)
            crowd = Crowd(api, [registry.account(is_cheap=False) for _ in range(int(people))])
        await p50(reader, int(requests) // 2)
        alone = await p50(reader, int(requests))
        async with crowd.at_the_door():
            came, began = crowd.sign_ins, time.perf_counter()
            beside = await p50(reader, int(requests))
            rate = (crowd.sign_ins - came) / (time.perf_counter() - began)
        tell(alone=alone, beside=beside, sign_ins=rate)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
