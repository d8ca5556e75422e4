"""What people attach: pictures, documents, stickers, voices, places, contacts."""

from base64 import b64decode
from binascii import Error as NotBase64
from secrets import token_urlsafe

from simulator.acts import caption_content, contact_of, post, share_own_contact
from simulator.chats import Chat, Message
from simulator.files import LARGEST_UPLOAD
from simulator.people import Person
from simulator.town import Town
from simulator.wire import BotApiError, Impossible, Json

STICKERS = ("👋", "👍", "❤️", "😂", "🙏", "🎉")
HO_CHI_MINH_CITY = (10.7769, 106.7009)


def attach(town: Town, person: Person, chat: Chat, order: Json) -> Message:
    """Send what `order["kind"]` names; Impossible when there is no such thing."""
    makers = {
        "photo": photo,
        "document": document,
        "voice": voice,
        "sticker": sticker,
        "location": location,
    }
    make = makers.get(str(order.get("kind")))
    if make is None:
        raise Impossible(f"nobody can attach {order.get('kind')!r}")
    return post(town, person, chat, make(town, order))


def body_of(order: Json) -> bytes:
    """The file's bytes, sent as base64 in `data`."""
    try:
        body = b64decode(str(order.get("data", "")), validate=True)
    except NotBase64 as error:
        raise Impossible("the file's data is not base64") from error
    if not body or len(body) > LARGEST_UPLOAD:
        raise Impossible("the file is empty or too big")
    return body


def photo(town: Town, order: Json) -> Json:
    try:
        stored = town.files.keep_photo(str(order.get("name", "photo.jpg")), body_of(order))
    except BotApiError as error:
        raise Impossible(error.description) from error
    return {"photo": stored.as_photo(), **caption_content(str(order.get("caption", "")))}


def document(town: Town, order: Json) -> Json:
    name, kind = str(order.get("name", "document")), str(order.get("mime_type", ""))
    stored = town.files.keep("documents", name, kind, body_of(order))
    return {"document": stored.as_document(), **caption_content(str(order.get("caption", "")))}


def voice(town: Town, order: Json) -> Json:
    body = body_of(order) if order.get("data") else b"OggS"
    stored = town.files.keep("voice", "voice.oga", "audio/ogg", body)
    return {"voice": stored.as_file() | {"duration": int(order.get("duration", 3)), "mime_type": "audio/ogg"}}


def sticker(town: Town, order: Json) -> Json:
    emoji = str(order.get("emoji") or STICKERS[0])
    return {
        "sticker": {
            "file_id": f"CAACAgUAAxk{token_urlsafe(30)}",
            "file_unique_id": f"AgAD{token_urlsafe(8)}",
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": emoji,
            "set_name": "HotCherry",
        }
    }


def location(town: Town, order: Json) -> Json:
    latitude, longitude = HO_CHI_MINH_CITY
    return {
        "location": {
            "latitude": float(order.get("latitude", latitude)),
            "longitude": float(order.get("longitude", longitude)),
        }
    }


def share_contact(town: Town, person: Person, chat: Chat, order: Json) -> Message:
    """Share a contact: one's own, another's (`of`), another's own one forwarded, or one without a user id."""
    kind = order.get("kind", "own")
    if kind == "own":
        return share_own_contact(town, person, chat, plus=bool(order.get("plus")))
    if kind == "no_user_id":
        return post(town, person, chat, {"contact": contact_of(_other(town, person, order), with_user_id=False)})
    other = _other(town, person, order)
    if kind == "other":
        return post(town, person, chat, {"contact": contact_of(other)})
    if kind == "forwarded":
        origin = {"type": "user", "sender_user": other.as_user(), "date": int(town.clock())}
        return post(town, person, chat, {"contact": contact_of(other), "forward_origin": origin})
    raise Impossible(f"nobody can share a contact {kind!r}")


def _other(town: Town, person: Person, order: Json) -> Person:
    return town.person(int(order.get("of") or person.id))
