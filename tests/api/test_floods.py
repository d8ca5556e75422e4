"""Floods of requests for SMS, from many identities at once: what they cost is bounded by the limits alone (T06)."""

import asyncio
import itertools
import random
from bisect import bisect_right
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from api.app import make_app
from api.client import Api
from api.schemas.signing_in import SignInStarted
from api.settings import ApiSettings
from conversations.texts import word
from models.phone import OTP_PHONE
from models.refusals import Refusal
from models.rules import (
    MAX_SMS_A_MINUTE,
    MAX_SMS_PER_ACCOUNT_A_DAY,
    MAX_SMS_PER_CHAT_A_DAY,
    MAX_SMS_PER_PHONE_A_DAY,
    RESEND_PAUSE,
)
from tests.api.hands import Staff, Town, served
from tests.fire.series import Fire

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
DONG_AN_SMS = 800
"""An assumption, to say the bound in money too; what an SMS costs stands in the gateway's contract."""
NO_MOBILES = ["0243 825 1234", "+1 900 555 0123", "+84 1900 1234", "1900 561 252", "+882 16 5555 0123"]
AT_ONCE, A_VISIT, PAUSE = 10, 5, timedelta(seconds=61)
"""So many requests come at the same time, and so often in a row; then nobody comes for some time."""
Sms = tuple[datetime, dict[str, object]]
NUMBERS = itertools.count(1)


