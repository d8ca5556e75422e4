"""The town: one bot, its people, their chats, and everything that is kept about them."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from secrets import token_hex

from simulator.chats import Chat, Keyboard, Message
from simulator.faults import Faults
from simulator.files import Files
from simulator.limits import Limits
from simulator.news import News
from simulator.people import Person
from simulator.record import Record
from simulator.sms import SmsGateway
from simulator.updates import Update, Updates
from simulator.wire import Impossible, Json


@dataclass
class Bot:
    """The bot's account, as BotFather would keep it."""

    id: int
    username: str
    first_name: str
    commands: dict[str, list[Json]] = field(default_factory=dict)  # by scope, chat and language
    menu_button: Json = field(default_factory=lambda: {"type": "default"})

    def as_user(self) -> Json:
        return {"id": self.id, "is_bot": True, "first_name": self.first_name, "username": self.username}


@dataclass
class Press:
    """A pressed inline button that waits for its answer."""

    id: str
    person_id: int
    chat_id: int
    message_id: int
    at: float
    answered: bool = False


class Town:
    """Everything there is; nothing in here waits for anything, so each change happens at once."""

    def __init__(self, bot: Bot, people: Iterable[Person] = (), *, clock: Callable[[], float] = time.time) -> None:
        self.bot = bot
        self.clock = clock
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.last_message_id = 0
        self.news = News()
        self.files = Files()
        self.updates = Updates(clock, on_taken=self._taken)
        self.faults = Faults(lambda faults: self.news.tell("faults", faults=[fault.as_json() for fault in faults]))
        self.limits = Limits(clock)
        self.record = Record()
        self.sms = SmsGateway()
        for person in people:
            self.settle(person)

    # People and chats

    def settle(self, person: Person) -> Person:
        """Let a person move in, with a chat in which nobody has spoken yet."""
        self.people[person.id] = person
        self.chats.setdefault(person.id, Chat(person.id, title=person.name, members=[person.id]))
        self.news.tell("person", person=person.as_json(), chat=self.chat_shown(self.chats[person.id]))
        return person

    def person(self, person_id: int) -> Person:
        if person_id not in self.people:
            raise Impossible(f"nobody here has the id {person_id}")
        return self.people[person_id]

    def chat_of(self, person_id: int, chat_id: int | None = None) -> Chat:
        """A chat this person is in; their talk with the bot when none is named."""
        self.person(person_id)
        chat = self.chats.get(person_id if chat_id is None else chat_id)
        if chat is None or person_id not in chat.members:
            raise Impossible(f"{person_id} is in no chat {chat_id}")
        return chat

    def found_group(self, title: str, members: list[int]) -> Chat:
        """A new basic group, the bot not in it yet."""
        for member in members:
            self.person(member)
        chat_id = min([0, *self.chats]) - 1001
        group = self.chats[chat_id] = Chat(chat_id, "group", title, list(members), "left")
        self.news.tell("chat", chat=self.chat_shown(group))
        return group

    # Messages

    def post(
        self,
        chat: Chat,
        sender_id: int,
        content: Json,
        *,
        markup: Json | None = None,
        reply_to: int | None = None,
    ) -> Message:
        """Put a message into a chat and let everybody see it."""
        self.last_message_id += 1
        message = Message(self.last_message_id, chat.id, sender_id, int(self.clock()), content, markup, reply_to)
        chat.messages[message.id] = message
        if markup is not None:
            self._lay_keyboard(chat, message, markup)
        self.news.tell("message", chat_id=chat.id, message=self.shown(message))
        return message

    def _lay_keyboard(self, chat: Chat, message: Message, markup: Json) -> None:
        if "keyboard" in markup or markup.get("force_reply"):
            self.set_keyboard(chat, Keyboard(message.id, markup))
        elif markup.get("remove_keyboard"):
            self.set_keyboard(chat, None)

    def set_keyboard(self, chat: Chat, keyboard: Keyboard | None) -> None:
        if keyboard is None and chat.keyboard is None:
            return
        chat.keyboard = keyboard
        self.news.tell("keyboard", chat_id=chat.id, keyboard=vars(keyboard) if keyboard else None)

    def fold_keyboard(self, chat: Chat, *, hidden: bool = True) -> None:
        """Fold a one-time keyboard away after its use, or unfold it."""
        if chat.keyboard is not None:
            self.set_keyboard(chat, Keyboard(chat.keyboard.message_id, chat.keyboard.markup, hidden))

    def change(self, message: Message, *, content: Json, markup: Json | None, edited: bool = True) -> None:
        """Give a message new content; a change of buttons alone leaves no «edited» mark."""
        message.content, message.markup = content, markup
        if edited:
            message.edit_date = int(self.clock())
        self.news.tell("edited", chat_id=message.chat_id, message=self.shown(message))

    def delete(self, chat: Chat, messages: list[Message]) -> None:
        """Delete messages for everybody; a keyboard goes with the message that brought it."""
        for message in messages:
            message.deleted = True
            if chat.keyboard and chat.keyboard.message_id == message.id:
                self.set_keyboard(chat, None)
        self.news.tell("deleted", chat_id=chat.id, message_ids=[message.id for message in messages])

    def _taken(self, update: Update) -> None:
        """The bot has acknowledged an update; its message gets the second tick."""
        chat = self.chats.get(update.chat_id)
        message = chat.messages.get(update.content.get("message_id", 0)) if chat else None
        if message is not None and update.kind == "message" and not message.taken:
            message.taken = True
            self.news.tell("taken", chat_id=message.chat_id, message_id=message.id)

    # How things look from outside

    def user(self, user_id: int) -> Json:
        return self.bot.as_user() if user_id == self.bot.id else self.people[user_id].as_user()

    def chat_shape(self, chat: Chat) -> Json:
        """Telegram's Chat."""
        if chat.kind == "group":
            return {"id": chat.id, "type": "group", "title": chat.title, "all_members_are_administrators": True}
        person = self.people[chat.id]
        names = {"first_name": person.first_name, "last_name": person.last_name, "username": person.username}
        return {"id": chat.id, "type": "private", **{key: value for key, value in names.items() if value}}

    def telegram_message(self, message: Message, *, with_reply: bool = True) -> Json:
        """Telegram's Message, as the bot is given it."""
        chat = self.chats[message.chat_id]
        shape: Json = {
            "message_id": message.id,
            "from": self.user(message.sender_id),
            "chat": self.chat_shape(chat),
            "date": message.date,
            **message.content,
        }
        if message.edit_date is not None:
            shape["edit_date"] = message.edit_date
        if message.inline_keyboard:
            shape["reply_markup"] = {"inline_keyboard": message.inline_keyboard}
        replied = chat.find(message.reply_to) if with_reply and message.reply_to else None
        if replied is not None:
            shape["reply_to_message"] = self.telegram_message(replied, with_reply=False)
        return shape

    def shown(self, message: Message) -> Json:
        """A message as the people in the chat see it."""
        return self.telegram_message(message) | {
            "by_bot": message.sender_id == self.bot.id,
            "deleted": message.deleted,
            "taken": message.taken,
        }

    def chat_shown(self, chat: Chat) -> Json:
        """A chat as its people see it, all messages included."""
        return {
            "id": chat.id,
            "kind": chat.kind,
            "title": chat.title,
            "members": chat.members,
            "standing": chat.standing,
            "keyboard": vars(chat.keyboard) if chat.keyboard else None,
            "messages": [self.shown(message) for message in chat.messages.values()],
        }

    # Presses

    def open_press(self, person_id: int, chat: Chat, message_id: int) -> Press:
        press = Press(token_hex(9), person_id, chat.id, message_id, self.clock())
        self.presses[press.id] = press
        return press
