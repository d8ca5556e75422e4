"""«Duyệt tất cả» and «trừ …» in chat, begun anew before every turn (R14, T12)."""

import pytest

from api.client import Api
from api.schemas.account_requests import Rejection
from conversations.events import Pressed, WentOn
from conversations.menu import standing_mark
from conversations.replies import Message
from models.roles import Role
from models.rules import FRESH_OTP
from tests.api.hands import SECOND, Town
from tests.api.test_account_requests import HANOI, wanted
from tests.api.test_accounts import admin
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_account_requests import REVIEW
from tests.conversations.test_manage_users import chat, signed_in

__all__ = ["chat"]

ALL, APPROVE, EXCEPT, CONFIRM, DONE = (
    "✅ Duyệt tất cả…",
    "✅ Duyệt tất cả",
    "☑ Duyệt tất cả, trừ…",
    "✅ Xác nhận",
    "✔ Xong",
)


async def goes_on(chat: Rehearsal) -> None:
    """What the bot does by itself, as long as there is something."""
    for _ in range(100):
        talk = chat.chat().talk
        if talk is None or talk.question is None or not talk.question.goes_on:
            return
        await chat.does(WentOn(talk.question.number))
    raise AssertionError("it goes on for ever")


async def many_asked_for(town: Town, count: int) -> Api:
    """A unit that asks for so many people, each a second after the other."""
    unit, _ = await admin(town)
    await ask_for_many(town, unit, count)
    return unit


