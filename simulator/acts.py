"""What people do with a phone in the hand, and the updates the bot gets from it."""

from simulator.chats import Chat, Message, Standing
from simulator.entities import LONGEST_TEXT, commands_in, with_found
from simulator.people import Person
from simulator.telegram_html import units
from simulator.town import Press, Town
from simulator.wire import Impossible, Json


def say(town: Town, person: Person, chat: Chat, text: str, *, reply_to: int | None = None) -> list[Message]:
    """Say something; a text too long for one message goes as several, as clients do."""
    bare = text.strip()
    if not bare:
        raise Impossible("there is nothing to send")
    fold_if_pressed(town, chat, bare)
    return [post(town, person, chat, text_content(piece), reply_to=reply_to) for piece in pieces(bare)]


def text_content(text: str) -> Json:
    entities = with_found(text, [])
    return {"text": text, **({"entities": entities} if entities else {})}


def pieces(text: str) -> list[str]:
    """Cut at a white space where there is one near the end of a full message."""
    found = []
    while units(text) > LONGEST_TEXT:
        head = text.encode("utf-16-le")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")
        space = max(head.rfind("\n"), head.rfind(" "))
        cut = space if space > len(head) // 2 else len(head)
        found.append(text[:cut].strip())
        text = text[cut:].strip()
    return [*found, text]


def fold_if_pressed(town: Town, chat: Chat, text: str) -> None:
    """A one-time keyboard folds away once one of its buttons is used; a forced reply is over after the answer."""
    keyboard = chat.keyboard
    if keyboard is None:
        return
    if keyboard.markup.get("force_reply"):
        town.set_keyboard(chat, None)
        return
    labels = [button["text"].strip() for row in keyboard.markup["keyboard"] for button in row]
    if keyboard.markup.get("one_time_keyboard") and text in labels:
        town.fold_keyboard(chat)


def post(town: Town, person: Person, chat: Chat, content: Json, *, reply_to: int | None = None) -> Message:
    """Put a person's message into a chat and tell the bot of it, if it is the bot's to know."""
    check_may_write(town, person, chat)
    message = town.post(chat, person.id, content, reply_to=reply_to)
    if chat.standing == "member" and bot_hears(town, chat, message):
        town.updates.add("message", town.telegram_message(message), chat.id)
    return message


def check_may_write(town: Town, person: Person, chat: Chat) -> None:
    if chat.kind == "private" and chat.standing == "kicked":
        raise Impossible(f"{person.name} has blocked the bot; unblock it first")
    if chat.standing == "stranger":
        chat.standing = "member"
        town.news.tell("standing", chat_id=chat.id, standing=chat.standing)


def bot_hears(town: Town, chat: Chat, message: Message) -> bool:
    """In a group, with privacy mode on: commands to it or to nobody, and replies to what it said."""
    if chat.kind == "private" or "new_chat_members" in message.content:
        return True
    replied = chat.find(message.reply_to) if message.reply_to else None
    if replied is not None and replied.sender_id == town.bot.id:
        return True
    commands = commands_in(message.content.get("text", ""), message.content.get("entities", []))
    return any("@" not in each or each.endswith(f"@{town.bot.username}") for each in commands)


def press(town: Town, person: Person, chat: Chat, message_id: int, data: str, *, forged: bool = False) -> Press:
    """Press an inline button. A modified client may send any data, for a message that is gone too: `forged`."""
    message = chat.messages.get(message_id)
    if message is None:
        raise Impossible(f"there is no message {message_id}")
    if not forged and (message.deleted or data not in callback_data(message)):
        raise Impossible("there is no such button")
    check_may_write(town, person, chat)
    pressed = town.open_press(person.id, chat, message_id)
    content: Json = {
        "id": pressed.id,
        "from": person.as_user(),
        "message": _pressed_message(town, chat, message),
        "chat_instance": str(-(10**18) - chat.id),
        "data": data,
    }
    town.news.tell("pressed", chat_id=chat.id, person_id=person.id, message_id=message_id, press=pressed.id)
    town.updates.add("callback_query", content, chat.id)
    return pressed


def callback_data(message: Message) -> list[str]:
    return [button.get("callback_data", "") for row in message.inline_keyboard for button in row]


def _pressed_message(town: Town, chat: Chat, message: Message) -> Json:
    """The message of a press; of one that is gone only where it was (InaccessibleMessage)."""
    if message.deleted:
        return {"chat": town.chat_shape(chat), "message_id": message.id, "date": 0}
    return town.telegram_message(message)


