"""The clocks, against real servers and a clock that was turned."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp

from models.clock import TurnableClock
from tests.bot.hands import TOKEN, Service, Telegram
from tests.trambot.doctor.hands import House, found, given, wrongs
from trambot.doctor import clock
from trambot.doctor.clock import NO_TIME, apart
from trambot.doctor.finding import Mark


async def test_T44_every_clock_is_compared_with_ours(
    house: House, valkey_url: str, telegram: Telegram, service: Service, tmp_path: Path
) -> None:
    everybody = {
        "database_url": house.api_url,
        "redis_url": valkey_url,
        "bot_token": TOKEN,
        "telegram_url": telegram.address.url,
        "api_url": service.url,
    }
    await dates_are_made_anew(service.url)
    right = await found(clock.examine(given(**everybody)))
    assert {name: finding.mark for name, finding in right.items()} == dict.fromkeys(clock.SOURCES, Mark.GOOD)

    TurnableClock(tmp_path / "clock").turn(timedelta(minutes=3))
    skewed = await found(clock.examine(given(clock_file=tmp_path / "clock", **everybody)))
    assert wrongs(skewed) == set(clock.SOURCES)
    assert "behind" in skewed["postgresql"].says


async def dates_are_made_anew(url: str) -> None:
    """The service shares its loop with the tests, and between them its own clockwork stands still."""
    async with asyncio.timeout(10), aiohttp.ClientSession() as http:
        is_old = True
        while is_old:
            async with http.get(f"{url}/v1/health") as answer:
                made = parsedate_to_datetime(answer.headers["Date"])
                is_old = datetime.now(UTC) - made > timedelta(seconds=1.5)


async def test_clocks_that_cannot_be_asked_are_not_wrong() -> None:
    nobody = given(redis_url="redis://127.0.0.1:1", api_url="http://127.0.0.1:1")
    findings = await found(clock.examine(nobody))
    assert {finding.mark for finding in findings.values()} == {Mark.UNKNOWN}


def test_a_slow_answer_is_no_skew() -> None:
    asked, second = datetime(2021, 10, 15, tzinfo=UTC), timedelta(seconds=1)
    answered = asked + 10 * second
    assert apart(asked, answered, asked + second, asked + second) == NO_TIME
    assert apart(asked, answered, answered + 3 * second, answered + 5 * second) == 3 * second
    assert apart(asked, answered, asked - 5 * second, asked - 3 * second) == -3 * second
