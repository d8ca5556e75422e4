"""What a test of the bot holds in its hands: the town and its people, the service, a bot that runs."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import psycopg
from psycopg.sql import SQL, Identifier
from redis.asyncio import Redis

from bot.run import serve
from bot.settings import BotSettings
from simulator import app as simulator_app
from simulator import person
from simulator.heard import Heard
from simulator.town import Town
from tests.api.hands import PASSWORD, SERVICE_KEY, Registry, Staff

TOKEN = "700000000:test-token"
SMS_KEY = "the-sms-key-of-the-tests"

__all__ = ["SERVICE_KEY", "SMS_KEY", "TOKEN"]


@dataclass(frozen=True)
class Telegram:
    """The local Telegram: its address, its inside, and its people."""

    address: simulator_app.Address
    town: Town
    play: person.Town

    async def delete_webhook(self) -> None:
        """As the bot would, that is gone."""
        async with aiohttp.ClientSession() as http, http.post(f"{self.address.base_url}{TOKEN}/deleteWebhook"):
            pass


@dataclass(frozen=True)
class Service:
    """The real service, and its database from the owner's side."""

    url: str
    registry: Registry
    owner: psycopg.Connection

    def count(self, table: str) -> int:
        row = self.owner.execute(SQL("SELECT count(*) FROM {}").format(Identifier(table))).fetchone()
        assert row is not None
        return int(row[0])

    def forget_pauses(self) -> None:
        """As if the last SMS had been long ago."""
        self.owner.execute("UPDATE otp_sms SET claimed_at = claimed_at - interval '1 hour'")

    def states(self) -> list[str]:
        """How far each delivery is."""
        return [str(state) for (state,) in self.owner.execute("SELECT state FROM delivery ORDER BY id")]

    async def until_delivered(self) -> None:
        """Wait until no delivery waits."""
        async with asyncio.timeout(10):
            while "waiting" in self.states():  # noqa: ASYNC110 - what it waits for happens in the database
                await asyncio.sleep(0.01)


@asynccontextmanager
async def running_bot(settings: BotSettings) -> AsyncIterator[asyncio.Task[None]]:
    """The whole bot, as its process runs it."""
    task = asyncio.create_task(serve(settings))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()


async def sign_in(nurse: person.Person, staff: Staff) -> Heard:
    """Sign in as that account, from /start on; the menu."""
    await nurse.say("/start")
    await nurse.hears("Vui lòng đăng nhập", within=15)
    await nurse.press("Đăng nhập")
    await nurse.hears("Tên đăng nhập")
    await nurse.say(staff.username)
    await nurse.hears("Mật khẩu")
    await nurse.say(PASSWORD.get_secret_value())
    await nurse.hears("OTP")
    await nurse.say(await nurse.last_code())
    return await nurse.hears("Bạn muốn làm gì")


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


async def is_at_telegram(telegram: Telegram, text: str, chat: int) -> None:
    """Wait until Telegram has got a message with that text for the chat, whatever it makes of it."""
    while not any(text in str(e.parameters.get("text")) and e.chat_id == chat for e in telegram.town.record.entries):
        await telegram.play.now()  # asking lets it go on


async def everything_in(redis: Redis) -> bytes:
    """All keys and all values of a Valkey database, uncompressed."""
    kept: list[Any] = []
    async for key in redis.scan_iter("*"):
        match await redis.type(key):
            case b"hash":
                kept += [key, *(part for pair in (await redis.hgetall(key)).items() for part in pair)]
            case b"list":
                kept += [key, *await redis.lrange(key, 0, -1)]
            case b"zset":
                kept += [key, *await redis.zrange(key, 0, -1)]
            case _:
                kept += [key, await redis.get(key) or b""]
    return b"\n".join(kept)
