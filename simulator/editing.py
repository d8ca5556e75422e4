"""What the bot does to messages that stand: edits, deletions, answers to presses."""

from simulator.calls import Call
from simulator.chats import FORGETTING, Chat, Message
from simulator.entities import formatted
from simulator.keyboards import inline_only, read_markup
from simulator.sending import check_text, reachable_chat, read_caption
from simulator.telegram_html import units
from simulator.town import Town
from simulator.wire import Json, bad_request

PRESS_LIFE = 60.0  # seconds a press waits for its answer; Telegram names no figure
LONGEST_ANSWER = 200
MOST_DELETED = 100

UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def edit_message_text(town: Town, call: Call) -> Json:
    text, entities = formatted(call.text("text"), call.text("parse_mode"), call.text("entities"))
    check_text(text)
    message = _editable(town, call)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    kept = {key: value for key, value in message.content.items() if key not in ("text", "entities")}
    return _edit(town, call, message, {"text": text, **({"entities": entities} if entities else {}), **kept})


def edit_message_caption(town: Town, call: Call) -> Json:
    caption = read_caption(call)
    message = _editable(town, call)
    if "text" in message.content:
        raise bad_request("there is no caption in the message to edit")
    kept = {k: v for k, v in message.content.items() if k not in ("caption", "caption_entities")}
    return _edit(town, call, message, {**kept, **caption})


def edit_message_reply_markup(town: Town, call: Call) -> Json:
    message = _editable(town, call)
    return _edit(town, call, message, message.content)


def _editable(town: Town, call: Call) -> Message:
    """The bot's own message, not gone, without a reply keyboard, or a refusal."""
    if not call.text("message_id") and call.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = reachable_chat(town, call)
    message = chat.find(call.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender_id != town.bot.id or (message.markup and not message.inline_keyboard):
        raise bad_request("message can't be edited")
    return message


def _edit(town: Town, call: Call, message: Message, content: Json) -> Json:
    markup = inline_only(read_markup(call.text("reply_markup")))
    if (content, markup) == (message.content, message.markup):
        raise bad_request(UNCHANGED)
    town.change(message, content=content, markup=markup, edited=content != message.content)
    return town.telegram_message(message)


def delete_message(town: Town, call: Call) -> bool:
    chat = reachable_chat(town, call)
    message = chat.find(call.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    _check_deletable(town, chat, message)
    town.delete(chat, [message])
    return True


def delete_messages(town: Town, call: Call) -> bool:
    """Several at once; those that are gone are skipped, as Telegram does."""
    chat = reachable_chat(town, call)
    wanted = call.array("message_ids") or []
    if not 1 <= len(wanted) <= MOST_DELETED:
        raise bad_request("there must be from 1 to 100 message identifiers")
    found = [chat.find(each) for each in wanted if isinstance(each, int)]
    messages = [message for message in found if message is not None]
    for message in messages:
        _check_deletable(town, chat, message)
    if messages:
        town.delete(chat, messages)
    return True


def _check_deletable(town: Town, chat: Chat, message: Message) -> None:
    """Its own messages anywhere, the other side's in a private chat; nothing older than 48 hours."""
    if chat.kind == "group" and message.sender_id != town.bot.id:
        raise bad_request("message can't be deleted")
    if town.clock() - message.date >= FORGETTING:
        raise bad_request("message can't be deleted for everyone")


def answer_callback_query(town: Town, call: Call) -> bool:
    text = call.text("text")
    if units(text) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    press = town.presses.get(call.text("callback_query_id"))
    if press is None or press.answered or town.clock() - press.at > PRESS_LIFE:
        raise bad_request(TOO_OLD)
    press.answered = True
    town.news.tell(
        "answer",
        chat_id=press.chat_id,
        person_id=press.person_id,
        message_id=press.message_id,
        press=press.id,
        text=text,
        show_alert=call.truth("show_alert"),
        url=call.text("url"),
    )
    return True
