"""Something sensitive in chat: an OTP in between, nothing typed again, and always a way out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from api.client import Api
from conversations.talk import Talk, part
from conversations.talks.step_up import sensitively
from models.refusals import OtpNotFresh
from models.rules import FRESH_OTP, MAX_OTP_FAILURES, OTP_LOCK
from tests.api.hands import Staff, Town, another
from tests.conversations.conftest import Put
from tests.conversations.ledger import Booked
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_sign_in import as_far_as_the_otp

LATER = FRESH_OTP + timedelta(minutes=1)
SEND = "📨 Gửi mã OTP"


@pytest.fixture(params=[False, True], ids=["begun anew each turn", "kept alive"])
def chat(request: pytest.FixtureRequest, town: Town) -> Rehearsal:
    return Rehearsal(town.chat(), town.clock, is_live=request.param)


@pytest.fixture
async def opened(chat: Rehearsal, town: Town, on_the_staff_menu: Put) -> list[str]:
    """What was taken out of a safe that opens for a fresh OTP; somebody is at it, with an OTP that is no more."""
    staff, taken = town.registry.account(), list[str]()
    on_the_staff_menu(_at_the_safe(_safe(town, staff, taken)))
    await as_far_as_the_otp(chat, staff)
    await chat.says(town.inbox.last_code())
    await chat.opens("change_password")
    town.clock.turn(LATER)
    return taken


def _safe(town: Town, staff: Staff, taken: list[str]) -> Callable[..., Any]:
    async def open_safe(api: Api, what: str) -> Booked:
        proven = town.registry.one("SELECT max(otp_proven_at) FROM session WHERE account_id = %s", staff.id)
        if town.clock.now() - proven > FRESH_OTP:
            raise OtpNotFresh(minutes=15)
        taken.append(what)
        return Booked(what=what)

    return open_safe


def _at_the_safe(open_safe: Callable[..., Any]) -> Callable[[Talk], Any]:
    @part
    async def give_credentials(talk: Talk) -> None:
        """One question whose text exists, then the safe."""
        what = await talk.ask("username", str)
        await sensitively(talk, open_safe, what)

    return give_credentials


async def test_a_fresh_code_opens_what_was_asked_for_without_asking_again(
    chat: Rehearsal, town: Town, opened: list[str]
) -> None:
    await chat.says("gạo")
    assert "Thao tác này cần mã OTP" in chat.text
    assert opened == []
    await chat.says(another(town.inbox.last_code()).get_secret_value())
    assert "Bạn còn 4 lần thử" in chat.text
    await chat.says(town.inbox.last_code())
    assert opened == ["gạo"]
    assert chat.stage.bugs == []
    assert len(chat.stage.forgotten) >= 2


async def test_R04_resending_waits_and_then_sends(chat: Rehearsal, town: Town, opened: list[str]) -> None:
    await chat.says("gạo")
    await chat.presses("Gửi lại mã OTP")
    assert SEND in chat.labels
    town.clock.turn(timedelta(seconds=61))
    await chat.presses(SEND)
    await chat.says(town.inbox.last_code())
    assert opened == ["gạo"]


async def test_R05_a_lock_keeps_what_was_typed_and_goes_on_after_it(
    chat: Rehearsal, town: Town, opened: list[str]
) -> None:
    await chat.says("gạo")
    for _ in range(MAX_OTP_FAILURES):
        await chat.says(another(town.inbox.last_code()).get_secret_value())
    assert "5 phút" in chat.text
    await chat.presses(SEND)
    assert SEND in chat.labels
    town.clock.turn(OTP_LOCK)
    await chat.presses(SEND)
    await chat.says(town.inbox.last_code())
    assert opened == ["gạo"]


async def test_back_leads_to_what_was_to_be_done(chat: Rehearsal, town: Town, opened: list[str]) -> None:
    await chat.says("gạo")
    await chat.presses("⬅ Quay lại")
    await chat.says("muối")
    town.clock.turn(timedelta(seconds=61))
    if SEND in chat.labels:
        await chat.presses(SEND)
    await chat.says(town.inbox.last_code())
    assert opened == ["muối"]


async def test_a_session_that_begins_in_between_has_its_own_otp(chat: Rehearsal, town: Town, opened: list[str]) -> None:
    await chat.says("gạo")
    [(account,)] = town.registry.rows("SELECT id FROM account ORDER BY id DESC LIMIT 1")
    town.registry.owner.execute("UPDATE session SET ended_at = %s, \"end\" = 'by_admin'", [town.clock.now()])
    sms = len(town.inbox.orders)
    await chat.says("123456")
    assert "đăng nhập" in chat.text
    town.clock.turn(timedelta(seconds=61))
    name = town.registry.one("SELECT username FROM account WHERE id = %s", account)
    await chat.says(name)
    await chat.says("Lúa chín vàng đồng")
    await chat.says(town.inbox.last_code())
    assert opened == ["gạo"]
    assert len(town.inbox.orders) == sms + 1
