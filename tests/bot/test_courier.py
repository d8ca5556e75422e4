"""The courier against the real service: each delivery brought once, and its fate reported."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from api.client import Api
from api.schemas.deliveries import DeliveryClaimed, DeliveryReport
from bot.courier import SAYING, Courier
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
    return Courier(parts.api, parts.bot, settings().keys, parts.budget)


def delivery(chat: int, **given: Any) -> DeliveryClaimed:
    usual: dict[str, Any] = {
        "id": 1,
        "account_id": 5,
        "chat": chat,
        "language": Language.VIETNAMESE,
        "notice": Notice.PASSWORD_CHANGED,
        "facts": {"at": WHEN},
        "replaces": None,
        "lease_seconds": 30,
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
    report = await courier._say(delivery(nurse.id))
    assert report.outcome == outcome
    assert (report.message_id is not None) == (fault == {})


async def test_what_makes_no_text_is_reported_as_failed(courier: Courier, nurse: Person) -> None:
    await nurse.say("/start")
    assert await courier._say(delivery(nurse.id, facts={})) == DeliveryReport(id=1, outcome="failed")


async def test_T37_a_chat_that_is_not_there_is_as_good_as_blocked(courier: Courier) -> None:
    assert await courier._say(delivery(1)) == DeliveryReport(id=1, outcome="blocked")


async def test_T37_a_card_is_changed_where_it_stands(courier: Courier, nurse: Person) -> None:
    await nurse.say("/start")
    first = await courier._say(delivery(nurse.id))
    await nurse.hears("Mật khẩu")
    changed = delivery(nurse.id, id=2, replaces=first.message_id, notice=Notice.PHONE_CHANGED)
    for _ in range(2):  # the second time nothing is to be changed
        assert await courier._say(changed) == DeliveryReport(id=2, outcome="delivered", message_id=first.message_id)
    [_, card] = await nurse.messages()
    assert card.id == first.message_id
    assert "Số điện thoại" in card.text


@pytest.mark.parametrize("code", [500, 429])
async def test_T37_a_change_that_did_not_arrive_comes_again(
    courier: Courier, telegram: Telegram, nurse: Person, code: int
) -> None:
    await nurse.say("/start")
    first = await courier._say(delivery(nurse.id))
    for fault in ({"kind": "refuse", "code": code}, {"kind": "cut_after"}):
        await telegram.play.fault(method="editMessageText", **fault)
        report = await courier._say(delivery(nurse.id, replaces=first.message_id, notice=Notice.PHONE_CHANGED))
        assert report.outcome == "again"


async def test_T37_a_card_that_is_gone_is_said_anew(courier: Courier, nurse: Person) -> None:
    await nurse.say("/start")
    report = await courier._say(delivery(nurse.id, replaces=4_000))
    assert report.outcome == "delivered"
    assert report.message_id not in {None, 4_000}


async def test_T37_the_time_that_telegram_asks_for_is_reported_and_kept_by_the_courier(
    courier: Courier, telegram: Telegram, nurse: Person
) -> None:
    await nurse.say("/start")
    await telegram.play.fault(kind="refuse", method="sendMessage", code=429, retry_after=7)
    assert await courier._say(delivery(nurse.id)) == DeliveryReport(id=1, outcome="again", retry_after=7)
    assert 6 < courier._quiet_until - time.monotonic() <= 7


async def test_T38_what_may_soon_be_another_couriers_is_not_begun(courier: Courier) -> None:
    now, claimed = time.monotonic(), delivery(1, lease_seconds=30)
    assert courier._may_begin(now, claimed)
    assert not courier._may_begin(now - 30 + 2 * SAYING, claimed)
    courier._quiet_until = now + 60
    assert not courier._may_begin(now, claimed)


async def test_a_courier_waits_for_an_api_that_is_gone(parts: Parts, settings: Make) -> None:
    nowhere = Api(parts.api.http, "http://127.0.0.1:9")
    waiting = asyncio.create_task(Courier(nowhere, parts.bot, settings().keys, parts.budget).run())
    await asyncio.wait([waiting], timeout=0.1)
    assert not waiting.done()
    waiting.cancel()
    await asyncio.wait([waiting])


async def test_T24_a_message_that_is_taken_back_is_gone_and_gone_stays_gone(
    courier: Courier, telegram: Telegram, nurse: Person
) -> None:
    await nurse.say("/start")
    facts = {"full_name": "Demo", "phones": "0987 654 321", "id_numbers": "–", "address": "Xã Tứ Hiệp"}
    shown = await courier._say(delivery(nurse.id, notice=Notice.SUBJECT_IN_FULL, facts=facts))
    await nurse.hears("0987 654 321")
    back = delivery(nurse.id, notice=Notice.TAKEN_BACK, facts={}, replaces=shown.message_id)
    for _ in range(2):
        assert (await courier._say(back)).outcome == "delivered"
    calls = (await telegram.play.calls("deleteMessage"))[-2:]
    assert [int(call["parameters"]["message_id"]) for call in calls] == [shown.message_id] * 2


async def test_T24_what_cannot_be_taken_back_is_said(courier: Courier, telegram: Telegram, nurse: Person) -> None:
    await nurse.say("/start")
    await courier._say(delivery(nurse.id, notice=Notice.TAKEN_BACK, facts={}))
    await nurse.hears("vui lòng tự xóa")
