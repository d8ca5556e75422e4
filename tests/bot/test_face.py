"""What an update means, and how a reply is spelt."""

from typing import Any

import pytest

from api.client.files import FileSent
from bot.face import AddedElsewhere, Arrival, arrival_of, markup_of
from bot.updates import Update
from conversations import events, replies
from models.words import Language
from simulator.person import Person
from tests.bot.hands import Telegram

PERSON = {"id": 77, "is_bot": False, "first_name": "Demo"}
PRIVATE = {"id": 77, "type": "private"}
GROUP = {"id": -5, "type": "group", "title": "Trạm"}


def update(**content: Any) -> Arrival | AddedElsewhere | None:
    parsed = Update.model_validate({"update_id": 1, **content})
    return arrival_of(parsed)


def message(chat: dict[str, Any] = PRIVATE, **content: Any) -> Any:
    return {"message_id": 5, "date": 0, "chat": chat, "from": PERSON, **content}


def command(text: str, length: int) -> Any:
    return message(text=text, entities=[{"type": "bot_command", "offset": 0, "length": length}])


def event(arrived: Arrival | AddedElsewhere | None) -> events.Event:
    assert isinstance(arrived, Arrival)
    return arrived.event


def test_words_are_said() -> None:
    assert update(message=message(text="Xin chào")) == Arrival(1, 77, events.Said("Xin chào", 5))


@pytest.mark.parametrize(
    ("text", "length"), [("/start", 6), ("/START", 6), ("/start@trambot_demo_bot", 23), ("/start deep-link_1", 6)]
)
def test_a_command_is_its_name(text: str, length: int) -> None:
    arrived = update(message=command(text, length))
    assert event(arrived) == events.Commanded("start", 5, text)
    assert isinstance(arrived, Arrival)
    assert arrived.is_escape


def test_a_slash_in_the_middle_is_no_command() -> None:
    said = message(text="5 /huy", entities=[{"type": "bot_command", "offset": 2, "length": 4}])
    assert event(update(message=said)) == events.Said("5 /huy", 5)


async def test_T08_ones_own_contact_is_own(telegram: Telegram, nurse: Person) -> None:
    await nurse.share_contact()
    shared = last(telegram)
    assert isinstance(shared, events.SharedContact)
    assert (shared.phone, shared.is_own) == (nurse.phone.removeprefix("+"), True)


@pytest.mark.parametrize("kind", ["other", "forwarded", "no_user_id"])
async def test_T08_anybody_elses_contact_is_not(telegram: Telegram, nurse: Person, kind: str) -> None:
    other = await telegram.play.newcomer("Other", phone="+84987654321")
    await nurse.share_contact_of(other, kind)
    shared = last(telegram)
    assert isinstance(shared, events.SharedContact)
    assert not shared.is_own


def test_T08_ones_own_card_forwarded_is_not_a_share() -> None:
    card = {"phone_number": "84912345678", "first_name": "Demo", "user_id": 77}
    origin = {"type": "user", "date": 0, "sender_user": PERSON}
    shared = event(update(message=message(contact=card, forward_origin=origin)))
    assert shared == events.SharedContact("84912345678", False, 5)


async def test_what_is_not_words_is_something_else(telegram: Telegram, nurse: Person) -> None:
    for send in (nurse.send_sticker, nurse.send_location, nurse.send_voice):
        heard = await send()
        assert last(telegram) == events.SentOther(heard.id)


def test_a_picture_is_something_else_whatever_it_says() -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    assert event(update(message=message(photo=photo, caption="/start"))) == events.SentOther(5)


def test_a_file_is_a_file_whatever_it_says() -> None:
    file = {"file_id": "a", "file_unique_id": "b", "file_name": "danh sách.csv", "file_size": 7}
    sent = event(update(message=message(document=file, caption="/start")))
    assert sent == events.SentFile(FileSent("a", "danh sách.csv", 7), 5)
    bare = event(update(message=message(document={"file_id": "a", "file_unique_id": "b"})))
    assert bare == events.SentFile(FileSent("a", "", 0), 5)


