"""Guesses at once, through several processes of the API: each is judged after all before it were counted (R5)."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest
from pydantic import SecretStr

from api.client import Api
from api.schemas.signing_in import SignInStarted
from api.settings import ApiSettings
from models.refusals import Busy, Refusal
from models.rules import MAX_OTP_FAILURES, OTP_DIGITS
from tests.api.hands import SERVICE_KEY, Staff, Town, another, count_kinds
from tests.api.processes import api_processes
from tests.fire.series import Fire

PROCESSES = 4
GUESSES = 200
PRESSES = 32
NUMBERS = itertools.count(1)
PATIENCE = 60.0  # seconds, on a busy machine


@dataclass(frozen=True)
class Door:
    """One account's sign-in that waits for its OTP, as each of the processes sees it."""

    staff: Staff
    chats: list[Api]
    begun: SignInStarted
    code: str

    async def answered_at_once(self, codes: list[SecretStr]) -> list[object]:
        """What came of the codes, given all together, each to the next process."""
        chats = itertools.cycle(self.chats)
        return await asyncio.gather(*(self._answered(chat, code) for chat, code in zip(chats, codes, strict=False)))

    async def _answered(self, chat: Api, code: SecretStr) -> object:
        """A session, or the refusal; somebody who finds the API busy asks again."""
        while True:
            try:
                return await chat.confirm_otp(self.begun.id, self.begun.token, code)
            except Busy:
                continue
            except Refusal as refusal:
                return refusal


@pytest.fixture(scope="module")
async def apis(settings: ApiSettings) -> AsyncIterator[list[Api]]:
    """The API in each of its processes, on connections that stay open."""
    wide = aiohttp.TCPConnector(limit=0)
    async with api_processes(settings, PROCESSES) as urls, aiohttp.ClientSession(connector=wide) as http:
        yield [Api(http, url, service_key=SERVICE_KEY, patience=PATIENCE) for url in urls]


async def door(town: Town, apis: list[Api]) -> Door:
    """A new account at the question for its OTP; password and SMS were dealt with by the first process."""
    number = next(NUMBERS)
    phone = f"+84912{number:06}"
    staff = town.registry.account(phone)
    chats = [api.by(chat=20_000 + number, token=None, language="vi") for api in apis]
    begun = await chats[0].start_sign_in(staff.username, staff.password)
    return Door(staff, chats, begun, town.inbox.last_code(phone))


def wrong_codes(right: str, how_many: int, dice: random.Random) -> list[SecretStr]:
    """So many different ones."""
    others = (f"{code:0{OTP_DIGITS}}" for code in dice.sample(range(10**OTP_DIGITS), how_many + 1))
    return [SecretStr(code) for code in others if code != right][:how_many]


@pytest.mark.fire("guesses")
async def test_T01_of_200_wrong_guesses_at_once_through_four_processes_five_are_judged(
    town: Town, apis: list[Api], fire: Fire
) -> None:
    rounds = range(fire.size(short=1, long=100))
    for _ in (series := fire.series("rounds of wrong guesses", rounds)):
        at = await door(town, apis)
        outcomes = await at.answered_at_once(GUESSES * [another(at.code)])
        assert count_kinds(outcomes) == {"OtpWrong": MAX_OTP_FAILURES - 1, "OtpLocked": GUESSES - MAX_OTP_FAILURES + 1}
        assert town.registry.guard(at.staff)[:2] == (MAX_OTP_FAILURES, MAX_OTP_FAILURES)
        written = Counter(town.registry.attempts(at.staff))
        assert written == {"password_right": 1, "wrong_otp": 4, "otp_locked": GUESSES - 4}
        series.keep(town.registry.guard(at.staff)[1])
    what = f"judged of {GUESSES} wrong codes at once, {PROCESSES} processes, {len(rounds)} rounds"
    fire.figure("T01", what, f"{_alike(series.results)} in each")


@pytest.mark.fire("guesses")
async def test_T01_of_32_right_answers_at_once_through_four_processes_one_opens_a_session(
    town: Town, apis: list[Api], fire: Fire
) -> None:
    rounds = range(fire.size(short=2, long=100))
    for _ in (series := fire.series("rounds of right answers", rounds)):
        at = await door(town, apis)
        outcomes = await at.answered_at_once(PRESSES * [SecretStr(at.code)])
        assert count_kinds(outcomes) == {"SessionOpened": 1, "SignInEnded": PRESSES - 1}
        assert town.registry.guard(at.staff) == (0, 0, None)
        assert town.registry.attempts(at.staff) == ["password_right", "signed_in"]
        opened = town.registry.one("SELECT count(*) FROM session WHERE account_id = %s", at.staff.id)
        assert opened == 1
        series.keep(opened)
    what = f"sessions from {PRESSES} right codes at once, {PROCESSES} processes, {len(rounds)} rounds"
    fire.figure("T01", what, f"{_alike(series.results)} in each")


@pytest.mark.fire("guesses")
async def test_T01_R05_a_right_code_among_200_gets_in_only_as_one_of_five_and_leaves_its_owner_free(
    town: Town, apis: list[Api], fire: Fire
) -> None:
    """Chance lets it in 5 times in 200. Were more judged than are counted, it would get in more often."""
    rounds = range(fire.size(short=1, long=100))
    for number in (series := fire.series("rounds of a right code among wrong ones", rounds)):
        dice, at = fire.dice(number), await door(town, apis)
        codes = [SecretStr(at.code), *wrong_codes(at.code, GUESSES - 1, dice)]
        dice.shuffle(codes)
        kinds = count_kinds(await at.answered_at_once(codes))
        if kinds.pop("SessionOpened", 0):
            assert kinds.pop("OtpWrong", 0) < MAX_OTP_FAILURES
            assert kinds.keys() == {"SignInEnded"}
            assert town.registry.guard(at.staff) == (0, 0, None)
            series.keep(1)
        else:
            assert kinds == {"OtpWrong": MAX_OTP_FAILURES - 1, "OtpLocked": GUESSES - MAX_OTP_FAILURES + 1}
            assert town.registry.guard(at.staff)[:2] == (MAX_OTP_FAILURES, MAX_OTP_FAILURES)
            series.keep(0)
    lucky = sum(series.results)
    assert lucky <= 2 + len(rounds) / 10  # 12 of 100 by chance: once in a million
    what = f"let in by a right code among {GUESSES} at once, {PROCESSES} processes, {len(rounds)} rounds"
    fire.figure("T01", what, f"{lucky}; by chance {len(rounds) * MAX_OTP_FAILURES / GUESSES:g}")


def _alike(figures: list[int]) -> int:
    [figure] = set(figures)
    return figure