async def ask_for_many(town: Town, unit: Api, count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        town.clock.turn(SECOND)
        name = f"Trần Văn {chr(65 + number // 26)}{chr(97 + number % 26)}"
        await unit.ask_for_account(await wanted(unit, full_name=name, phone=f"09876500{number:02}", email=None))


def states(town: Town) -> dict[str, int]:
    return dict(town.registry.rows("SELECT state, count(*) FROM account_request GROUP BY state"))


async def as_far_as_all(chat: Rehearsal) -> None:
    await chat.presses(REVIEW)
    await chat.presses(ALL)


async def test_R14_all_that_wait_are_approved_piece_by_piece_in_one_message_that_changes(
    chat: Rehearsal, town: Town
) -> None:
    unit = await many_asked_for(town, 23)
    await signed_in(chat, town, Role.PROVINCE_ADMIN)
    await as_far_as_all(chat)
    assert "Đang chờ: 23" in chat.text
    await ask_for_many(town, unit, 1, first=23)  # nobody has seen this one
    await chat.presses(APPROVE)
    assert "Duyệt: 23" in chat.text
    await chat.presses(CONFIRM)
    assert "Đang xử lý: 0/23" in chat.text
    assert chat.messages[-1].replaces is None
    talk = chat.chat().talk
    assert talk is not None
    assert talk.question is not None
    shown = talk.question.message
    await chat.does(WentOn(talk.question.number))
    [message] = [reply for reply in chat.replies if isinstance(reply, Message)]
    assert (message.replaces, chat.retired) == (shown, [])
    assert "Đang xử lý: 10/23" in chat.text
    await goes_on(chat)
    assert "Đã xử lý 23/23 đề nghị. Còn chờ: 0." in chat.text
    assert "Đang chờ: 1" in chat.text
    assert len(chat.retired) == 1
    assert states(town) == {"approved": 23, "waiting": 1}
    assert chat.stage.bugs == []


async def test_R14_all_but_some_who_are_rejected_for_a_reason_or_wait_on(chat: Rehearsal, town: Town) -> None:
    await many_asked_for(town, 13)
    await signed_in(chat, town, Role.PROVINCE_ADMIN)
    await as_far_as_all(chat)
    await chat.presses(EXCEPT)
    station = " · Trạm y tế xã Tứ Hiệp"
    for name in ("Aa", "Ab", "Ac", "Ad"):
        await chat.presses(f"☐ Trần Văn {name}{station}")
    await chat.presses(f"❌ Trần Văn Ad{station}")
    await chat.presses("Trang sau ➡")
    await chat.presses(f"☐ Trần Văn Al{station}")
    assert "Đã chọn: 4" in chat.text
    await chat.presses(DONE)
    await chat.says("Đã có tài khoản")
    await chat.presses("Cùng lý do với người trước")
    await chat.presses("⏸ Để chờ")
    await chat.says("Nghỉ việc")
    for line in ("Duyệt: 9", "Từ chối: 3", "Để chờ: 1"):
        assert line in chat.text
    await chat.presses(CONFIRM)
    await goes_on(chat)
    assert "Đã xử lý 12/13 đề nghị. Còn chờ: 1." in chat.text
    assert states(town) == {"approved": 9, "rejected": 3, "waiting": 1}
    assert chat.stage.bugs == []


async def test_R14_only_those_of_one_unit_from_its_card(chat: Rehearsal, town: Town) -> None:
    unit = await many_asked_for(town, 2)
    other, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    await other.ask_for_account(await wanted(other))
    await signed_in(chat, town, Role.PROVINCE_ADMIN)
    about = str((await unit.me()).unit.id)
    button = standing_mark(chat.stage.mark, chat.chat().account, "decide_unit_requests", about)
    await chat.does(Pressed(button, 0, "press"))
    assert "Đang chờ: 2" in chat.text
    await chat.presses(ALL)
    await chat.presses(APPROVE)
    await chat.presses(CONFIRM)
    await goes_on(chat)
    assert states(town) == {"approved": 2, "waiting": 1}


async def test_R14_an_otp_that_is_old_is_asked_for_once_and_then_it_goes_on(chat: Rehearsal, town: Town) -> None:
    await many_asked_for(town, 12)
    await signed_in(chat, town, Role.PROVINCE_ADMIN)
    town.clock.turn(FRESH_OTP + SECOND)
    await as_far_as_all(chat)
    await chat.presses(APPROVE)
    await chat.presses(CONFIRM)
    await goes_on(chat)
    assert "Xác nhận OTP" in chat.text
    await chat.says(town.inbox.last_code())
    await goes_on(chat)
    assert states(town) == {"approved": 12}


async def test_R14_it_can_be_stopped_and_what_was_decided_stays(chat: Rehearsal, town: Town) -> None:
    await many_asked_for(town, 12)
    await signed_in(chat, town, Role.PROVINCE_ADMIN)
    await as_far_as_all(chat)
    await chat.presses(APPROVE)
    await chat.presses(CONFIRM)
    await chat.presses("▶ Tiếp tục")
    await chat.presses("⏹ Dừng lại")
    assert "Đã xử lý 10/12" in chat.text
    assert states(town) == {"approved": 10, "waiting": 2}


@pytest.mark.parametrize("wanders", [True, False])
async def test_T14_what_goes_on_by_itself_does_not_when_the_question_is_another(
    chat: Rehearsal, town: Town, wanders: bool
) -> None:
    await many_asked_for(town, 12)
    await signed_in(chat, town, Role.PROVINCE_ADMIN)
    await as_far_as_all(chat)
    await chat.presses(APPROVE)
    await chat.presses(CONFIRM)
    talk = chat.chat().talk
    assert talk is not None
    assert talk.question is not None
    event = WentOn(talk.question.number)
    if wanders:
        await chat.commands("menu")
    else:
        await chat.does(event)
    before = states(town)
    await chat.does(event)
    assert chat.replies == []
    assert states(town) == before


async def test_T12_what_others_decide_meanwhile_is_passed_over(chat: Rehearsal, town: Town) -> None:
    await many_asked_for(town, 12)
    faster, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    await signed_in(chat, town, Role.PROVINCE_ADMIN)
    await as_far_as_all(chat)
    await chat.presses(APPROVE)
    for row in (await faster.account_requests()).rows[:4]:
        await faster.reject_request(row.id, Rejection(reason="Trùng"))
    await chat.presses(CONFIRM)
    await goes_on(chat)
    assert states(town) == {"approved": 8, "rejected": 4}
    assert "Đã xử lý 12/12" in chat.text


async def test_R14_whoever_is_demoted_meanwhile_decides_nothing_more(chat: Rehearsal, town: Town) -> None:
    await many_asked_for(town, 12)
    boss = await signed_in(chat, town, Role.PROVINCE_ADMIN)
    await as_far_as_all(chat)
    await chat.presses(APPROVE)
    town.registry.owner.execute("UPDATE account SET role = 'health_staff' WHERE id = %s", [boss.id])
    await chat.presses(CONFIRM)
    await goes_on(chat)
    assert states(town) == {"waiting": 12}
    assert chat.stage.bugs == []
