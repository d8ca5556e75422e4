"""What somebody without the password can tell of an account by the answer, to the byte and to the millisecond (T07)."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from statistics import mean, median

import aiohttp
import psycopg
import pytest

from models.rules import MAX_OTP_FAILURES, MAX_OTP_STREAK, PASSWORD_FAILURES_FORGOTTEN_AFTER
from tests.api.hands import PASSWORD, SECOND, SERVICE_KEY, Staff, Town, count_kinds
from tests.fire.series import Fire

LARGEST_GAP = 5.0
"""Milliseconds between the medians of two states; across a network, nobody sees less."""
WARMING_UP = 2
CALLERS = {"chat": {"X-Service-Key": SERVICE_KEY, "X-Chat-Id": "66"}, "address": {}}

Answer = tuple[int, tuple[tuple[str, str], ...], bytes]
"""Status, headers and body."""


@dataclass
class Stranger:
    """Somebody who tries names, on one connection."""

    town: Town
    http: aiohttp.ClientSession
    names: dict[str, str]
    """A name for every state that an account can be in."""
    rounds: list[dict[str, float]] = field(default_factory=list)
    """How long each answer of a round took, ms, by the state."""

    async def try_all(self, caller: str, order: list[str]) -> set[Answer]:
        """A wrong password for each name, all first ones of their hour; the different answers."""
        self.town.clock.turn(PASSWORD_FAILURES_FORGOTTEN_AFTER + SECOND)
        self.rounds.append({})
        return {await self._try(caller, state) for state in order}

    async def _try(self, caller: str, state: str) -> Answer:
        body = {"username": self.names[state], "password": "x" * 9}
        began = time.perf_counter()
        async with self.http.post(f"{self.town.url}/v1/sign-ins", json=body, headers=CALLERS[caller]) as answer:
            content = await answer.read()
        self.rounds[-1][state] = round((time.perf_counter() - began) * 1000, 3)
        return answer.status, tuple((name, told) for name, told in answer.headers.items() if name != "Date"), content


@pytest.fixture
async def stranger(town: Town, superuser_url: str) -> AsyncIterator[Stranger]:
    account = partial(town.registry.account, is_cheap=False)
    accounts = {
        "usual": account("+84912000001"),
        "inactive": account("+84912000002"),
        "locked": account("+84912000003"),
        "OTP disabled": account("+84912000004"),
        "no phone": account(None),
        "password of another's making": account("+84912000005", must_change_password=True),
        "with API permission": account("+84912000006", api_permission=True),
    }
    town.registry.owner.execute("UPDATE account SET is_active = false WHERE id = %s", [accounts["inactive"].id])
    with psycopg.connect(superuser_url, autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")  # no wall stands in the way of a lock for years
        shut(superuser, town, accounts["locked"], MAX_OTP_FAILURES)
        shut(superuser, town, accounts["OTP disabled"], MAX_OTP_STREAK)
    names = {state: staff.username for state, staff in accounts.items()}
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as http:
        yield Stranger(town, http, {"nobody": "nobody.here", "no possible name": "!!", **names})


def shut(superuser: psycopg.Connection, town: Town, staff: Staff, streak: int) -> None:
    until = town.clock.now() + timedelta(days=10_000)
    superuser.execute(
        "UPDATE otp_guard SET failures = %s, streak = %s, locked_until = %s WHERE account_id = %s",
        [MAX_OTP_FAILURES, streak, until, staff.id],
    )


@pytest.mark.parametrize("caller", CALLERS)
async def test_T07_a_stranger_gets_the_same_bytes_whatever_the_account(
    stranger: Stranger, caller: str, fire: Fire
) -> None:
    answers = await stranger.try_all(caller, list(stranger.names))
    assert [status for status, _, _ in answers] == [401]
    assert stranger.town.inbox.orders == []
    what = f"different answers to a stranger in {len(stranger.names)} states of an account, by {caller}"
    fire.figure("T07", what, str(len(answers)))
    await each_is_in_its_state(stranger)


async def each_is_in_its_state(stranger: Stranger) -> None:
    """Who has the password can tell them apart."""
    outcomes = [stranger.town.chat().start_sign_in(name, PASSWORD) for name in stranger.names.values()]
    kinds = count_kinds(await asyncio.gather(*outcomes, return_exceptions=True))
    refused = {"WrongCredentials": 2, "AccountInactive": 1, "OtpLocked": 1, "OtpDisabled": 1}
    assert kinds == {"SignInStarted": 4, **refused}


TIMED = ["nobody", "usual", "inactive", "locked", "OTP disabled", "no phone"]


@pytest.mark.fire("floods")
async def test_T07_a_stranger_waits_as_long_whatever_the_account(stranger: Stranger, fire: Fire) -> None:
    """In the suite, on a machine that does other things too, only the bytes are looked at."""
    blocks, rounds = range(fire.size(short=1, long=20)), fire.size(short=3, long=100)
    for block in (series := fire.series("blocks of answers", blocks)):
        dice = fire.dice(block)
        for number in range(WARMING_UP + rounds):
            if number == WARMING_UP:
                stranger.rounds.clear()
            assert len(await stranger.try_all("chat", dice.sample(TIMED, len(TIMED)))) == 1
        series.keep(stranger.rounds.copy())
    taken = [one for block in series.results for one in block]
    gap = largest_gap(taken)
    if fire.is_long:
        told = ", ".join(f"{state} {median(one[state] for one in taken):.2f}" for state in TIMED)
        what = f"gap between {len(TIMED)} states of an account, {len(taken)} answers each"
        fire.figure("T07", what, f"{gap:.2f} ms ({told})")
        assert gap < LARGEST_GAP


def largest_gap(rounds: list[dict[str, float]]) -> float:
    """Between the medians of two states, each answer seen beside the others of its round: the machine's pace drifts."""
    beside = {state: median(one[state] - mean(one.values()) for one in rounds) for state in TIMED}
    return max(beside.values()) - min(beside.values())
