"""The courier against the real service: each delivery brought once, and its fate reported."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from api.client import Api
from api.schemas import DeliveryClaimed
from bot.courier import Courier
from bot.run import Parts, parts_of
from bot.settings import BotSettings
from models.words import Language, Notice
from simulator.person import Person
from tests.bot.hands import Service, Telegram, running_bot, sign_in

Make = Callable[..., BotSettings]
WHEN = "2021-10-15T01:00:00+00:00"


@pytest.fixture
async def parts(settings: Make, service: Service) -> AsyncIterator[Parts]:
    async with parts_of(settings(api_url=service.url)) as parts:
        yield parts


@pytest.fixture
def courier(parts: Parts, settings: Make) -> Courier:
    return Courier(parts.api, parts.bot, settings().keys)


def delivery(chat: int, **given: Any) -> DeliveryClaimed:
    usual: dict[str, Any] = {
        "id": 1,
        "account_id": 5,
        "chat": chat,
        "language": Language.VIETNAMESE,
        "notice": Notice.PASSWORD_CHANGED,
        "facts": {"at": WHEN},
    }
    return DeliveryClaimed(**(usual | given))


async def test_a_notice_reaches_the_chat_where_one_is_signed_in(
    settings: Make, service: Service, telegram: Telegram, nurse: Person
) -> None:
    """Signing in elsewhere is told where one is signed in already; a button under it says that it was not they."""
    staff = service.registry.account(phone=nurse.phone)
    elsewhere = await telegram.play.newcomer("Elsewhere", phone=nurse.phone)
    async with running_bot(settings(api_url=service.url)):
        await sign_in(nurse, staff)
        service.forget_pauses()
        await sign_in(elsewhere, staff)
        heard = await nurse.hears("đăng nhập", within=10)
        assert heard.buttons == ["🚫 Không phải tôi", "Lịch sử đăng nhập"]
        await nurse.press("Lịch sử đăng nhập", on=heard)
        await nurse.hears("đăng nhập thành công")
        await nurse.press("🚫 Không phải tôi", on=heard)
        await nurse.hears("Tất cả phiên đăng nhập")
        await nurse.press("🚫 Không phải tôi, kết thúc tất cả phiên")
        await nurse.hears("Đã kết thúc 2 phiên")
        await elsewhere.hears("đã được kết thúc từ nơi khác")
        await service.until_delivered()
    assert service.states() == ["delivered", "delivered"]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ({}, "delivered"),
        ({"kind": "refuse", "code": 403}, "blocked"),
        ({"kind": "refuse", "code": 500}, "again"),
        ({"kind": "refuse", "code": 429, "retry_after": 1}, "again"),
        ({"kind": "cut_after"}, "delivered"),
    ],
)
async def test_T37_what_became_of_a_delivery_is_known(
    courier: Courier, telegram: Telegram, nurse: Person, fault: dict[str, Any], outcome: str
) -> None:
    await nurse.say("/start")
    if fault:
        await telegram.play.fault(**{"method": "sendMessage", **fault})
    found, number = await courier._say(delivery(nurse.id))
    assert found == outcome
    assert (number is not None) == (fault == {})


async def test_what_makes_no_text_is_reported_as_failed(courier: Courier, nurse: Person) -> None:
    await nurse.say("/start")
    assert await courier._say(delivery(nurse.id, facts={})) == ("failed", None)


async def test_T37_a_chat_that_is_not_there_is_as_good_as_blocked(courier: Courier) -> None:
    assert await courier._say(delivery(1)) == ("blocked", None)


async def test_a_courier_waits_for_an_api_that_is_gone(parts: Parts, settings: Make) -> None:
    nowhere = Api(parts.api.http, "http://127.0.0.1:9")
    waiting = asyncio.create_task(Courier(nowhere, parts.bot, settings().keys).run())
    await asyncio.wait([waiting], timeout=0.1)
    assert not waiting.done()
    waiting.cancel()
    await asyncio.wait([waiting])
