"""The SMS gateway: keys, inboxes, repetition and faults."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import pytest

from simulator.person import Person, Town
from simulator.sms import Sms
from simulator.wire import Json
from tests.simulator.conftest import SMS_KEY, Running

Send = Callable[..., Awaitable[tuple[int, Json]]]


@pytest.fixture
async def send(running: Running) -> Send:
    async def send(key: str = SMS_KEY, within: float = 5, **order: object) -> tuple[int, Json]:
        headers = {"Authorization": f"Bearer {key}"}
        body = {"to": "+84912000001", "text": "Ma cua ban la 123456", **order}
        timeout = aiohttp.ClientTimeout(total=within)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(f"{running.address.url}/sms", json=body, headers=headers) as response,
        ):
            return response.status, await response.json()

    return send


async def test_an_sms_arrives_in_the_inbox_of_its_number(send: Send, play: Town) -> None:
    nurse = await play.person("Y tá")
    status, answer = await send(request_id="one")
    assert status == 200
    assert (await nurse.sms("123456"))["id"] == answer["message_id"]
    assert await nurse.last_code() == "123456"
    assert await (await play.person("Cán bộ")).inbox() == []


async def test_sms_waits_for_the_one_after_the_last(send: Send, play: Town) -> None:
    nurse = await play.person("Y tá")
    await send(text="Ma cu 111111")
    first = await nurse.sms()
    waiting = asyncio.create_task(nurse.sms(after=first))
    await send(text="Ma moi 222222")
    assert "222222" in (await waiting)["text"]


async def test_without_the_key_nothing_is_sent(send: Send, play: Town) -> None:
    assert (await send(key="wrong"))[0] == 401
    assert await play.inbox("+84912000001") == []


@pytest.mark.parametrize(
    "order", [{"to": "0912000001"}, {"to": 84}, {"text": ""}, {"text": "x" * 1001}, {"request_id": 5}]
)
async def test_a_malformed_order_is_400(send: Send, order: Json) -> None:
    assert (await send(**order))[0] == 400


async def test_a_repeated_request_id_gives_the_same_answer_and_one_sms(send: Send, play: Town) -> None:
    answers = [await send(request_id="same") for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert len(await play.inbox("+84912000001")) == 1


async def test_a_timeout_after_acceptance_has_sent_it_and_a_retry_sends_no_second(send: Send, play: Town) -> None:
    await play.fault("hang_after", "sms")
    with pytest.raises(TimeoutError):
        await send(request_id="once", within=0.3)
    assert (await send(request_id="once"))[0] == 200
    assert len(await play.inbox("+84912000001")) == 1


async def test_an_sms_may_be_accepted_and_lost(send: Send, play: Town) -> None:
    await play.fault("lost", "sms")
    assert (await send())[0] == 200
    assert await play.inbox("+84912000001") == []


async def test_the_gateway_may_refuse(send: Send, play: Town) -> None:
    await play.fault("refuse", "sms", code=503)
    assert (await send())[0] == 503
    assert await play.inbox("+84912000001") == []


@pytest.mark.parametrize(
    ("text", "segments"),
    [("a" * 160, 1), ("a" * 161, 2), ("ă" * 70, 1), ("ă" * 71, 2), ("ă" * 135, 3), ("a" * 307, 3)],
)
def test_segments_are_counted_as_networks_bill_them(text: str, segments: int) -> None:
    assert Sms("1", "+84912000001", text, 0).segments == segments


async def test_nobody_is_told_of_a_code_that_never_came(play: Town, nurse: Person) -> None:
    with pytest.raises(LookupError):
        await nurse.last_code()
