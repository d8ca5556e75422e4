"""Edits, deletions and answers to presses, and when Telegram refuses them."""

import pytest
from telegram import Bot, CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup
from telegram.error import BadRequest

from simulator.person import Person
from tests.simulator.conftest import Running
from tests.simulator.test_sending import a_picture

HOURS = 3600.0
YES = InlineKeyboardMarkup([[InlineKeyboardButton("Có", callback_data="yes")]])
NO = InlineKeyboardMarkup([[InlineKeyboardButton("Không", callback_data="no")]])


async def pressed(bot: Bot) -> CallbackQuery:
    """The last press among the updates that wait."""
    presses = [update.callback_query for update in await bot.get_updates() if update.callback_query]
    return presses[-1]


async def test_an_edit_changes_text_and_buttons(bot: Bot, nurse: Person) -> None:
    sent = await bot.send_message(nurse.id, "Cũ", reply_markup=YES)
    edited = await bot.edit_message_text("<b>Mới</b>", nurse.id, sent.message_id, parse_mode="HTML", reply_markup=NO)
    assert not isinstance(edited, bool)
    assert (edited.text, edited.entities[0].type, edited.reply_markup) == ("Mới", "bold", NO)
    assert edited.edit_date is not None
    heard = await nurse.hears("Mới")
    assert (heard.id, heard.buttons) == (sent.message_id, ["Không"])


async def test_an_edit_without_buttons_takes_them_away(bot: Bot, nurse: Person) -> None:
    sent = await bot.send_message(nurse.id, "Cũ", reply_markup=YES)
    edited = await bot.edit_message_text("Mới", nurse.id, sent.message_id)
    assert not isinstance(edited, bool)
    assert edited.reply_markup is None


@pytest.mark.parametrize("text", ["Như cũ", " Như cũ "])
async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, nurse: Person, text: str) -> None:
    sent = await bot.send_message(nurse.id, "Như cũ", reply_markup=YES)
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await bot.edit_message_text(text, nurse.id, sent.message_id, reply_markup=YES)
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_reply_markup(nurse.id, sent.message_id, reply_markup=YES)


async def test_a_change_of_buttons_leaves_no_edited_mark(bot: Bot, nurse: Person) -> None:
    sent = await bot.send_message(nurse.id, "Chọn", reply_markup=YES)
    edited = await bot.edit_message_reply_markup(nurse.id, sent.message_id, reply_markup=NO)
    assert not isinstance(edited, bool)
    assert (edited.reply_markup, edited.edit_date) == (NO, None)


async def test_what_is_not_the_bots_cannot_be_edited(bot: Bot, nurse: Person) -> None:
    said = await nurse.say("Của tôi")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("Của bot", nurse.id, said.id)


async def test_what_has_a_reply_keyboard_cannot_be_edited(bot: Bot, nurse: Person) -> None:
    sent = await bot.send_message(nurse.id, "Chọn", reply_markup=ReplyKeyboardMarkup([["Có"]]))
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("Chọn đi", nurse.id, sent.message_id)


async def test_what_is_gone_cannot_be_edited(bot: Bot, nurse: Person) -> None:
    sent = await bot.send_message(nurse.id, "Sắp xóa")
    await sent.delete()
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("Sửa", nurse.id, sent.message_id)


async def test_captions_and_texts_are_edited_each_by_its_own_method(bot: Bot, nurse: Person) -> None:
    photo = await bot.send_photo(nurse.id, a_picture(), caption="Cũ")
    edited = await bot.edit_message_caption(nurse.id, photo.message_id, caption="Mới")
    assert not isinstance(edited, bool)
    assert edited.caption == "Mới"
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("Chữ", nurse.id, photo.message_id)
    text = await bot.send_message(nurse.id, "Chữ")
    with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
        await bot.edit_message_caption(nurse.id, text.message_id, caption="Mới")


async def test_both_sides_messages_can_be_deleted_once(bot: Bot, nurse: Person) -> None:
    said = await nurse.say("Mật khẩu")
    sent = await bot.send_message(nurse.id, "Tin của bot")
    for message_id in (said.id, sent.message_id):
        assert await bot.delete_message(nurse.id, message_id)
        with pytest.raises(BadRequest, match="Message to delete not found"):
            await bot.delete_message(nurse.id, message_id)
    await nurse.sees_gone(said)
    assert "Mật khẩu (deleted)" in await nurse.transcript()


async def test_after_48_hours_nothing_can_be_deleted(bot: Bot, nurse: Person, running: Running) -> None:
    sent = await bot.send_message(nurse.id, "Tin cũ")
    running.clock.ahead += 48 * HOURS - 1
    fresh = await bot.send_message(nurse.id, "Tin mới")
    running.clock.ahead += 1
    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await bot.delete_message(nurse.id, sent.message_id)
    assert await bot.delete_message(nurse.id, fresh.message_id)


async def test_several_are_deleted_at_once_and_missing_ones_skipped(bot: Bot, nurse: Person) -> None:
    sent = [await bot.send_message(nurse.id, f"Tin {number}") for number in range(3)]
    assert await bot.delete_messages(nurse.id, [each.message_id for each in sent] + [999_999])
    assert [each.text for each in await nurse.messages()] == ["/start"]
    with pytest.raises(BadRequest, match="message identifiers"):
        await bot.delete_messages(nurse.id, [])


async def test_a_press_is_answered_once(bot: Bot, nurse: Person) -> None:
    await bot.send_message(nurse.id, "Chọn", reply_markup=YES)
    await nurse.press("Có")
    query = await pressed(bot)
    assert (query.data, query.from_user.id) == ("yes", nurse.id)
    assert await bot.answer_callback_query(query.id, "Đã ghi", show_alert=True)
    toast = await nurse.toast("Đã ghi")
    assert toast.is_alert
    with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
        await bot.answer_callback_query(query.id)


async def test_an_unknown_or_old_press_cannot_be_answered(bot: Bot, nurse: Person, running: Running) -> None:
    with pytest.raises(BadRequest, match="query id is invalid"):
        await bot.answer_callback_query("123456789")
    await bot.send_message(nurse.id, "Chọn", reply_markup=YES)
    await nurse.press("Có")
    query = await pressed(bot)
    running.clock.ahead += 61
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(query.id)


async def test_a_press_on_a_message_that_is_gone_comes_without_it(bot: Bot, nurse: Person) -> None:
    sent = await bot.send_message(nurse.id, "Chọn", reply_markup=YES)
    await sent.delete()
    await nurse.press_data(sent.message_id, "forged")
    query = await pressed(bot)
    assert query.data == "forged"
    assert query.message is not None
    assert not query.message.is_accessible


async def test_an_answer_over_200_characters_is_refused(bot: Bot, nurse: Person) -> None:
    with pytest.raises(BadRequest, match="Message_too_long"):
        await bot.answer_callback_query("1", "x" * 201)
