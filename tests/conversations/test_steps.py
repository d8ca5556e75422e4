"""The engine's rules, each held by a talk of the test's own."""

import pytest
from pydantic import SecretStr

from api.client.faults import ApiSilent
from conversations.talk import Option, Talk, part
from models.refusals import Busy, OtpWrong, PhoneInvalid, WrongPassword
from tests.api.hands import HandClock
from tests.conversations.conftest import Put
from tests.conversations.ledger import BOOK, COUNT, Booked, Ledger
from tests.conversations.rehearsal import Rehearsal


def a_digit(text: str) -> str:
    if not text.isdigit():
        raise PhoneInvalid
    return text


@part
async def give_credentials(talk: Talk) -> None:
    """Two questions whose texts exist, a booking, and a third question."""
    name = await talk.ask("username", str)
    with talk.within("second"):
        more = await talk.ask("username", a_digit)
    booked = await talk.do(BOOK, f"{name}-{more}")
    await confirm(talk, booked.what)


async def confirm(talk: Talk, what: str) -> None:
    with talk.within("third"):
        await talk.ask("username", str)
    await talk.do(BOOK, f"{what}-again")


async def test_T17_T40_answers_come_back_by_their_path_after_a_restart(
    chat: Rehearsal, at_the_menu: Put, ledger: Ledger
) -> None:
    at_the_menu(give_credentials)
    await chat.opens("sign_in")
    await chat.says("rice")
    await chat.says("7")
    await chat.says("yes")
    assert ledger.booked == ["rice-7", "rice-7-again"]
    assert chat.stage.bugs == []
    assert chat.chat().talk is None


async def test_a_compacted_journal_tells_the_same(chat: Rehearsal, at_the_menu: Put, ledger: Ledger) -> None:
    at_the_menu(give_credentials)
    await chat.opens("sign_in")
    await chat.says("rice")
    chat.compact()
    await chat.says("7")
    chat.compact()
    await chat.says("yes")
    assert ledger.booked == ["rice-7", "rice-7-again"]


async def test_an_answer_that_does_not_parse_is_refused_and_the_question_stands(
    chat: Rehearsal, at_the_menu: Put, ledger: Ledger
) -> None:
    at_the_menu(give_credentials)
    await chat.opens("sign_in")
    await chat.says("rice")
    await chat.says("many")
    assert "Số điện thoại không hợp lệ" in chat.text
    await chat.says("7")
    assert ledger.booked == ["rice-7"]


async def test_T41_a_question_added_by_a_new_release_is_the_only_one_asked(
    at_the_menu: Put, ledger: Ledger, clock: HandClock
) -> None:
    at_the_menu(give_credentials)
    chat = Rehearsal(ledger, clock)
    await chat.opens("sign_in")
    await chat.says("rice")

    async def new_release(talk: Talk) -> None:
        with talk.part("give_credentials"):
            name = await talk.ask("username", str)
            with talk.within("new"):
                extra = await talk.ask("username", str)
            with talk.within("second"):
                more = await talk.ask("username", a_digit)
            await talk.do(BOOK, f"{name}-{extra}-{more}")

    at_the_menu(new_release)
    await chat.says("7")
    assert ledger.booked == []
    await chat.says("white")
    assert ledger.booked == ["rice-white-7"]


async def test_back_takes_the_last_answer_back(chat: Rehearsal, at_the_menu: Put, ledger: Ledger) -> None:
    at_the_menu(give_credentials)
    await chat.opens("sign_in")
    await chat.says("rice")
    await chat.presses("⬅ Quay lại")
    await chat.says("corn")
    await chat.says("3")
    assert ledger.booked == ["corn-3"]


async def test_back_typed_as_words_is_back(chat: Rehearsal, at_the_menu: Put, ledger: Ledger) -> None:
    at_the_menu(give_credentials)
    await chat.opens("sign_in")
    await chat.says("rice")
    await chat.says("⬅ quay lại")
    await chat.says("corn")
    await chat.says("3")
    assert ledger.booked == ["corn-3"]


async def test_back_before_the_first_question_leaves_for_the_menu(chat: Rehearsal, at_the_menu: Put) -> None:
    at_the_menu(give_credentials)
    await chat.opens("sign_in")
    await chat.presses("⬅ Quay lại")
    assert chat.chat().talk is None
    assert "TramBot" in chat.text


async def test_back_does_not_cross_a_settled_effect(chat: Rehearsal, at_the_menu: Put, ledger: Ledger) -> None:
    at_the_menu(give_credentials)
    await chat.opens("sign_in")
    await chat.says("rice")
    await chat.says("7")
    await chat.presses("⬅ Quay lại")
    assert chat.chat().talk is None
    assert ledger.booked == ["rice-7"]


