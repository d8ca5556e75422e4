"""The process as it is started by hand: its log, its end, and what it refuses to start with."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.journal import valkey
from bot.settings import BotSettings
from simulator.person import Person
from tests.api.hands import PASSWORD
from tests.bot.hands import TOKEN, Service, Telegram, everything_in, sign_in

Make = Callable[..., BotSettings]
SECRETS = {"bot_token", "service_key", "redis_url", "journal_key"}


class Started:
    """A bot process, and what it has written."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def log(self) -> str:
        return self._log.read_text()

    async def ends(self) -> int:
        return await asyncio.wait_for(self.process.wait(), 10)


@asynccontextmanager
async def started(settings: BotSettings, folder: Path) -> AsyncIterator[Started]:
    """`trambot bot`, with its secrets in files."""
    secrets, log = folder / "secrets", folder / "log"
    secrets.mkdir(mode=0o700)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRAMBOT_")}
    for name, value in settings.model_dump(exclude_none=True).items():
        if name in SECRETS:
            (secrets / f"TRAMBOT_{name.upper()}").write_text(value.get_secret_value())
        else:
            environment[f"TRAMBOT_{name.upper()}"] = str(value)
    environment["TRAMBOT_SECRETS_DIR"] = str(secrets)
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "trambot", "bot", env=environment, stdout=output, stderr=output
        )
    try:
        yield Started(process, log)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_T24_no_secret_of_a_sign_in_is_in_the_log_or_in_valkey(
    settings: Make, service: Service, nurse: Person, tmp_path: Path
) -> None:
    staff = service.registry.account(phone=nurse.phone)
    own = settings(api_url=service.url)
    async with started(own, tmp_path) as bot:
        await sign_in(nurse, staff)
        code = await nurse.last_code()
        await nurse.say("/no_such_command canary-in-a-command")
        await nurse.hears()
        async with valkey(own.redis_url.get_secret_value()) as redis:
            kept = (await everything_in(redis)).decode(errors="replace")
        bot.process.send_signal(signal.SIGTERM)
        assert await bot.ends() == 0
    assert '"ready"' in bot.log
    for canary in (PASSWORD.get_secret_value(), staff.username, nurse.phone, TOKEN, "Nguyễn", "canary", code):
        assert canary not in bot.log, canary
        if canary != code:  # six digits may stand in anything sealed
            assert canary not in kept, canary


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_when_told_and_leaves_nothing_locked(
    settings: Make, nurse: Person, tmp_path: Path, number: signal.Signals
) -> None:
    own = settings()
    async with started(own, tmp_path) as bot:
        await nurse.say("/start")
        await nurse.hears("Chào mừng", within=15)
        bot.process.send_signal(number)
        assert await bot.ends() == 0
        async with valkey(own.redis_url.get_secret_value()) as redis:
            assert await redis.get("poller") is None
            assert not await redis.hexists(f"{{{nurse.id}}}:chat", "owner")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"allow_forgetful_redis": False}, "appendonly"),
        ({"bot_token": "700000001:another"}, "does not know the bot's token"),
    ],
)
async def test_T34_what_cannot_work_is_said_in_plain_words(
    settings: Make, telegram: Telegram, tmp_path: Path, given: dict[str, Any], said: str
) -> None:
    async with started(settings(**given), tmp_path) as bot:
        assert await bot.ends() == 1
    assert said in bot.log
    assert "Traceback" not in bot.log
    assert "another" not in bot.log


async def test_a_bot_that_comes_before_telegram_waits_for_it(settings: Make, nurse: Person, tmp_path: Path) -> None:
    await nurse.town.fault("refuse", "getMe", code=502, times=2)
    async with started(settings(), tmp_path) as bot:
        await nurse.say("/start")
        await nurse.hears("Chào mừng", within=15)
        assert bot.log.count('"waiting"') == 2


async def test_the_commands_are_offered_in_both_languages(bot: None, telegram: Telegram, nurse: Person) -> None:
    await nurse.say("/start")
    await nurse.hears("Chào mừng")
    offered = telegram.town.bot.commands
    assert {tuple(command["command"] for command in commands) for commands in offered.values()} == {
        ("start", "menu", "huy", "trogiup", "language")
    }
    told = {command["description"] for commands in offered.values() for command in commands}
    assert {"Về trang chính", "Main menu"} <= told


async def test_a_group_is_told_that_this_is_not_the_place_and_left(
    bot: None, telegram: Telegram, nurse: Person
) -> None:
    group = await telegram.play.group("Trạm", nurse)
    await nurse.add_bot(group)
    heard = await nurse.hears("trò chuyện riêng", group=group)
    assert heard.text
    async with asyncio.timeout(5):
        while telegram.town.chats[group.id].standing != "left":
            await telegram.play.now()
