"""Turns around the talks: commands, drafts, idleness, sessions that end, shared phones."""

from datetime import timedelta
from uuid import UUID

import pytest

from api.client.faults import ApiSilent
from conversations.events import Pressed
from conversations.journal import DRAFT_LIFETIME, IDLE
from conversations.talk import Talk, part
from models.refusals import NotFound, SessionEnded
from tests.conversations.conftest import Put
from tests.conversations.ledger import BOOK, COUNT, Ledger
from tests.conversations.rehearsal import Rehearsal

NURSE, COLLEAGUE = 7, 8


async def seat(chat: Rehearsal, account: int = NURSE, session: int = 1) -> None:
    """Sign an account in on the chat, without the talk of it."""
    unit = {"id": 1, "name": "Trạm y tế xã Tứ Hiệp", "kind": "commune_health_station", "level": "commune", "area": []}
    me = {"id": account, "username": f"demo{account}", "full_name": "Demo", "role": "health_staff", "unit": unit}
    me |= {"phone_hint": None, "language": "vi", "must_change_password": False}
    expires_at = (chat.stage.now() + timedelta(hours=8)).isoformat()
    await chat.stage.save(
        [["seat", {"session": str(UUID(int=session)), "token": "t", "expires_at": expires_at, "me": me}]]
    )


@part
async def give_credentials(talk: Talk) -> None:
    """A form of two lines, and a booking."""
    first = await talk.ask("username", str)
    with talk.within("second"):
        second = await talk.ask("username", str)
    await talk.do(BOOK, f"{first}-{second}")


@pytest.fixture(autouse=True)
def form(on_the_staff_menu: Put) -> None:
    on_the_staff_menu(give_credentials)


async def test_menu_in_the_middle_keeps_what_was_typed_as_a_draft(chat: Rehearsal, ledger: Ledger) -> None:
    await seat(chat)
    await chat.opens("change_password")
    await chat.says("rice")
    await chat.commands("menu")
    assert "↩️ Tiếp tục: Đổi mật khẩu" in chat.labels
    await chat.presses("↩️ Tiếp tục: Đổi mật khẩu")
    await chat.says("white")
    assert ledger.booked == ["rice-white"]


async def test_opening_a_form_of_which_there_is_a_draft_asks_first(chat: Rehearsal, ledger: Ledger) -> None:
    await seat(chat)
    await chat.opens("change_password")
    await chat.says("rice")
    await chat.commands("start")
    await chat.opens("change_password")
    assert "Tiếp tục bản nháp?" in chat.text
    await chat.presses("Làm lại từ đầu")
    await chat.says("corn")
    await chat.says("yellow")
    assert ledger.booked == ["corn-yellow"]


async def test_a_draft_is_the_accounts_and_not_the_phones(chat: Rehearsal) -> None:
    await seat(chat, NURSE)
    await chat.opens("change_password")
    await chat.says("rice")
    await chat.commands("menu")
    resume = chat._buttons["↩️ Tiếp tục: Đổi mật khẩu"]
    await seat(chat, COLLEAGUE, session=2)
    await chat.commands("menu")
    assert not any("Tiếp tục" in label for label in chat.labels)
    await chat.does(Pressed(resume, 0, "press"))
    assert chat.toasts == ["Nút này không còn hiệu lực."]


async def test_cancel_throws_the_form_away(chat: Rehearsal) -> None:
    await seat(chat)
    await chat.opens("change_password")
    await chat.says("rice")
    await chat.commands("huy")
    assert "Đã hủy" in chat.text
    assert chat.chat().talk is None
    assert chat.chat().drafts == []


async def test_cancel_with_nothing_open_says_so(chat: Rehearsal) -> None:
    await chat.commands("huy")
    assert "Không có việc nào" in chat.text


async def test_help_in_the_middle_leaves_the_question_standing(chat: Rehearsal, ledger: Ledger) -> None:
    await seat(chat)
    await chat.opens("change_password")
    await chat.says("rice")
    await chat.commands("trogiup")
    assert "12/10/2021" in chat.text
    await chat.says("white")
    assert ledger.booked == ["rice-white"]


async def test_an_idle_form_becomes_a_draft(chat: Rehearsal, ledger: Ledger) -> None:
    await seat(chat)
    await chat.opens("change_password")
    await chat.says("rice")
    chat.stage.clock.at += IDLE + timedelta(seconds=1)
    await chat.says("white")
    assert "30 phút" in chat.text
    await chat.presses("↩️ Tiếp tục: Đổi mật khẩu")
    await chat.says("white")
    assert ledger.booked == ["rice-white"]


