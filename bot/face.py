"""The face to Telegram: what an update means as an event, and how a reply is spelt as calls."""

import html
import re
from dataclasses import dataclass
from hashlib import blake2b

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import (
    CallbackQueryLimit,
    ChatMemberStatus,
    ChatType,
    MessageEntityType,
    MessageLimit,
    ParseMode,
    UpdateType,
)

from api.client.files import FileSent
from bot.plain import PlainBot
from bot.updates import Document, Membership, Message, Press, Update
from conversations import events, replies
from conversations.turn import ESCAPES
from models.words import Language

ALLOWED_UPDATES = [UpdateType.MESSAGE, UpdateType.EDITED_MESSAGE, UpdateType.CALLBACK_QUERY, UpdateType.MY_CHAT_MEMBER]
IN_A_CHAT = {ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR}

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None


@dataclass(frozen=True)
class Arrival:
    """An update of a private chat, as an event."""

    update: int
    """What it is known by when it comes again: Telegram's number of it, or a press's own."""
    chat: int
    event: events.Event

    @property
    def is_escape(self) -> bool:
        """Whether the person wants out of whatever is going on."""
        return isinstance(self.event, events.Commanded) and self.event.name in ESCAPES


@dataclass(frozen=True)
class AddedElsewhere:
    """The bot was put into a group or a channel, by somebody whose Telegram speaks `language`."""

    chat: int
    language: Language


def arrival_of(update: Update) -> Arrival | AddedElsewhere | None:
    """What an update means; None if it asks for nothing."""
    if update.my_chat_member:
        return _added(update.my_chat_member)
    if update.callback_query:
        return _pressed(update.callback_query)
    message = update.message or update.edited_message
    if message is None or message.chat.type != ChatType.PRIVATE:
        return None
    event = _said(message) if update.message else _edited(message)
    return Arrival(update.update_id, message.chat.id, event) if event else None


def _added(change: Membership) -> AddedElsewhere | None:
    if change.chat.type == ChatType.PRIVATE or change.new_chat_member.status not in IN_A_CHAT:
        return None
    speaks_english = change.sender.language_code == Language.ENGLISH
    return AddedElsewhere(change.chat.id, Language.ENGLISH if speaks_english else Language.VIETNAMESE)


def _pressed(press: Press) -> Arrival | None:
    message = press.message
    if message is None or message.chat.type != ChatType.PRIVATE or message.chat.id != press.sender.id:
        return None
    pressed = events.Pressed(button=press.data or "", message=message.message_id, press=press.id)
    return Arrival(number_of_press(press.id), message.chat.id, pressed)


def number_of_press(press: str) -> int:
    """A press's own number, above all of updates: unanswered, it comes again under a new update's number (T16)."""
    own = blake2b(press.encode("utf-8", "surrogatepass"), digest_size=6).digest()
    return 2**48 + int.from_bytes(own, "big")


def _said(message: Message) -> events.Event | None:
    if message.text is not None:
        command = _command(message)
        if command:
            return events.Commanded(command, message.message_id, message.text)
        return events.Said(message.text, message.message_id)
    if message.contact:
        return events.SharedContact(message.contact.phone_number, _is_own(message), message.message_id)
    if message.document and not message.animation:
        return events.SentFile(_file(message.document), message.message_id)
    return events.SentOther(message.message_id) if message.has_attachment else None


def _file(document: Document) -> FileSent:
    """Telegram need not tell the name or the size."""
    name, size = document.file_name, document.file_size
    return FileSent(document.file_id, name if isinstance(name, str) else "", size if isinstance(size, int) else 0)


def _command(message: Message) -> str | None:
    """The command that a text is: «/start», «/start@bot», «/start payload»; not a password that begins like one."""
    text, entity = message.text or "", next(iter(message.entities), None)
    if entity is None or entity.type != MessageEntityType.BOT_COMMAND or entity.offset != 0:
        return None
    command = text[: entity.length]  # in ASCII, so that Telegram's counting and Python's are the same
    name = command[1:].partition("@")[0].lower()
    return name if name == "start" or text == command else None


def _is_own(message: Message) -> bool:
    """Telegram names the owner of a shared number; a forwarded card may be anybody's (T08)."""
    sender, contact = message.sender, message.contact
    if sender is None or contact is None or message.forward_origin is not None:
        return False
    return contact.user_id == sender.id


def _edited(message: Message) -> events.Event | None:
    """Words were changed; a location that moves is an edit too, and nobody's words."""
    return events.Edited(message.message_id) if message.text is not None or message.caption is not None else None


async def speak(bot: PlainBot, chat: int, reply: replies.Reply, *, patience: float) -> int | None:
    """Make the call a reply amounts to; the number of the message, if it became one.

    Raises:
        telegram.error.TelegramError: as Telegram, or the way there, says.
    """
    match reply:
        case replies.Toast(press=press, text=text):
            short = text and text[: CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH]
            await bot.answer_callback_query(press, short, read_timeout=patience)
        case replies.Retire(message=number):
            await bot.take_buttons_off(chat, number, patience=patience)
        case replies.Message(picture=bytes() as picture):
            sent = await bot.send_photo(
                chat,
                picture,
                reply.text,
                parse_mode=ParseMode.HTML,
                reply_markup=markup_of(reply),
                read_timeout=patience,
            )
            return sent.id
        case replies.Message(document=replies.Document(name=name, content=content)):
            sent = await bot.send_document(
                chat,
                content,
                caption=reply.text,
                filename=name,
                parse_mode=ParseMode.HTML,
                reply_markup=markup_of(reply),
                disable_content_type_detection=True,
                read_timeout=patience,
            )
            return sent.id
        case replies.Message():
            markup = markup_of(reply)
            return await bot.send_text(chat, reply.text, parse_mode=ParseMode.HTML, markup=markup, patience=patience)
    return None


async def speak_plainly(bot: PlainBot, chat: int, reply: replies.Message, *, patience: float) -> int:
    """The message's words alone, for when Telegram does not take it as it is."""
    text = html.unescape(re.sub(r"<[^>]*>", "", reply.text))[: MessageLimit.MAX_TEXT_LENGTH]
    return await bot.send_text(chat, text, markup=markup_of(reply), patience=patience)


def markup_of(reply: replies.Message) -> Markup:
    """What stands under a message, or in place of the phone's keyboard."""
    if reply.buttons:
        rows = [[InlineKeyboardButton(b.label, callback_data=b.id) for b in row] for row in reply.buttons]
        return InlineKeyboardMarkup(rows)
    if reply.keyboard:
        share = KeyboardButton(reply.keyboard.share_contact, request_contact=True)
        words = [[KeyboardButton(word)] for word in reply.keyboard.words]
        return ReplyKeyboardMarkup([[share], *words], resize_keyboard=True, one_time_keyboard=True)
    return ReplyKeyboardRemove() if reply.closes_keyboard else None
