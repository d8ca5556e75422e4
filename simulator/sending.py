"""What the bot sends: text, photos, documents, chat actions."""

from simulator.calls import Call, Upload
from simulator.chats import Chat
from simulator.entities import LONGEST_CAPTION, LONGEST_TEXT, formatted
from simulator.files import LARGEST_UPLOAD, StoredFile
from simulator.keyboards import read_markup
from simulator.telegram_html import units
from simulator.town import Town
from simulator.wire import Json, bad_request, forbidden

CHAT_ACTIONS = {
    *("typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice"),
    *("upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note"),
}


def reachable_chat(town: Town, call: Call) -> Chat:
    """The chat a call names, if the bot may write there."""
    if not call.text("chat_id"):
        raise bad_request("chat_id is empty")
    chat = town.chats.get(call.integer("chat_id"))
    if chat is None or chat.standing == "stranger":
        raise bad_request("chat not found")
    if chat.standing == "kicked":
        raise forbidden(
            "bot was blocked by the user" if chat.kind == "private" else "bot was kicked from the group chat"
        )
    if chat.standing == "left":
        raise forbidden("bot is not a member of the group chat")
    return chat


def send_message(town: Town, call: Call) -> Json:
    text, entities = formatted(call.text("text"), call.text("parse_mode"), call.text("entities"))
    check_text(text)
    return _send(town, call, {"text": text, **({"entities": entities} if entities else {})})


def send_photo(town: Town, call: Call) -> Json:
    caption = read_caption(call)
    reachable_chat(town, call)
    stored = _file(town, call, "photo")
    return _send(town, call, {"photo": stored.as_photo(), **caption})


def send_document(town: Town, call: Call) -> Json:
    caption = read_caption(call)
    reachable_chat(town, call)
    return _send(town, call, {"document": _file(town, call, "document").as_document(), **caption})


def send_chat_action(town: Town, call: Call) -> bool:
    action = call.text("action").lower()
    if action not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = reachable_chat(town, call)
    town.news.tell("action", chat_id=chat.id, action=action)
    return True


def check_text(text: str) -> None:
    if not text:
        raise bad_request("message text is empty")
    if units(text) > LONGEST_TEXT:
        raise bad_request("message is too long")


def read_caption(call: Call) -> Json:
    """`caption` and `caption_entities`, for a message's content; empty when there is no caption."""
    caption, entities = formatted(call.text("caption"), call.text("parse_mode"), call.text("caption_entities"))
    if units(caption) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    if not caption:
        return {}
    return {"caption": caption, **({"caption_entities": entities} if entities else {})}


def _send(town: Town, call: Call, content: Json) -> Json:
    chat = reachable_chat(town, call)
    markup = read_markup(call.text("reply_markup"), private=chat.kind == "private")
    reply_to = _replied(chat, call)
    town.limits.spend(chat.id)
    if call.truth("protect_content"):
        content["has_protected_content"] = True
    message = town.post(chat, town.bot.id, content, markup=markup, reply_to=reply_to)
    return town.telegram_message(message)


def _replied(chat: Chat, call: Call) -> int | None:
    """The message replied to; refused when it is gone and the call does not allow for that."""
    parameters = call.mapping("reply_parameters")
    message_id = int(parameters.get("message_id") or call.integer("reply_to_message_id"))
    if not message_id:
        return None
    if chat.find(message_id) is not None:
        return message_id
    if parameters.get("allow_sending_without_reply") or call.truth("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _file(town: Town, call: Call, name: str) -> StoredFile:
    """The file of a call: uploaded, attached under another name, or known by its id."""
    reference = call.text(name)
    upload = call.uploads.get(reference.removeprefix("attach://") if reference else name)
    if upload is not None:
        return _keep(town, name, upload)
    if not reference:
        raise bad_request(f"there is no {name} in the request")
    return _known(town, name, reference)


def _keep(town: Town, name: str, upload: Upload) -> StoredFile:
    if not upload.body:
        raise bad_request("file must be non-empty")
    if len(upload.body) > LARGEST_UPLOAD:
        raise bad_request("file is too big")
    if name == "photo":
        return town.files.keep_photo(upload.name, upload.body)
    return town.files.keep("documents", upload.name or name, upload.mime_type, upload.body)


def _known(town: Town, name: str, reference: str) -> StoredFile:
    stored = town.files.by_id.get(reference)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if name == "photo" and stored.folder != "photos":
        raise bad_request(f"can't use file of type {stored.folder.removesuffix('s').capitalize()} as Photo")
    return stored