async def test_an_old_draft_is_forgotten(chat: Rehearsal) -> None:
    await seat(chat)
    await chat.opens("change_password")
    await chat.says("rice")
    await chat.commands("menu")
    chat.stage.clock.at += DRAFT_LIFETIME + timedelta(seconds=1)
    await chat.commands("menu")
    assert chat.chat().drafts == []


async def test_a_session_that_ends_in_the_middle_asks_to_sign_in_and_goes_on_there(
    chat: Rehearsal, ledger: Ledger
) -> None:
    await seat(chat)
    ledger.troubles.append(SessionEnded())
    await chat.opens("change_password")
    await chat.says("rice")
    await chat.says("white")
    assert "Phiên đăng nhập đã kết thúc" in chat.text
    assert "Tên đăng nhập" in chat.text
    assert ledger.booked == []
    await sign_in_ends(chat)
    assert "làm tiếp việc đang dở" in chat.text
    assert ledger.booked == ["rice-white"]


async def test_another_person_signing_in_does_not_get_the_form(chat: Rehearsal, ledger: Ledger) -> None:
    await seat(chat)
    ledger.troubles.append(SessionEnded())
    await chat.opens("change_password")
    await chat.says("rice")
    await chat.says("white")
    await sign_in_ends(chat, COLLEAGUE)
    assert ledger.booked == []
    assert "Bạn muốn làm gì" in chat.text


async def sign_in_ends(chat: Rehearsal, account: int = NURSE) -> None:
    """As if the talk of signing in had come to its end."""
    await seat(chat, account, session=2)
    await chat.stage.save([["close"], ["open", "id", "sign_in", chat.stage.now().isoformat()]])
    chat._run = None
    await chat.says("anything")


@pytest.fixture(autouse=True)
def signing_in(request: pytest.FixtureRequest, at_the_menu: Put) -> None:
    """Signing in as far as these tests need it: it asks once, and ends by itself when somebody sits there."""

    async def sign_in(talk: Talk) -> None:
        with talk.part("give_credentials"):
            if talk.me is None:
                await talk.ask("username", str)

    at_the_menu(sign_in)


@part
async def sign_out(talk: Talk) -> None:
    await talk.look(COUNT)
    raise NotFound


async def test_a_refusal_the_talk_has_no_word_for_is_told_and_ends_at_the_menu(
    chat: Rehearsal, on_the_staff_menu: Put
) -> None:
    on_the_staff_menu(sign_out)
    await seat(chat)
    await chat.opens("change_password")
    assert "Không tìm thấy" in chat.text
    assert "Bạn muốn làm gì" in chat.text
    assert chat.stage.bugs == []


async def test_T14_a_button_for_one_account_is_nothing_for_another(chat: Rehearsal) -> None:
    await seat(chat, NURSE)
    await chat.commands("menu")
    nurses = chat._buttons["Đổi mật khẩu"]
    await seat(chat, COLLEAGUE, session=2)
    await chat.does(Pressed(nurses, 0, "press"))
    assert chat.toasts == ["Nút này không còn hiệu lực."]
    assert chat.chat().talk is None


async def test_T16_pressing_to_open_twice_opens_once(chat: Rehearsal) -> None:
    await seat(chat)
    await chat.opens("change_password")
    opened = chat.chat().talk
    await chat.opens("change_password")
    assert chat.messages == []
    assert opened is not None
    assert chat.chat().talk is not None
    assert chat.chat().talk.id == opened.id  # type: ignore[union-attr]  # asserted in the line before


async def test_words_of_the_menu_open_its_talks(chat: Rehearsal) -> None:
    await seat(chat)
    await chat.says("đổi mật khẩu")
    assert chat.chat().talk is not None


async def test_words_out_of_nowhere_bring_the_menu(chat: Rehearsal) -> None:
    await chat.says("xin chào")
    assert "Đăng nhập" in chat.labels
    await chat.sends_a_sticker()
    assert "Đăng nhập" in chat.labels


async def test_T42_commands_answer_while_an_effect_is_unanswered(chat: Rehearsal, ledger: Ledger) -> None:
    await seat(chat)
    ledger.troubles.append(ApiSilent("cut"))
    await chat.opens("change_password")
    await chat.says("rice")
    await chat.says("white")
    assert "đang chậm" in chat.text
    await chat.commands("start")
    assert "Bạn muốn làm gì" in chat.text