async def test_T17_an_effect_nobody_answered_is_asked_for_again_under_the_same_key(
    chat: Rehearsal, at_the_menu: Put, ledger: Ledger
) -> None:
    at_the_menu(give_credentials)
    ledger.troubles.append(ApiSilent("cut"))
    await chat.opens("sign_in")
    await chat.says("rice")
    await chat.says("7")
    assert "đang chậm" in chat.text
    await chat.says("hello?")
    if chat.is_live:  # one that begins anew asks again by itself, and «hello?» answers the question after it
        assert "chưa được xử lý" in chat.text
        await chat.presses("🔁 Thử lại")
    assert ledger.booked in (["rice-7"], ["rice-7", "rice-7-again"])
    assert len(ledger.keys) == len(ledger.booked)


class Killed(BaseException):
    """The process is gone: nothing after this is noted or said."""


async def test_T17_an_effect_in_whose_midst_the_process_died_is_done_once_whatever_is_said_next(
    at_the_menu: Put, ledger: Ledger, clock: HandClock
) -> None:
    """What was about to be sent is in the journal: another answer to the question before it comes too late."""
    at_the_menu(give_credentials)
    chat = Rehearsal(ledger, clock)
    await chat.opens("sign_in")
    await chat.says("rice")
    ledger.troubles.append(Killed())
    with pytest.raises(Killed):
        await chat.says("7")
    await chat.says("8")
    await chat.says("yes")
    assert ledger.booked == ["rice-7", "rice-7-again"]
    assert chat.chat().talk is None


async def test_a_busy_api_leaves_nothing_done_and_the_press_tries_anew(
    chat: Rehearsal, at_the_menu: Put, ledger: Ledger
) -> None:
    at_the_menu(give_credentials)
    ledger.troubles.append(Busy(seconds=2))
    await chat.opens("sign_in")
    await chat.says("rice")
    await chat.says("7")
    assert "đang bận" in chat.text
    assert ledger.booked == []
    await chat.presses("🔁 Thử lại")
    assert ledger.booked == ["rice-7"]


async def test_T35_what_nobody_answered_and_what_was_busy_then_is_asked_under_the_same_key(
    chat: Rehearsal, at_the_menu: Put, ledger: Ledger
) -> None:
    at_the_menu(give_credentials)
    ledger.troubles.extend([ApiSilent("cut"), Busy(seconds=2)])
    await chat.opens("sign_in")
    await chat.says("rice")
    await chat.says("7")
    await chat.presses("🔁 Thử lại")
    assert "đang bận" in chat.text
    await chat.presses("🔁 Thử lại")
    assert ledger.booked == ["rice-7"]


@part
async def prove_password(talk: Talk) -> None:
    """A secret, until it is right; then one more question."""
    while True:
        secret = await talk.ask_secret("current")
        try:
            await talk.do(BOOK, "door", secret)
        except WrongPassword as refusal:
            await talk.tell(refusal)
        else:
            break
    with talk.within("after"):
        await talk.ask("current", str)


async def test_T23_a_secret_leaves_the_chat_and_is_in_no_journal(
    chat: Rehearsal, at_the_menu: Put, ledger: Ledger
) -> None:
    at_the_menu(prove_password)
    ledger.troubles.append(WrongPassword())
    await chat.opens("sign_in")
    await chat.says("CANARY-one")
    await chat.says("CANARY-two")
    await chat.says("done")
    assert ledger.booked == ["door:CANARY-two"]
    assert len(chat.stage.forgotten) == 2
    assert "CANARY" not in "".join(chat.stage.entries)


async def test_T23_if_the_message_stays_the_person_is_told_to_delete_it(chat: Rehearsal, at_the_menu: Put) -> None:
    at_the_menu(prove_password)
    await chat.opens("sign_in")
    chat.stage.can_forget = False
    await chat.says("secret")
    assert "tự xóa" in chat.text


async def test_T17_a_secret_whose_effect_was_done_before_the_restart_is_not_asked_again(
    at_the_menu: Put, ledger: Ledger, clock: HandClock
) -> None:
    at_the_menu(prove_password)
    ledger.troubles.append(ApiSilent("cut"))
    chat = Rehearsal(ledger, clock)
    await chat.opens("sign_in")
    await chat.says("open sesame")
    assert "đang chậm" in chat.text
    await chat.says("done")
    assert ledger.booked == ["door:open sesame"]
    assert ledger.voided == set()
    assert chat.stage.bugs == []