def most_sms(*, accounts: int, phones: int, sources: int, lasting: timedelta) -> int:
    """How many SMS so many identities can be sent within such a time, as the rules have it."""
    days = lasting // DAY + 1
    return min(
        accounts * MAX_SMS_PER_ACCOUNT_A_DAY * days,
        phones * MAX_SMS_PER_PHONE_A_DAY * days,
        sources * MAX_SMS_PER_CHAT_A_DAY * days,
        min(accounts, phones) * (lasting // RESEND_PAUSE + 1),
        MAX_SMS_A_MINUTE * (lasting // MINUTE + 1),
    )


@pytest.fixture
async def flooded(town: Town, settings: ApiSettings) -> AsyncIterator[Town]:
    """The service behind a proxy that names the addresses."""
    behind_a_proxy = settings.model_copy(update={"trusted_proxies": [ip_network("127.0.0.1")]})
    app = make_app(behind_a_proxy, word, town.clock)
    async with served(app) as url:
        yield replace(town, url=url, app=app)


@dataclass
class Flood:
    """Somebody who has accounts, numbers, chats and addresses, and wants SMS to be sent, for less than a day."""

    town: Town
    sources: list[Api]
    dice: random.Random
    lasting: timedelta
    staff: list[Staff] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    begun: dict[tuple[int, int], SignInStarted] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.phones = [f"+8491{next(NUMBERS):07}" for _ in range(9)]
        registered = [*self.phones[:4], self.phones[0], None, None, None]  # two accounts share a number
        self.staff = [self.town.registry.account(phone, api_permission=True) for phone in registered]

    @property
    def most(self) -> int:
        numbers = {"accounts": len(self.staff), "phones": len(self.phones), "sources": len(self.sources)}
        return most_sms(**numbers, lasting=self.lasting)

    async def come(self, requests: int) -> None:
        """So many requests, some at once, the rest over the whole time."""
        visits = requests // AT_ONCE // A_VISIT
        hours = sorted(self.dice.random() * (self.lasting - visits * A_VISIT * PAUSE) for _ in range(visits))
        for earlier, later in itertools.pairwise([timedelta(), *hours]):
            self.town.clock.turn(later - earlier)
            for _ in range(A_VISIT):
                await asyncio.gather(*(self._refused_or_not(self._request()) for _ in range(AT_ONCE)))
                self.town.clock.turn(PAUSE)

    async def _refused_or_not(self, request: Coroutine[Any, Any, None]) -> None:
        with suppress(Refusal):
            await request

    async def _request(self) -> None:
        source, account = self.dice.randrange(len(self.sources)), self.dice.randrange(len(self.staff))
        api, staff, begun = self.sources[source], self.staff[account], self.begun.get((source, account))
        if begun is None or self.dice.random() < 0.3:
            begun = self.begun[source, account] = await api.start_sign_in(staff.username, staff.password)
            if begun.needs_phone:
                await self._give_a_number(api, begun)
        elif self.dice.random() < 0.05:
            await api.confirm_otp(begun.id, begun.token, SecretStr("000000"))
        elif begun.needs_phone and self.dice.random() < 0.5:
            await self._give_a_number(api, begun)
        else:
            await api.resend_otp(begun.id, begun.token)

    async def _give_a_number(self, api: Api, begun: SignInStarted) -> None:
        written = self.dice.choice([*self.phones, *self.phones, *NO_MOBILES])
        if self.dice.random() < 0.2:
            unsolved = await api.make_captcha()
            await api.give_phone(begun.id, begun.token, written, unsolved.id)
        await api.give_phone(begun.id, begun.token, written, await self.town.solved_captcha(api))


def sources(town: Town, http: list[aiohttp.ClientSession]) -> list[Api]:
    """Three chats, and the addresses that the sessions come from."""
    chats = [town.chat(next(NUMBERS)) for _ in range(3)]
    return [*chats, *(Api(one, town.url, patience=30) for one in http)]


@pytest.fixture
async def addresses(town: Town) -> AsyncIterator[list[aiohttp.ClientSession]]:
    """Sessions, each from an address of its own."""
    async with AsyncExitStack() as open_ones:
        come_from = [{"X-Forwarded-For": address} for address in ("203.0.113.7", "2001:db8::7")]
        yield [await open_ones.enter_async_context(aiohttp.ClientSession(headers=header)) for header in come_from]


def sent(town: Town, since: datetime) -> list[Sms]:
    """When each SMS was claimed, and by what it is counted."""
    rows = town.registry.rows(
        "SELECT claimed_at, account_id, phone_key, source FROM otp_sms WHERE claimed_at >= %s ORDER BY claimed_at",
        since,
    )
    return [(at, {"all": "all", "account": a, "phone": p, "source": s}) for at, a, p, s in rows]


LIMITS = {
    "all": [(MAX_SMS_A_MINUTE, MINUTE)],
    "account": [(MAX_SMS_PER_ACCOUNT_A_DAY, DAY), (1, RESEND_PAUSE)],
    "phone": [(MAX_SMS_PER_PHONE_A_DAY, DAY), (1, RESEND_PAUSE)],
    "source": [(MAX_SMS_PER_CHAT_A_DAY, DAY)],
}


def over_a_limit(sms: list[Sms]) -> Iterator[tuple[str, int]]:
    """The limits that were passed in some window of time, by how many."""
    times = defaultdict[tuple[str, object], list[datetime]](list)
    for at, counted_by in sms:
        for kind, whose in counted_by.items():
            times[kind, whose].append(at)
    for (kind, _), all_ in times.items():
        for most, within in LIMITS[kind]:  # the windows that end with an SMS
            highest = max(number - bisect_right(all_, at - within) for number, at in enumerate(all_, 1))
            if highest > most:
                yield kind, highest


@pytest.mark.fire("floods")
async def test_T06_a_flood_from_many_identities_is_sent_no_more_sms_than_the_limits_add_up_to(
    flooded: Town, addresses: list[aiohttp.ClientSession], fire: Fire
) -> None:
    floods, requests = range(fire.size(short=1, long=20)), fire.size(short=100, long=500)
    for number in (series := fire.series("floods", floods)):
        flooded.clock.turn(2 * DAY)
        flooded.inbox.be_good()
        flood = Flood(flooded, sources(flooded, addresses), fire.dice(number), DAY - MINUTE)
        began = flooded.clock.now()
        await flood.come(requests)
        went = sent(flooded, began)
        assert list(over_a_limit(went)) == []
        assert len(went) <= flood.most
        assert len(flooded.inbox.orders) == len(went)
        assert all(OTP_PHONE.fullmatch(order["to"]) and order["to"] in flood.phones for order in flooded.inbox.orders)
        series.keep([len(went), flood.most])
    went_in_all, most_in_all = (sum(one) for one in zip(*series.results, strict=True))
    assert went_in_all >= fire.size(short=1, long=most_in_all // 2)  # it was a flood
    what = f"SMS of {len(floods) * requests} requests, {len(floods)} days of 8 accounts, 9 numbers, 5 sources each"
    money = f"{most_in_all * DONG_AN_SMS:,} đồng, if one costs {DONG_AN_SMS}"
    fire.figure("T06", what, f"{went_in_all} of at most {most_in_all}, which is at most {money}")


@pytest.mark.fire("floods")
async def test_T06_a_crowd_within_one_minute_is_sent_no_more_sms_than_the_breaker_lets_pass(
    town: Town, fire: Fire
) -> None:
    crowd = fire.size(short=20, long=MAX_SMS_A_MINUTE + 100)
    for number in range(crowd):
        staff, chat = town.registry.account(f"+84917{number:06}"), town.chat(50_000 + number)
        begun = await chat.start_sign_in(staff.username, staff.password)
        assert begun.otp
        assert (begun.otp.sms == "sent") == (number < MAX_SMS_A_MINUTE)
        town.clock.turn((MINUTE - timedelta(seconds=1)) / crowd)
    went = min(crowd, MAX_SMS_A_MINUTE)
    assert len(town.inbox.orders) == went
    a_day = MAX_SMS_A_MINUTE * (DAY // MINUTE)
    most = f"the breaker: {MAX_SMS_A_MINUTE}, a day at most {a_day:,}, {a_day * DONG_AN_SMS:,} đồng"
    fire.figure("T06", f"SMS to a crowd of {crowd} within a minute", f"{went}; {most}")
