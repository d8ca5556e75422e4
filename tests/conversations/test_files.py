"""Files in a chat, both ways: what is kept of one, and what becomes of it when something fails."""

import pytest

from api.client.faults import ApiSilent
from conversations.replies import Document
from conversations.talk import Press, Talk, part
from models.refusals import FileGone
from models.rules import MAX_FILE_BYTES
from tests.api.hands import HandClock
from tests.conversations.conftest import Put
from tests.conversations.ledger import BOOK, BOOK_FILE, PRINTED, Ledger
from tests.conversations.rehearsal import Rehearsal
from tests.conversations.test_steps import Killed

NAME, CONTENT = "danh sách.csv", b"CANARY"
RETRY = "🔁 Thử lại"


@part
async def sign_out(talk: Talk) -> None:
    """A file, until it is booked."""
    while True:
        file = await talk.ask_file("sure", options=["yes"])
        if isinstance(file, Press):
            return
        try:
            await talk.do(BOOK_FILE, file)
        except FileGone as refusal:
            await talk.tell(refusal)
        else:
            await talk.say("done")
            return


async def test_T24_of_a_file_its_place_is_kept_and_never_a_byte(
    chat: Rehearsal, at_the_menu: Put, ledger: Ledger
) -> None:
    at_the_menu(sign_out)
    await chat.opens("sign_in")
    await chat.sends_a_file(NAME, CONTENT)
    assert ledger.booked == ["CANARY"]
    assert "Đã đăng xuất" in chat.text
    assert "CANARY" not in "".join(chat.stage.entries)
    assert chat.stage.bugs == []


async def test_what_is_no_file_is_told_what_is_wanted_and_the_question_stands(
    chat: Rehearsal, at_the_menu: Put, ledger: Ledger
) -> None:
    at_the_menu(sign_out)
    await chat.opens("sign_in")
    await chat.says("đây là tệp")
    assert "gửi một tệp" in chat.text
    await chat.sends_a_sticker()
    assert "gửi một tệp" in chat.text
    await chat.shares("+84912345678")
    assert "gửi một tệp" in chat.text
    await chat.sends_a_file(NAME, CONTENT)
    assert ledger.booked == ["CANARY"]


async def test_a_file_that_is_too_big_is_not_even_fetched(chat: Rehearsal, at_the_menu: Put, ledger: Ledger) -> None:
    at_the_menu(sign_out)
    await chat.opens("sign_in")
    await chat.sends_a_file(NAME, bytes(MAX_FILE_BYTES + 1))
    assert "lớn quá 5 MB" in chat.text
    assert (chat.chat().talk is not None, ledger.booked) == (True, [])
    await chat.sends_a_file(NAME, bytes(MAX_FILE_BYTES))
    assert [len(booked) for booked in ledger.booked] == [MAX_FILE_BYTES]


async def test_a_file_where_words_are_asked_for_is_no_answer(chat: Rehearsal, at_the_menu: Put) -> None:
    @part
    async def give_phone(talk: Talk) -> None:
        await talk.ask("phone", str)

    at_the_menu(give_phone)
    await chat.opens("sign_in")
    await chat.sends_a_file(NAME, CONTENT)
    assert "tin nhắn chữ" in chat.text


async def test_T23_a_file_sent_where_a_secret_is_asked_for_leaves_the_chat(chat: Rehearsal, at_the_menu: Put) -> None:
    @part
    async def prove_password(talk: Talk) -> None:
        await talk.ask_secret("current")

    at_the_menu(prove_password)
    await chat.opens("sign_in")
    await chat.sends_a_file(NAME, CONTENT)
    assert len(chat.stage.forgotten) == 1


async def test_a_file_that_telegram_has_lost_is_asked_for_again(
    chat: Rehearsal, at_the_menu: Put, ledger: Ledger
) -> None:
    at_the_menu(sign_out)
    await chat.opens("sign_in")
    chat.stage.unfetched = FileGone()
    await chat.sends_a_file(NAME, CONTENT)
    assert "Vui lòng gửi lại tệp" in chat.text
    chat.stage.unfetched = None
    await chat.sends_a_file(NAME, b"again")
    assert ledger.booked == ["again"]