async def test_T17_a_secret_whose_effect_never_came_is_voided_and_asked_again(
    at_the_menu: Put, ledger: Ledger, clock: HandClock
) -> None:
    at_the_menu(prove_password)
    chat = Rehearsal(ledger, clock)
    await chat.opens("sign_in")

    async def lost(self: Ledger, what: str, secret: SecretStr | None = None) -> Booked:
        raise ApiSilent("never arrived")

    lost.__name__ = "book"

    async def dead_line(talk: Talk) -> None:
        with talk.part("prove_password"):
            secret = await talk.ask_secret("current")
            await talk.do(lost, "door", secret)  # type: ignore[arg-type]  # the ledger is an Api of the test's own

    at_the_menu(dead_line)
    await chat.says("first try")
    at_the_menu(prove_password)
    await chat.says("typed into the void")
    assert "nhập lại" in chat.text
    assert len(ledger.voided) == 1
    await chat.says("second try")
    assert ledger.booked == ["door:second try"]


@part
async def sign_out(talk: Talk) -> None:
    """Guesses until right; the refusal's facts are told."""
    while True:
        await talk.choose("sure", ["yes"])
        try:
            await talk.do(BOOK, "guess")
        except OtpWrong as refusal:
            await talk.tell(refusal)
        else:
            await talk.say("done")
            return


async def test_a_refusal_is_given_back_only_for_the_same_question_again(
    chat: Rehearsal, at_the_menu: Put, ledger: Ledger
) -> None:
    at_the_menu(sign_out)
    ledger.troubles.append(OtpWrong(left=4))
    await chat.opens("sign_in")
    await chat.presses("Đăng xuất")
    assert "còn 4 lần" in chat.text
    await chat.presses("Đăng xuất")
    assert ledger.booked == ["guess"]
    assert "Đã đăng xuất" in chat.text


async def test_T14_a_button_of_an_answered_question_gets_a_toast_and_changes_nothing(
    chat: Rehearsal, at_the_menu: Put, ledger: Ledger
) -> None:
    at_the_menu(sign_out)
    ledger.troubles.append(OtpWrong(left=4))
    await chat.opens("sign_in")
    old = chat._buttons["Đăng xuất"]
    await chat.presses("Đăng xuất")
    chat._buttons["old"] = old
    await chat.presses("old")
    assert chat.toasts == ["Nút này không còn hiệu lực."]
    assert ledger.booked == []


async def test_an_answered_question_loses_its_buttons(chat: Rehearsal, at_the_menu: Put) -> None:
    at_the_menu(give_credentials)
    await chat.opens("sign_in")
    await chat.says("rice")
    assert len(chat.retired) == 1


async def test_a_sticker_an_edit_and_a_stranger_command_get_an_answer_and_the_question_stands(
    chat: Rehearsal, at_the_menu: Put, ledger: Ledger
) -> None:
    at_the_menu(give_credentials)
    await chat.opens("sign_in")
    await chat.sends_a_sticker()
    assert "tin nhắn chữ" in chat.text
    await chat.edits()
    assert "đã sửa" in chat.text
    await chat.commands("xyz")
    assert "Không có lệnh" in chat.text
    await chat.says("x" * 10_000)
    assert "quá dài" in chat.text
    await chat.says("rice")
    await chat.says("7")
    assert ledger.booked == ["rice-7"]
    assert chat.stage.bugs == []


@part
async def help_me(talk: Talk) -> None:
    raise ZeroDivisionError


async def test_T42_a_talk_with_a_bug_apologises_and_the_chat_goes_on(chat: Rehearsal, at_the_menu: Put) -> None:
    at_the_menu(help_me)
    await chat.opens("sign_in")
    assert "bug1" in chat.text
    await chat.commands("start")
    assert "TramBot" in chat.text
    assert isinstance(chat.stage.bugs[0], ZeroDivisionError)


@part
async def choose_language(talk: Talk) -> None:
    import asyncio

    await asyncio.sleep(0)


async def test_T40_awaiting_anything_but_the_talk_is_refused(chat: Rehearsal, at_the_menu: Put) -> None:
    at_the_menu(choose_language)
    await chat.opens("sign_in")
    assert "NotAStep" in repr(chat.stage.bugs)


@part
async def give_new_password(talk: Talk) -> None:
    one = await talk.ask_secret("new")
    with talk.within("again"):
        two = await talk.ask_secret("new")
    await talk.do(BOOK, "pair", one)
    await talk.do(BOOK, "pair", two)


async def test_a_secret_must_be_spent_before_the_next_question(chat: Rehearsal, at_the_menu: Put) -> None:
    at_the_menu(give_new_password)
    await chat.opens("sign_in")
    await chat.says("one")
    assert "UnspentSecret" in repr(chat.stage.bugs)


@part
async def open_sessions(talk: Talk) -> None:
    """Says how many there are, each time it is run."""
    number = await talk.look(COUNT)
    await talk.say("ended", number=number)
    await talk.ask("which", str, rows="")


