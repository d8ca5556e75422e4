"""What the bot sends, and what Telegram refuses to send."""

import io

import pytest
from PIL import Image
from telegram import (
    Bot,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, InvalidToken

from simulator.person import Person, Town
from tests.simulator.conftest import Running


def a_picture(width: int = 40, height: int = 30, kind: str = "PNG") -> bytes:
    sink = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(sink, kind)
    return sink.getvalue()


def one_button(text: str = "Bấm", **action: str) -> InlineKeyboardMarkup:
    # PTB checks nothing here; the simulator has to.
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, **action)]])  # type: ignore[arg-type]  # made up


async def test_the_bot_knows_itself(bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.is_bot, me.username) == (700_000_000, True, "trambot_demo_bot")


async def test_a_wrong_token_is_401(running: Running) -> None:
    with pytest.raises(InvalidToken, match=r"Unauthorized|rejected"):
        async with running.bot("700000000:wrong"):
            pass


async def test_an_unknown_method_is_404(bot: Bot) -> None:
    with pytest.raises(InvalidToken, match="Not Found"):
        await bot._post("sendPigeon")


async def test_a_text_arrives_with_its_entities_counted_in_utf16(bot: Bot, nurse: Person) -> None:
    sent = await bot.send_message(nurse.id, "😀 <b>Xin chào</b> <i>bạn &lt;3</i>", parse_mode="HTML")
    assert sent.text == "😀 Xin chào bạn <3"
    assert [(each.type, each.offset, each.length) for each in sent.entities] == [
        ("bold", 3, 8),
        ("italic", 12, 6),
    ]
    assert (await nurse.hears("Xin chào")).id == sent.message_id


async def test_white_space_at_the_ends_goes_and_entities_move_along(bot: Bot, nurse: Person) -> None:
    sent = await bot.send_message(nurse.id, " <b> Xin chào</b> bạn <i> </i>", parse_mode="HTML")
    assert sent.text == "Xin chào bạn"
    assert [(each.type, each.offset, each.length) for each in sent.entities] == [("bold", 0, 8)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("   ", "message text is empty"),
        ("x" * 4097, "message is too long"),
        ("😀" * 2049, "message is too long"),
    ],
)
async def test_a_text_of_no_or_too_many_characters_is_refused(bot: Bot, nurse: Person, text: str, why: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){why}"):
        await bot.send_message(nurse.id, text)


async def test_length_is_counted_after_parsing(bot: Bot, nurse: Person) -> None:
    sent = await bot.send_message(nurse.id, f"<b>{'x' * 4096}</b>", parse_mode="HTML")
    assert len(sent.text or "") == 4096


async def test_a_chat_where_nobody_ever_wrote_is_not_found(bot: Bot, play: Town) -> None:
    silent = await play.person("Cán bộ")
    for chat_id in (silent.id, 42):
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(chat_id, "Xin chào")


async def test_who_blocked_the_bot_gets_nothing(bot: Bot, nurse: Person) -> None:
    await nurse.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(nurse.id, "Xin chào")
    await nurse.unblock()
    assert await bot.send_message(nurse.id, "Xin chào lại")


async def test_a_reply_to_a_missing_message_is_refused_unless_allowed(bot: Bot, nurse: Person) -> None:
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(nurse.id, "Trả lời", reply_to_message_id=999_999)
    sent = await bot.send_message(nurse.id, "Trả lời", reply_to_message_id=999_999, allow_sending_without_reply=True)
    assert sent.reply_to_message is None


async def test_a_reply_carries_what_it_answers(bot: Bot, nurse: Person) -> None:
    said = await nurse.say("Câu hỏi")
    sent = await bot.send_message(nurse.id, "Trả lời", reply_to_message_id=said.id)
    assert isinstance(sent.reply_to_message, Message)
    assert sent.reply_to_message.text == "Câu hỏi"


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        (one_button(callback_data="x" * 65), "Button_data_invalid"),
        (one_button(callback_data="ộ" * 22), "Button_data_invalid"),
        (one_button(callback_data=""), "text buttons are unallowed in the inline keyboard"),
        (one_button(), "text buttons are unallowed in the inline keyboard"),
        (one_button(" ", callback_data="x"), "text must be non-empty"),
        (one_button(url="không phải địa chỉ"), "is invalid"),
        (InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="x")] * 101]), "too long"),
        (ReplyKeyboardMarkup([[KeyboardButton("")]]), "text must be non-empty"),
    ],
)
async def test_a_keyboard_that_telegram_would_not_take_is_refused(
    bot: Bot, nurse: Person, markup: InlineKeyboardMarkup | ReplyKeyboardMarkup, why: str
) -> None:
    with pytest.raises(BadRequest, match=why):
        await bot.send_message(nurse.id, "Bàn phím", reply_markup=markup)