def test_a_moving_picture_is_no_file_though_telegram_calls_it_one_too() -> None:
    file = {"file_id": "a", "file_unique_id": "b"}
    moving = file | {"width": 1, "height": 1, "duration": 1}
    assert event(update(message=message(document=file, animation=moving))) == events.SentOther(5)


def test_T30_a_file_of_an_odd_name_and_size_is_one_all_the_same() -> None:
    odd = {"file_id": "a", "file_unique_id": "b", "file_name": 7, "file_size": "big"}
    assert event(update(message=message(document=odd))) == events.SentFile(FileSent("a", "", 0), 5)


def test_a_changed_message_was_edited() -> None:
    assert event(update(edited_message=message(text="new"))) == events.Edited(5)


@pytest.mark.parametrize(
    "content",
    [
        {"message": message(pinned_message=message(text="x"))},
        {"edited_message": message(location={"latitude": 1.0, "longitude": 1.0})},
        {"channel_post": message({"id": -6, "type": "channel"}, text="x")},
        {"message": message(GROUP, text="/start")},
        {"inline_query": {"id": "1", "from": PERSON, "query": "x", "offset": ""}},
        {"poll_answer": {"poll_id": "1", "user": PERSON, "option_ids": [0], "option_persistent_ids": ["a"]}},
        {"of_a_kind_yet_to_come": {"x": 1}},
    ],
)
def test_what_asks_for_nothing_is_passed_over(content: Any) -> None:
    assert update(**content) is None


def press(**given: Any) -> Any:
    return {"id": "9", "from": PERSON, "chat_instance": "1", "data": "abc", "message": message(text="x"), **given}


def test_a_press_is_its_button() -> None:
    assert event(update(callback_query=press())) == events.Pressed("abc", 5, "9")


def test_a_press_under_a_message_too_old_to_be_shown_counts() -> None:
    gone = {"message_id": 5, "date": 0, "chat": PRIVATE}
    assert event(update(callback_query=press(message=gone))) == events.Pressed("abc", 5, "9")


@pytest.mark.parametrize(
    "given",
    [
        {"from": PERSON | {"id": 78}},
        {"message": message(GROUP, text="x")},
        {"message": None, "inline_message_id": "1"},
    ],
)
def test_T14_a_press_from_elsewhere_or_by_another_is_none(given: dict[str, Any]) -> None:
    assert update(callback_query=press(**given)) is None


def membership(chat: dict[str, Any], status: str, language: str = "vi") -> Any:
    user = {"user": PERSON, "status": status}
    member = user | ({"until_date": 0} if status == "kicked" else {})
    person = PERSON | {"language_code": language}
    return {
        "chat": chat,
        "from": person,
        "date": 0,
        "old_chat_member": user | {"status": "left"},
        "new_chat_member": member,
    }


def test_a_group_is_not_the_place() -> None:
    assert update(my_chat_member=membership(GROUP, "member")) == AddedElsewhere(-5, Language.VIETNAMESE)
    assert update(my_chat_member=membership(GROUP, "member", "en")) == AddedElsewhere(-5, Language.ENGLISH)


@pytest.mark.parametrize("change", [(PRIVATE, "kicked"), (PRIVATE, "member"), (GROUP, "left")])
def test_being_blocked_or_sent_away_asks_for_nothing(change: tuple[dict[str, Any], str]) -> None:
    assert update(my_chat_member=membership(*change)) is None


def test_a_keyboard_offers_ones_own_contact_first_and_fits_the_screen() -> None:
    keyboard = replies.Keyboard(share_contact="Chia sẻ", words=["Quay lại"])
    shown = markup_of(replies.Message(text="x", keyboard=keyboard))
    assert shown is not None
    assert shown.to_dict() == {
        "keyboard": [[{"text": "Chia sẻ", "request_contact": True}], [{"text": "Quay lại"}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }


def test_a_closed_keyboard_goes_away() -> None:
    shown = markup_of(replies.Message(text="x", closes_keyboard=True))
    assert shown is not None
    assert shown.to_dict() == {"remove_keyboard": True}


def last(telegram: Telegram) -> events.Event:
    """The last update that Telegram has for the bot, as an event."""
    parsed = Update.model_validate(telegram.town.updates.history[-1].as_json())
    return event(arrival_of(parsed))
