"""What people do, what the bot is told of it, and what no client lets them do."""

import pytest
from telegram import Bot, KeyboardButton, MessageEntity, ReplyKeyboardMarkup, Update
from telegram.constants import ChatMemberStatus
from telegram.error import Forbidden

from simulator.person import Person, Town, Unheard
from simulator.wire import Impossible
from tests.simulator.test_sending import a_picture, one_button


async def last(bot: Bot) -> Update:
    return (await bot.get_updates())[-1]


async def contact_in(bot: Bot) -> tuple[str, int | None]:
    message = (await last(bot)).message
    assert message is not None
    assert message.contact is not None
    return message.contact.phone_number, message.contact.user_id


async def test_a_command_is_marked_as_one(bot: Bot, nurse: Person) -> None:
    message = (await last(bot)).message
    assert message is not None
    assert message.parse_entities([MessageEntity.BOT_COMMAND])
    assert message.from_user is not None
    assert (message.from_user.language_code, message.from_user.full_name) == ("vi", "Demo Y tá")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("xem https://example.vn/a?b=1.", [("url", "https://example.vn/a?b=1")]),
        ("a/start và /huy", [("bot_command", "/huy")]),
        ("@demo_nurse #tiem", [("mention", "@demo_nurse"), ("hashtag", "#tiem")]),
        ("demo@example.vn", [("email", "demo@example.vn")]),
        ("gọi +84 912 000 001 nhé", [("phone_number", "+84 912 000 001")]),
        ("15/10/2021", []),
    ],
)
async def test_telegram_finds_entities_by_itself(
    bot: Bot, nurse: Person, text: str, kinds: list[tuple[str, str]]
) -> None:
    await nurse.say(text)
    message = (await last(bot)).message
    assert message is not None
    assert [(entity.type, piece) for entity, piece in message.parse_entities().items()] == kinds


async def test_a_text_too_long_goes_as_several(bot: Bot, nurse: Person) -> None:
    await nurse.say("dài " * 2000)
    lengths = [len(each.message.text or "") for each in await bot.get_updates() if each.message]
    assert len(lengths) == 3
    assert max(lengths) <= 4096


async def test_ones_own_contact_comes_by_the_button_as_an_answer_to_it(bot: Bot, nurse: Person) -> None:
    keyboard = ReplyKeyboardMarkup([[KeyboardButton("Chia sẻ số", request_contact=True)]], one_time_keyboard=True)
    asked = await bot.send_message(nurse.id, "Số của bạn?", reply_markup=keyboard)
    await nurse.press("Chia sẻ số")
    message = (await last(bot)).message
    assert message is not None
    assert message.reply_to_message is not None
    assert message.reply_to_message.message_id == asked.message_id
    assert await contact_in(bot) == ("84912000001", nurse.id)


async def test_contacts_come_in_every_shape_a_client_can_send(bot: Bot, nurse: Person, play: Town) -> None:
    clerk = await play.person("Cán bộ")
    await nurse.share_contact(plus=True)
    assert await contact_in(bot) == ("+84912000001", nurse.id)
    await nurse.share_contact_of(clerk)
    assert await contact_in(bot) == ("84912000002", clerk.id)
    await nurse.share_contact_of(clerk, "no_user_id")
    assert await contact_in(bot) == ("84912000002", None)
    await nurse.share_contact_of(clerk, "forwarded")
    message = (await last(bot)).message
    assert message is not None
    assert message.forward_origin is not None


async def test_pictures_files_stickers_voices_and_places_arrive(bot: Bot, nurse: Person) -> None:
    await nurse.send_photo(a_picture(), "Ảnh")
    await nurse.send_document("ds.xlsx", b"PK", mime_type="application/vnd.ms-excel")
    await nurse.send_sticker("👍")
    await nurse.send_voice()
    await nurse.send_location()
    photo, document, sticker, voice, place = [each.message for each in (await bot.get_updates())[-5:]]
    assert photo is not None
    assert photo.caption == "Ảnh"
    assert document is not None
    assert document.document is not None
    assert document.document.file_name == "ds.xlsx"
    body = await (await document.document.get_file()).download_as_bytearray()
    assert bytes(body) == b"PK"
    assert sticker is not None
    assert sticker.sticker is not None
    assert sticker.sticker.emoji == "👍"
    assert voice is not None
    assert voice.voice is not None
    assert place is not None
    assert place.location is not None


async def test_an_edit_is_told_as_one(bot: Bot, nurse: Person) -> None:
    said = await nurse.say("Sai")
    await nurse.edit(said, "Đúng")
    edited = (await last(bot)).edited_message
    assert edited is not None
    assert (edited.message_id, edited.text) == (said.id, "Đúng")
    assert edited.edit_date is not None


