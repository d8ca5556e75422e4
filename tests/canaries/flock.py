"""The canaries: an unmistakable value for every input, and the few places where some of them are meant to be."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

OWN_PERSON = "its own person is told it"
ADDRESS = "an SMS goes to a number"
WAY_IN = "shown once, in the answer that gives it"
ALLOWED: Mapping[str, Mapping[str, str]] = {
    "username": {
        "postgres": "accounts are found by it",
        "wal": "accounts are found by it",
        "telegram": OWN_PERSON,
    },
    "api username": {
        "postgres": "accounts are found by it",
        "wal": "accounts are found by it",
        "answers": OWN_PERSON,
    },
    "unknown username": {"telegram": OWN_PERSON},
    "field name": {"error answers": "its sender is told which field there is not, if it looks like a field's name"},
    "full name": {"telegram": OWN_PERSON, "answers": OWN_PERSON},
    "phone typed": {"sms": ADDRESS, "telegram": "shown so that a mistake can be mended before the SMS"},
    "api phone": {"sms": ADDRESS},
    "idempotency key": {
        "postgres": "an effect is found by it; the caller makes it, of nothing",
        "wal": "an effect is found by it; the caller makes it, of nothing",
    },
    "sign-in token": {"answers": WAY_IN},
    "session token": {"answers": WAY_IN},
    "code sent": {"sms": "that is its way"},
}
"""Canary, kind of artefact, reason. Everything else is a leak wherever it is found."""

INPUTS: Mapping[str, str] = {
    # at the door
    "username": "{mark}.user",
    "api username": "{mark}.api",
    "unknown username": "{mark}.nobody",
    "impossible username": "{mark} không ai tên thế",
    "password": "Lúa chín {mark} vàng đồng",
    "wrong password": "Sai bét {mark} mất rồi",
    "new password": "Mạ non {mark} rì rào ạ",
    "refused new password": "Trùng {mark}.user đấy nhé",
    "wrong current password": "Không phải {mark} đâu",
    "password in the wrong place": "Gõ nhầm {mark} chỗ này",
    "wrong captcha": "{mark}ẩ",
    "full name": "Đỗ Thị {mark} Yến",
    # over HTTP
    "idempotency key": "{mark}-idempotency-key",
    "looked-up key": "{mark}-looked-up-key",
    "bad key": "{mark} ế",
    "field name": "{mark}_field",
    "field value": "{mark} trường lạ",
    "nested value": "{mark} lồng nhau",
    "path": "{mark}-path",
    "path parameter": "{mark}-uuid",
    "query": "{mark}-query",
    "cursor": "{mark}-cursor",
    "forwarded for": "{mark}.forwarded.example",
    "user agent": "{mark}-agent/1.0",
    "accept language": "{mark}-lang",
    "chat header": "{mark}-chat",
    "wrong service key": "{mark}-wrong-service-key-0123456789",
    "wrong token": "{mark}-wrong-token",
    "basic auth": "{mark}:basic",
    "cookie": "{mark}-cookie",
    "content type": "{mark}/type",
    "broken body": "{mark} thân hỏng",
    # in Telegram
    "first name": "Chim {mark} Họ",
    "last name": "Chim {mark} Tên",
    "telegram username": "{mark}_telegram",
    "start payload": "{mark}-payload",
    "unknown command": "{mark}_command",
    "small talk": "Chào {mark} nhé",
    "contact name": "Danh bạ {mark}",
    "vcard": "BEGIN:VCARD {mark} END:VCARD",
    "phone nonsense": "số {mark}",
    "file name": "{mark} danh sách.xlsx",
    "caption": "Kèm {mark} đây",
    "file body": "Ruột {mark} tệp",
    "edited text": "Sửa {mark} lại",
    "callback data": "{mark}-callback",
    "group title": "Nhóm {mark} trạm",
    "inline query": "Tìm {mark} gì",
    "unreadable update": "Lạ {mark} lùng",
    "wrong webhook secret": "{mark}-wrong-webhook-secret-0123456789",
    # what only processes know
    "service key": "{mark}-service-key-0123456789-0123456789",
    "sms key": "{mark}-sms-key",
    "bot token": "700000024:{mark}-bot-token",
    "webhook secret": "{mark}-webhook-secret-0123456789-0123456789",
    "journal key": "{mark}-journal",
    "sealing key": "{mark}-sealing",
    "digest key": "{mark}-digest",
}


@dataclass(frozen=True)
class Canary:
    """A value, and by what name its place was."""

    name: str
    value: str

    def may_be_in(self, kind: str) -> bool:
        return kind in ALLOWED.get(self.name, {})


@dataclass
class Flock:
    """All canaries of a run. Most carry its mark; codes, phones and tokens cannot."""

    mark: str
    marked: list[Canary] = field(default_factory=list)
    others: list[Canary] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.marked = [Canary(name, value.format(mark=self.mark)) for name, value in INPUTS.items()]

    def __getitem__(self, name: str) -> str:
        """The value that goes in at that place."""
        return next(canary.value for canary in self if canary.name == name)

    def __iter__(self) -> Iterator[Canary]:
        yield from self.marked
        yield from self.others

    def __len__(self) -> int:
        return len(self.marked) + len(self.others)

    def key(self, name: str) -> str:
        """A key of 32 bytes, in base64, as settings have it."""
        return base64.b64encode(self[name].encode().ljust(32, b"=")).decode()

    def add(self, name: str, value: str) -> str:
        """One more, that cannot carry the mark."""
        self.others.append(Canary(name, value))
        return value

    def phone(self, name: str, digits: str) -> str:
        """A number in E.164 of nine digits; however it is written, they are in it, together or in threes."""
        self.add(name, digits)
        self.add(name, f"{digits[:3]} {digits[3:6]} {digits[6:]}")
        return f"+84{digits}"