async def test_a_text_is_shown_once_and_again_only_when_its_facts_change(
    at_the_menu: Put, ledger: Ledger, clock: HandClock
) -> None:
    at_the_menu(open_sessions)
    chat = Rehearsal(ledger, clock)
    await chat.opens("sign_in")
    assert "Đã kết thúc phiên" in chat.text
    await chat.sends_a_sticker()
    assert "Đã kết thúc phiên" not in chat.text
    ledger.booked.append("something new")
    await chat.sends_a_sticker()
    assert "Đã kết thúc phiên" in chat.text


@part
async def give_phone(talk: Talk) -> None:
    """Two lines and a review of them."""
    first = await talk.ask("phone", str)
    with talk.within("second"):
        second = await talk.ask("phone", str)
    with talk.within("review"):
        verdict = await talk.ask("phone", str)
    if verdict == "first is wrong":
        await talk.revise("phone")
    await talk.do(BOOK, f"{first}-{second}")


async def test_revising_one_answer_asks_only_that_again(chat: Rehearsal, at_the_menu: Put, ledger: Ledger) -> None:
    at_the_menu(give_phone)
    await chat.opens("sign_in")
    await chat.says("ricce")
    await chat.says("white")
    await chat.says("first is wrong")
    await chat.says("rice")
    assert ledger.booked == []
    await chat.says("all is well")
    assert ledger.booked == ["rice-white"]


@part
async def find(talk: Talk) -> None:
    """A hub: one thing after the other is booked, and nothing of the last one is left."""
    which = await talk.choose("which", _on_offer(await talk.look(COUNT)), stands=True, where="", count=0)
    with talk.within(which):
        await talk.say("nothing", typed=which)
        how_many = await talk.ask("which", str, where="", count=0)
        await talk.do(BOOK, f"{which}-{how_many}")
    await talk.return_to("which")


def _on_offer(booked: int) -> list[Option]:
    """Rice, as long as nothing was booked; corn always."""
    return [Option(name, "find.which.one", {"sign": "", "name": name}) for name in ("rice", "corn")[booked > 0 :]]


async def test_what_a_talk_has_returned_from_is_over(chat: Rehearsal, at_the_menu: Put, ledger: Ledger) -> None:
    at_the_menu(find)
    await chat.opens("sign_in")
    for which, how_many in (("rice", "1"), ("corn", "2"), ("corn", "3")):
        await chat.presses(f" {which}")
        assert which in chat.text
        await chat.says(how_many)
    assert ledger.booked == ["rice-1", "corn-2", "corn-3"]
    assert len(ledger.keys) == 3
    open_talk = chat.chat().talk
    assert open_talk
    assert (open_talk.answers, open_talk.said) == ({}, {})
    await chat.presses("⬅ Quay lại")
    assert chat.chat().talk is None


async def test_back_before_a_return_takes_the_answers_back_as_ever(
    chat: Rehearsal, at_the_menu: Put, ledger: Ledger
) -> None:
    at_the_menu(find)
    await chat.opens("sign_in")
    await chat.presses(" corn")
    await chat.presses("⬅ Quay lại")
    await chat.presses(" rice")
    await chat.says("7")
    assert ledger.booked == ["rice-7"]


async def test_T17_an_effect_is_asked_for_again_though_its_cause_is_not_on_offer_any_more(
    chat: Rehearsal, at_the_menu: Put, ledger: Ledger
) -> None:
    at_the_menu(find)
    ledger.troubles.append(ApiSilent("cut"))
    await chat.opens("sign_in")
    await chat.presses(" rice")
    await chat.says("1")
    assert "đang chậm" in chat.text
    await chat.presses("🔁 Thử lại")
    assert ledger.booked == ["rice-1"]
    assert len(ledger.keys) == 1
    await chat.presses(" corn")
    await chat.says("1")
    assert ledger.booked == ["rice-1", "corn-1"]


async def test_what_was_chosen_stands_though_it_is_not_on_offer_any_more(
    chat: Rehearsal, at_the_menu: Put, ledger: Ledger
) -> None:
    at_the_menu(find)
    await chat.opens("sign_in")
    await chat.presses(" rice")
    ledger.booked.append("rice, by somebody else")
    await chat.says("1")
    assert ledger.booked[1:] == ["rice-1"]


async def test_an_answer_may_be_the_words_on_a_button(chat: Rehearsal, at_the_menu: Put, ledger: Ledger) -> None:
    at_the_menu(sign_out)
    await chat.opens("sign_in")
    await chat.says("ĐĂNG XUẤT")
    assert ledger.booked == ["guess"]