async def test_callback_data_of_64_bytes_is_taken(bot: Bot, nurse: Person) -> None:
    sent = await bot.send_message(nurse.id, "Nút", reply_markup=one_button(callback_data="x" * 64))
    assert sent.reply_markup is not None


async def test_a_reply_keyboard_stays_until_it_is_removed(bot: Bot, nurse: Person) -> None:
    keyboard = ReplyKeyboardMarkup([["Có", "Không"]], resize_keyboard=True)
    sent = await bot.send_message(nurse.id, "Đồng ý?", reply_markup=keyboard)
    assert sent.reply_markup is None  # only inline keyboards come back
    assert [[button["text"] for button in row] for row in await nurse.keyboard()] == [["Có", "Không"]]
    await bot.send_message(nurse.id, "Cảm ơn", reply_markup=ReplyKeyboardRemove())
    assert await nurse.keyboard() == []


async def test_a_reply_keyboard_goes_with_the_message_that_brought_it(bot: Bot, nurse: Person) -> None:
    sent = await bot.send_message(nurse.id, "Đồng ý?", reply_markup=ReplyKeyboardMarkup([["Có"]]))
    await sent.delete()
    assert await nurse.keyboard() == []


async def test_a_forced_reply_is_over_after_the_answer(bot: Bot, nurse: Person, running: Running) -> None:
    await bot.send_message(nurse.id, "Tên bạn?", reply_markup=ForceReply())
    assert running.town.chats[nurse.id].keyboard is not None
    await nurse.say("An")
    assert running.town.chats[nurse.id].keyboard is None


async def test_a_photo_is_kept_with_its_size_and_sent_again_by_its_id(bot: Bot, nurse: Person) -> None:
    sent = await bot.send_photo(nurse.id, a_picture(40, 30), caption="<b>Mã</b>", parse_mode="HTML")
    assert (sent.photo[-1].width, sent.photo[-1].height, sent.caption) == (40, 30, "Mã")
    again = await bot.send_photo(nurse.id, sent.photo[-1].file_id)
    assert again.photo[-1].file_unique_id == sent.photo[-1].file_unique_id
    body = await (await bot.get_file(sent.photo[-1].file_id)).download_as_bytearray()
    assert bytes(body) == a_picture(40, 30)


@pytest.mark.parametrize(
    ("photo", "why"),
    [
        (b"no picture", "Image_process_failed"),
        (a_picture(9000, 1001), "Photo_invalid_dimensions"),
        (a_picture(1, 30), "Photo_invalid_dimensions"),
        ("unknown-id", "wrong file identifier"),
    ],
)
async def test_what_is_no_picture_is_refused(bot: Bot, nurse: Person, photo: bytes | str, why: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){why}"):
        await bot.send_photo(nurse.id, photo)


async def test_a_document_keeps_its_vietnamese_name(bot: Bot, nurse: Person) -> None:
    sent = await bot.send_document(nurse.id, b"a;b", filename="danh sách.csv", caption="Danh sách")
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.file_size) == ("danh sách.csv", 3)
    with pytest.raises(BadRequest, match="Can't use file of type document as photo"):
        await bot.send_photo(nurse.id, sent.document.file_id)


async def test_a_caption_over_1024_characters_is_refused(bot: Bot, nurse: Person) -> None:
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_photo(nurse.id, a_picture(), caption="x" * 1025)


async def test_typing_is_seen(bot: Bot, nurse: Person, play: Town) -> None:
    assert await bot.send_chat_action(nurse.id, ChatAction.TYPING)
    events = [event for event in await play.events(0, 1) if event["kind"] == "action"]
    assert [(event["chat_id"], event["action"]) for event in events] == [(nurse.id, "typing")]
    with pytest.raises(BadRequest, match=r"(?i)wrong parameter action"):
        await bot.send_chat_action(nurse.id, "dancing")


async def test_commands_are_kept_by_language(bot: Bot) -> None:
    await bot.set_my_commands([("start", "Bắt đầu")])
    await bot.set_my_commands([("start", "Start")], language_code="en")
    assert [each.description for each in await bot.get_my_commands()] == ["Bắt đầu"]
    assert [each.description for each in await bot.get_my_commands(language_code="en")] == ["Start"]
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([("Trợ giúp", "Không được")])


async def test_a_chat_is_described(bot: Bot, nurse: Person) -> None:
    chat = await bot.get_chat(nurse.id)
    assert (chat.type, chat.first_name, chat.username) == ("private", "Demo", "demo_nurse")
