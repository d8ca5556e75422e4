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


async def test_the_bot_knows_itself(bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.id, me.is_bot, me.username) == (700_000_000, True, "trambot_demo_bot")


async def test_a_wrong_token_is_401(running: Running) -> None:
    with pytest.raises(InvalidToken, match="Unauthorized|rejected"):
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
