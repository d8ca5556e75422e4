"""Buttons that outlive their talk and open another one, about the thing that they name (T14)."""

import pytest

from conversations.events import Pressed
from conversations.menu import LONGEST_BUTTON, standing_mark
from conversations.talk import Talk, part
from models.refusals import SessionEnded
from tests.conversations.conftest import Put
from tests.conversations.ledger import BOOK, Ledger
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_turn import COLLEAGUE, NURSE, give_credentials, seat

STALE = "Nút này không còn hiệu lực."


@part
async def choose_attempt(talk: Talk, thing: str) -> None:
    """Asks how much of the thing, and books it."""
    await talk.do(BOOK, f"{thing}: {await talk.ask('which', str)}")


@pytest.fixture(autouse=True)
def about(under_a_notice: Put) -> None:
    under_a_notice(choose_attempt)


def button(chat: Rehearsal, thing: str, account: int = NURSE) -> str:
    return standing_mark(chat.stage.mark, account, "not_me", thing)


async def press(chat: Rehearsal, id_: str) -> None:
    await chat.does(Pressed(id_, 0, "press"))


async def test_the_talk_is_about_what_its_button_names_after_a_restart_too(chat: Rehearsal, ledger: Ledger) -> None:
    await seat(chat)
    await press(chat, button(chat, "123"))
    chat.compact()
    await chat.says("two")
    assert ledger.booked == ["123: two"]


async def test_T14_another_thing_another_account_and_any_other_byte_open_nothing(chat: Rehearsal) -> None:
    await seat(chat)
    good = button(chat, "123")
    altered = [good[:place] + chr(ord(good[place]) ^ 1) + good[place + 1 :] for place in range(len(good))]
    for other in (*altered, good[1:], f"4{good}", good + ".", ".", button(chat, "123", COLLEAGUE)):
        await press(chat, other)
        assert chat.toasts == [STALE], other
        assert chat.chat().talk is None


async def test_T14_the_button_of_a_colleague_who_was_here_is_for_the_colleague(chat: Rehearsal) -> None:
    await seat(chat, COLLEAGUE)
    await seat(chat, NURSE)
    await press(chat, button(chat, "123", COLLEAGUE))
    assert chat.toasts == ["Nút này dành cho một tài khoản khác. Vui lòng đăng nhập bằng tài khoản đó."]
    assert chat.chat().talk is None


async def test_who_is_not_signed_in_any_more_signs_in_first(chat: Rehearsal, ledger: Ledger, at_the_menu: Put) -> None:
    at_the_menu(give_credentials)
    await seat(chat)
    await chat.stage.save([["rise"]])
    await press(chat, button(chat, "123"))
    assert "Vui lòng đăng nhập trước" in chat.text
    await chat.says("rice")
    await seat(chat, session=2)
    await chat.says("white")
    assert "Mời bạn làm tiếp việc đang dở" in chat.text
    await chat.says("two")
    assert ledger.booked == ["rice-white", "123: two"]


async def test_somebody_else_who_signs_in_instead_gets_their_menu(chat: Rehearsal, at_the_menu: Put) -> None:
    at_the_menu(give_credentials)
    await seat(chat)
    await chat.stage.save([["rise"]])
    await press(chat, button(chat, "123"))
    await chat.says("rice")
    await seat(chat, COLLEAGUE, session=2)
    await chat.says("white")
    assert chat.chat().talk is None
    assert not any("Tiếp tục" in label for label in chat.labels)


async def test_what_was_typed_about_one_thing_is_no_draft_about_another(
    chat: Rehearsal, ledger: Ledger, under_a_notice: Put
) -> None:
    @part
    async def give_credentials(talk: Talk, thing: str) -> None:
        """Two lines about the thing."""
        first = await talk.ask("username", str)
        with talk.within("second"):
            await talk.do(BOOK, f"{thing}: {first}, {await talk.ask('username', str)}")

    under_a_notice(give_credentials)
    await seat(chat)
    for thing in ("1", "2"):
        await press(chat, button(chat, thing))
        await chat.says(f"first of {thing}")
    await press(chat, button(chat, "1"))
    assert "Tiếp tục bản nháp?" in chat.text
    await chat.presses("Tiếp tục bản nháp")
    await chat.says("second")
    await press(chat, button(chat, "2"))
    await chat.presses("Làm lại từ đầu")
    await chat.says("anew")
    await chat.says("again")
    assert ledger.booked == ["1: first of 1, second", "2: anew, again"]


async def test_a_session_that_ends_in_the_middle_goes_on_about_the_same(
    chat: Rehearsal, ledger: Ledger, at_the_menu: Put
) -> None:
    at_the_menu(give_credentials)
    await seat(chat)
    await press(chat, button(chat, "123"))
    ledger.troubles.append(SessionEnded())
    await chat.says("two")
    await chat.says("rice")
    await seat(chat, session=2)
    await chat.says("white")
    assert ledger.booked == ["rice-white", "123: two"]


def test_a_button_has_room_for_an_id_and_says_so_when_it_has_not(chat: Rehearsal) -> None:
    whole = standing_mark(lambda *_: "x" * 22, 1, "not_me", "6ba7b810-9dad-11d1-80b4-00c04fd430c8")
    assert len(whole) < LONGEST_BUTTON
    with pytest.raises(ValueError, match="too long"):
        button(chat, "x" * LONGEST_BUTTON)