async def test_T17_a_file_lost_after_it_was_booked_is_booked_once(
    chat: Rehearsal, at_the_menu: Put, ledger: Ledger
) -> None:
    """Nobody heard that it was booked, and it cannot be sent again: what became of it can be asked."""
    at_the_menu(sign_out)
    await chat.opens("sign_in")
    ledger.troubles.append(ApiSilent("cut"))
    await chat.sends_a_file(NAME, CONTENT)
    assert "đang chậm" in chat.text
    chat.stage.unfetched = FileGone()
    await chat.presses(RETRY)
    assert "Đã đăng xuất" in chat.text
    assert ledger.booked == ["CANARY"]
    assert chat.stage.bugs == []


async def test_T17_a_file_lost_before_it_was_booked_is_asked_for_again(
    at_the_menu: Put, ledger: Ledger, clock: HandClock
) -> None:
    chat = Rehearsal(ledger, clock)
    at_the_menu(sign_out)
    await chat.opens("sign_in")
    chat.stage.unfetched = Killed()
    with pytest.raises(Killed):
        await chat.sends_a_file(NAME, CONTENT)
    chat.stage.unfetched = FileGone()
    await chat.sends_a_file(NAME, CONTENT)
    assert "Vui lòng gửi lại tệp" in chat.text
    assert len(ledger.voided) == 1
    chat.stage.unfetched = None
    await chat.sends_a_file(NAME, b"again")
    assert ledger.booked == ["again"]


async def test_a_talk_that_has_a_file_is_worth_a_draft(chat: Rehearsal, at_the_menu: Put) -> None:
    @part
    async def sign_out(talk: Talk) -> None:
        await talk.ask_file("sure")
        with talk.within("then"):
            await talk.ask_file("sure", options=["yes"])

    at_the_menu(sign_out)
    await chat.opens("sign_in")
    await chat.sends_a_file(NAME, CONTENT)
    talk = chat.chat().talk
    assert talk is not None
    assert talk.has_typing()


# Out


@part
async def open_sessions(talk: Talk) -> None:
    """A file, then a question."""
    await talk.say("ended", document=(PRINTED, "danh sách"))
    await talk.ask("which", str, rows="")


async def test_a_document_is_said_once_by_its_own_name(chat: Rehearsal, at_the_menu: Put, ledger: Ledger) -> None:
    ledger.booked.append("rice")
    at_the_menu(open_sessions)
    await chat.opens("sign_in")
    assert chat.documents == [Document(name="danh sách.csv", content=b"rice")]
    assert chat.messages[0].text == "Đã kết thúc phiên."
    await chat.sends_a_sticker()
    assert chat.documents == []


async def test_a_document_that_cannot_be_had_now_comes_with_the_next_try(
    chat: Rehearsal, at_the_menu: Put, ledger: Ledger
) -> None:
    ledger.troubles.append(ApiSilent("cut"))
    at_the_menu(open_sessions)
    await chat.opens("sign_in")
    assert "đang chậm" in chat.text
    await chat.presses(RETRY)
    assert [document.name for document in chat.documents] == ["danh sách.csv"]
    assert "Bấm vào phiên" in chat.text


@part
async def report_not_me(talk: Talk) -> None:
    """A question with a file."""
    await talk.choose(
        "sure", ["yes"], document=(PRINTED, "<danh sách>"), at="x" * 1100, attempt="", channel="", source=""
    )
    await talk.do(BOOK, "yes")


async def test_a_question_with_a_document_has_its_buttons_under_it(
    chat: Rehearsal, at_the_menu: Put, ledger: Ledger
) -> None:
    at_the_menu(report_not_me)
    await chat.opens("sign_in")
    text, document = chat.messages
    assert (text.document, text.buttons, len(text.text) > 1024) == (None, [], True)
    assert (document.text, document.is_question) == ("&lt;danh sách&gt;.csv", True)
    await chat.presses(chat.labels[0])
    assert ledger.booked == ["yes"]


async def test_a_question_stands_without_a_document_that_cannot_be_had(
    chat: Rehearsal, at_the_menu: Put, ledger: Ledger
) -> None:
    at_the_menu(report_not_me)
    ledger.troubles.append(ApiSilent("cut"))
    await chat.opens("sign_in")
    assert "Chưa tải được tệp" in chat.text
    assert chat.documents == []
    await chat.presses(chat.labels[0])
    assert ledger.booked == ["yes"]
