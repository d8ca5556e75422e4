"""Updates of every kind that the library knows, and much that Telegram never sent: what the webhook may be given."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from telegram import Message, Update

from tests.bot.bot_api import fields, made

ODD_IDS = (0, -1, 1, 2**31, -(2**31), 2**52, 2**53 + 1, -(10**15), 2**63, -(2**63), 10**30)
TEXTS = (
    *(
        "",
        " ",
        "x",
        "\n",
        "\u200b",
        "a\x00b",
        "\ufffd",
        "\u202eẩn số\u202c",
        "👩🏽‍⚕️👨‍👩‍👧‍👦",
        "﷽",
        "e\u0301\u0323",
        "12345",
        "-1",
        "<b>",
        "&lt;",
    ),
    *("{until}", "%s", "../..", "'; --", "x" * 4096, "Đ" * 5000, "🩺" * 2100, "Đăng nhập", "Trợ giúp", "Đổi mật khẩu"),
    *(
        "/start",
        "/START@trambot_demo_bot",
        "/start x",
        "/huy",
        "/menu",
        "/trogiup",
        "/language",
        "/khong_co",
        "/",
        "//",
    ),
)
"""None of them is a number, a code or a password that anybody has: whoever says them does nothing by it."""
OWN_WAY = 0.3
"""How much of the mail is from those who have something to choose from, and go on with what they do."""
NO_UPDATES = (
    *(
        b"",
        b"null",
        b"[]",
        b"{}",
        b"3",
        b'"x"',
        b"nonsense",
        b"\xff\xfe",
        b"\x00",
        b"[" * 100_000,
        b'{"update_id":' * 20_000,
    ),
    *(
        b'{"update_id": "x", "message": {}}',
        b'{"update_id": true}',
        b'{"update_id": 1.5}',
        b'{"update_id": NaN}',
        b"{" + b" " * 9000,
    ),
    *(b"update_id=5&message=x", "{“update_id”: 1}".encode(), '{"update_id": 1}'.encode("utf-16-be")[:-1]),
)
SHORT_TEXTS = [text for text in TEXTS if len(text) < 50]
HOLDS = {name: hint for name, hint, _ in fields(Update)}
"""What an update of a kind holds."""


@dataclass(frozen=True)
class Chatter:
    """Somebody whom updates are from: a user and the private chat of the same number."""

    id: int
    phone: str
    buttons: tuple[str, ...] = ()
    """What stands under the messages they see: for others to press."""
    labels: tuple[str, ...] = ()
    """What they may choose themselves without doing anything by it; a label that is typed is as good as pressed."""


@dataclass(frozen=True)
class Letter:
    """A body for the webhook. A sound one is what Telegram sends, if perhaps in a later year."""

    body: bytes
    what: str
    is_sound: bool


@dataclass
class Mailbag:
    """Makes letters that are from and about certain people; the same dice make the same letters."""

    dice: random.Random
    people: Sequence[Chatter]
    _scenes: list[tuple[str, str]] = field(default_factory=list)
    _number: int = 0

    def draw(self) -> Letter:
        """The next letter."""
        if self.dice.random() < 0.03:
            body = self.dice.choice(NO_UPDATES)
            return Letter(body, "no update", is_sound=False)
        goers = [who for who in self.people if who.labels]
        if goers and self.dice.random() < OWN_WAY:
            return self._own_way(self.dice.choice(goers))
        kind, content = self._scene()
        shape: dict[str, Any] = {"update_id": self._update_id(), kind: self._content(kind, content)}
        is_sound = True
        match self.dice.random():
            case chance if chance < 0.25:
                shape, is_sound = self._spoilt(shape), False
            case chance if chance < 0.35:
                self._of_a_later_year(shape, kind)
        return Letter(json.dumps(shape).encode(), f"{kind} {content}".strip(), is_sound)

    # What it is

    def _own_way(self, who: Chatter) -> Letter:
        """What somebody chooses, or says instead."""
        text = self.dice.choice(who.labels if self.dice.random() < 0.8 else [text for text in TEXTS if text])
        sender = {"id": who.id, "is_bot": False, "first_name": "Demo"}
        message = {"message_id": self._update_id(), "date": 1, "chat": {**sender, "type": "private"}, "from": sender}
        shape = {"update_id": self._update_id(), "message": message | {"text": text}}
        return Letter(json.dumps(shape).encode(), "message of somebody who goes on", is_sound=True)

    def _scene(self) -> tuple[str, str]:
        """Every kind of update, and every field of a message in every kind of message, before any comes again."""
        if not self._scenes:
            self._scenes = [*scenes()]
            self.dice.shuffle(self._scenes)
        return self._scenes.pop()

    def _update_id(self) -> int:
        """Mostly the next one; sometimes one that was there before, or one of another week."""
        self._number += 1
        match self.dice.random():
            case chance if chance < 0.03:
                return self.dice.randrange(self._number)
            case chance if chance < 0.06:
                return self.dice.randrange(2**31)
            case _:
                return 3_000_000 + self._number

    def _content(self, kind: str, content: str) -> Any:
        who = self.dice.choice(self.people)
        simple: dict[Any, Sequence[object]] = {int: [*ODD_IDS[:6], who.id, 7, 99], str: SHORT_TEXTS}
        shape = made(self.dice, HOLDS[kind], simple, wanted=content).to_dict()
        if kind == "callback_query":
            self._press(shape, who)
        elif "chat" in shape:
            shape["chat"] = self._chat(who)
        for sender in ("from", "user"):
            if sender in shape:
                shape[sender] = self._user(who)
        if kind == "message" and shape["chat"]["id"] == who.id:
            self._say(shape, who)
        return shape

    def _say(self, message: dict[str, Any], who: Chatter) -> None:
        """What somebody says for themselves harms nobody: an empty text, a contact of their own number."""
        if "text" in message:
            message["text"] = text = self.dice.choice(TEXTS)
            if text.startswith("/"):
                command = text.split()[0]
                message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(command)}]
        if message.get("contact", {}).get("user_id") == who.id:
            message["contact"]["phone_number"] = who.phone

    def _press(self, press: dict[str, Any], who: Chatter) -> None:
        """A press on a button of nobody's, or on one that stands in somebody else's chat."""
        other = self.dice.choice([one for one in self.people if one is not who])
        press["data"] = self.dice.choice([*other.buttons, "x", "", "đ" * 40, "\x00", "0" * 64])
        if "message" in press:
            press["message"]["chat"] = self._chat(self.dice.choice([who, other]))

    def _user(self, who: Chatter) -> dict[str, Any]:
        """Mostly that person; sometimes somebody nobody knows, a bot, or the anonymous admin."""
        odd = [{"id": id_, "is_bot": False, "first_name": "Lạ"} for id_ in ODD_IDS]
        odd.append({"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"})
        known = {
            "id": who.id,
            "is_bot": False,
            "first_name": "Demo",
            "language_code": self.dice.choice(["vi", "en", "xx"]),
        }
        return self.dice.choice(odd) if self.dice.random() < 0.1 else known

    def _chat(self, who: Chatter) -> dict[str, Any]:
        """Mostly that person's own; else a group, a channel, or one of a number that no chat has."""
        match self.dice.random():
            case chance if chance < 0.6:
                return {"id": who.id, "type": "private", "first_name": "Demo"}
            case chance if chance < 0.8:
                kind = self.dice.choice(["group", "supergroup", "channel", "sender", "hologram"])
                return {"id": self.dice.choice([-1001, -1000000001234, who.id]), "type": kind, "title": "Trạm"}
            case _:
                return {"id": self.dice.choice(ODD_IDS), "type": self.dice.choice(["private", "group", "channel"])}

    # How it is spoilt

    def _of_a_later_year(self, shape: dict[str, Any], kind: str) -> None:
        """With fields, and of a kind, that the library does not know yet."""
        for place in self.dice.sample(places := [*objects(shape)], min(2, len(places))):
            place["holo_mood"] = self.dice.choice([7, "x", None, [], {"holo": {"chat": {"id": 1}}}])
        if self.dice.random() < 0.3:
            shape["hologram"] = shape.pop(kind)

    def _spoilt(self, shape: dict[str, Any]) -> dict[str, Any]:
        """With one thing missing, or of another kind, size or depth."""
        place = self.dice.choice([one for one in objects(shape) if one])
        name = self.dice.choice([*place])
        match self.dice.randrange(4):
            case 0:
                del place[name]
            case 1:
                place[name] = self.dice.choice([None, True, 0, 1.5, "", "x", [], {}, [[]], [None], {"id": []}])
            case 2:
                place[name] = self.dice.choice([*ODD_IDS, float("nan"), float("inf"), 1e308, "\ud800", "đ" * 70_000])
            case _:
                place[name] = {name: {name: place[name]}}
        shape.setdefault("update_id", self._update_id())
        return shape


def scenes() -> Iterator[tuple[str, str]]:
    """(kind of update, field of its message); private messages more often."""
    contents = [name for name, _, is_needed in fields(Message) if not is_needed]
    for kind in Update.ALL_TYPES:
        if HOLDS[kind] is Message:
            yield from ((str(kind), content) for content in contents)
        else:
            yield from [(str(kind), "")] * 20
    yield from (("message", content) for content in [*contents, *["text"] * 60, *["contact"] * 20])


def objects(shape: Any) -> Iterator[dict[str, Any]]:
    """Every object in some JSON."""
    match shape:
        case dict():
            yield shape
            for inner in shape.values():
                yield from objects(inner)
        case list():
            for inner in shape:
                yield from objects(inner)