async def test_a_forward_names_where_it_came_from(bot: Bot, nurse: Person) -> None:
    sent = await bot.send_message(nurse.id, "Của bot")
    await nurse.forward(await nurse.hears("Của bot"))
    message = (await last(bot)).message
    assert message is not None
    assert message.text == "Của bot"
    origin = message.forward_origin
    assert origin is not None
    assert origin.to_dict()["sender_user"]["id"] == bot.id
    protected = await bot.send_message(nurse.id, "Bí mật", protect_content=True)
    assert protected.has_protected_content
    with pytest.raises(Impossible, match="may not be forwarded"):
        await nurse.forward(await nurse.hears("Bí mật"))
    assert sent.message_id != message.message_id


async def test_block_and_unblock_are_told(bot: Bot, nurse: Person) -> None:
    await nurse.block()
    with pytest.raises(Impossible, match="blocked"):
        await nurse.say("Không đi")
    await nurse.unblock()
    changes = [each.my_chat_member for each in await bot.get_updates() if each.my_chat_member]
    assert [each.new_chat_member.status for each in changes] == [
        ChatMemberStatus.BANNED,
        ChatMemberStatus.MEMBER,
    ]


async def test_in_a_group_the_bot_hears_commands_and_answers_only(bot: Bot, nurse: Person, play: Town) -> None:
    group = await play.group("Trạm", nurse, await play.person("Cán bộ"))
    await nurse.add_bot(group)
    joined, service = (await bot.get_updates())[-2:]
    assert joined.my_chat_member is not None
    assert joined.my_chat_member.new_chat_member.status == ChatMemberStatus.MEMBER
    assert service.message is not None
    assert service.message.new_chat_members[0].id == bot.id
    sent = await bot.send_message(group.id, "Chào nhóm")
    heard = await nurse.hears("Chào nhóm", group=group)
    assert heard.id == sent.message_id
    for text in ("chuyện riêng", "/menu", "/menu@khac_bot", f"/menu@{bot.username}"):
        await nurse.say(text, group=group)
    await nurse.say("trả lời bot", reply_to=heard, group=group)
    told = [each.message.text for each in (await bot.get_updates())[-3:] if each.message]
    assert told == ["/menu", f"/menu@{bot.username}", "trả lời bot"]


async def test_a_bot_that_left_or_was_thrown_out_cannot_write(bot: Bot, nurse: Person, play: Town) -> None:
    group = await play.group("Trạm", nurse)
    with pytest.raises(Forbidden, match="not a member"):
        await bot.send_message(group.id, "Chào")
    await nurse.add_bot(group)
    await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="not a member"):
        await bot.send_message(group.id, "Chào")
    await nurse.add_bot(group)
    await nurse.act("remove_bot", group=group)
    with pytest.raises(Forbidden, match="bot was kicked"):
        await bot.send_message(group.id, "Chào")


async def test_a_contact_button_is_refused_in_a_group(bot: Bot, nurse: Person, play: Town) -> None:
    group = await play.group("Trạm", nurse)
    await nurse.add_bot(group)
    keyboard = ReplyKeyboardMarkup([[KeyboardButton("Số", request_contact=True)]])
    with pytest.raises(Exception, match="private chats only"):
        await bot.send_message(group.id, "Số?", reply_markup=keyboard)


async def test_a_button_that_is_not_there_cannot_be_pressed(bot: Bot, nurse: Person) -> None:
    sent = await bot.send_message(nurse.id, "Chọn", reply_markup=one_button("Có", callback_data="yes"))
    with pytest.raises(Impossible, match="no button «Không»"):
        await nurse.press("Không")
    await sent.delete()
    with pytest.raises(Impossible, match="no button «Có»"):
        await nurse.press("Có")


async def test_the_latest_message_with_the_button_is_pressed(bot: Bot, nurse: Person) -> None:
    for data in ("old", "new"):
        await bot.send_message(nurse.id, "Chọn", reply_markup=one_button("Có", callback_data=data))
    await nurse.press("Có")
    query = (await last(bot)).callback_query
    assert query is not None
    assert query.data == "new"


async def test_who_hears_nothing_shows_the_transcript(bot: Bot, nurse: Person) -> None:
    await bot.send_message(nurse.id, "Xin chào")
    with pytest.raises(Unheard, match=r"(?s)waited 0.1 s for «Tạm biệt».*TramBot: Xin chào"):
        await nurse.hears("Tạm biệt", within=0.1)
    assert (await nurse.hears("X.n chào$")).text == "Xin chào"
    with pytest.raises(Unheard):
        await nurse.hears("Xin chào", within=0.1)
    assert await nurse.hears("Xin chào", ever=True)


async def test_newcomers_can_be_made_and_found(play: Town) -> None:
    newcomer = await play.newcomer("Demo Mới", phone="+84912000009", note="Người mới")
    assert (await play.person("Người mới")).id == newcomer.id
    with pytest.raises(Impossible, match="a phone is written"):
        await play.newcomer("Demo", phone="0912")
    with pytest.raises(LookupError, match="nobody"):
        await play.person("không có ai")