def contact_of(person: Person, *, plus: bool = False, with_user_id: bool = True) -> Json:
    """Telegram's Contact. Clients differ: most leave the + out, some put it in."""
    if not person.phone:
        raise Impossible(f"{person.name} has no phone number")
    contact: Json = {
        "phone_number": person.phone if plus else person.phone.removeprefix("+"),
        "first_name": person.first_name,
    }
    if person.last_name:
        contact["last_name"] = person.last_name
    if with_user_id:
        contact["user_id"] = person.id
    return contact


def share_own_contact(town: Town, person: Person, chat: Chat, *, plus: bool = False) -> Message:
    """One's own number: through the keyboard's button when it offers one, else from the attach menu."""
    contact = contact_of(person, plus=plus)
    keyboard = chat.keyboard
    asked = keyboard is not None and any(
        button.get("request_contact") for row in keyboard.markup.get("keyboard", []) for button in row
    )
    # Clients answer the message that brought the keyboard.
    reply_to = keyboard.message_id if keyboard is not None and asked else None
    if asked and keyboard is not None and keyboard.markup.get("one_time_keyboard"):
        town.fold_keyboard(chat)
    return post(town, person, chat, {"contact": contact}, reply_to=reply_to)


def edit(town: Town, person: Person, chat: Chat, message_id: int, text: str) -> Message:
    """Edit one's own text."""
    message = chat.find(message_id)
    if message is None or message.sender_id != person.id or "text" not in message.content:
        raise Impossible("only one's own text messages can be edited")
    if "forward_origin" in message.content:
        raise Impossible("a forwarded message cannot be edited")
    if text.strip() == message.text:
        raise Impossible("the text is the same")
    town.change(message, content=text_content(text.strip()), markup=None)
    if chat.standing == "member" and bot_hears(town, chat, message):
        town.updates.add("edited_message", town.telegram_message(message), chat.id)
    return message


def forward(town: Town, person: Person, source: Chat, message_id: int, target: Chat) -> Message:
    """Forward a message, with where it came from."""
    message = source.find(message_id)
    if message is None:
        raise Impossible(f"there is no message {message_id}")
    if message.content.get("has_protected_content"):
        raise Impossible("this message may not be forwarded")
    origin = message.content.get("forward_origin") or {
        "type": "user",
        "sender_user": town.user(message.sender_id),
        "date": message.date,
    }
    return post(town, person, target, message.content | {"forward_origin": origin})


def delete(town: Town, person: Person, chat: Chat, message_id: int) -> None:
    """Delete a message for both sides; the bot hears nothing of it."""
    message = chat.find(message_id)
    if message is None or (chat.kind == "group" and message.sender_id != person.id):
        raise Impossible("there is nothing to delete")
    town.delete(chat, [message])


def block(town: Town, person: Person) -> None:
    _change_standing(town, person, town.chat_of(person.id), "kicked")


def unblock(town: Town, person: Person) -> None:
    _change_standing(town, person, town.chat_of(person.id), "member")


def add_bot(town: Town, person: Person, group: Chat) -> Message:
    """Add the bot to a group: it becomes a member, and a service message says so."""
    _change_standing(town, person, group, "member")
    newcomer = town.bot.as_user()
    content = {"new_chat_members": [newcomer], "new_chat_member": newcomer, "new_chat_participant": newcomer}
    return post(town, person, group, content)


def remove_bot(town: Town, person: Person, group: Chat) -> None:
    """Throw the bot out of a group."""
    town.post(group, person.id, {"left_chat_member": town.bot.as_user()})
    _change_standing(town, person, group, "kicked")


def bot_leaves(town: Town, group: Chat) -> None:
    """The bot goes by itself."""
    town.post(group, town.bot.id, {"left_chat_member": town.bot.as_user()})
    _change_standing(town, None, group, "left")


def _change_standing(town: Town, person: Person | None, chat: Chat, standing: Standing) -> None:
    """Tell the bot what it has become in a chat; nothing is told when nothing changed."""
    before = chat.standing
    if before == standing:
        return
    chat.standing = standing
    town.news.tell("standing", chat_id=chat.id, standing=standing)
    if before == "stranger" and standing == "member":
        return
    who = person.as_user() if person else town.bot.as_user()
    content = {
        "chat": town.chat_shape(chat),
        "from": who,
        "date": int(town.clock()),
        "old_chat_member": _chat_member(town, before),
        "new_chat_member": _chat_member(town, standing),
    }
    town.updates.add("my_chat_member", content, chat.id)


def _chat_member(town: Town, standing: Standing) -> Json:
    status = "left" if standing == "stranger" else standing
    member: Json = {"user": town.bot.as_user(), "status": status}
    if status == "kicked":
        member["until_date"] = 0
    return member


def caption_content(caption: str) -> Json:
    bare = caption.strip()
    if not bare:
        return {}
    entities = with_found(bare, [])
    return {"caption": bare, **({"caption_entities": entities} if entities else {})}
