"""Telegram's HTML: text with tags into text with entities, refused with Telegram's own words.

Offsets and lengths of entities count UTF-16 code units; offsets in refusals count bytes of UTF-8.
"""

import re
from dataclasses import dataclass, field
from html import unescape

from simulator.wire import BotApiError, Json, bad_request

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
# Only these names are decoded; anything else stays as it was typed.
REFERENCE = re.compile(r"&(?:#x[0-9a-fA-F]{1,6}|#[0-9]{1,7}|lt|gt|amp|quot);?")
NAME = re.compile(r"[^\s=>/\"']+")
TOKEN = re.compile(r"[A-Za-z0-9.-]*")
SPACES = re.compile(r"\s*")
PLAIN = re.compile(r"[^<&]+")


def units(text: str) -> int:
    """Length in UTF-16 code units, the way Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass
class Open:
    """A tag that waits for its end."""

    tag: str
    begin: int  # place in the source
    offset: int  # UTF-16 units of the text before it
    attributes: dict[str, str]


@dataclass
class Parser:
    """One pass over a source."""

    source: str
    text: str = ""
    offset: int = 0
    place: int = 0
    entities: list[Json] = field(default_factory=list)
    opened: list[Open] = field(default_factory=list)

    def parse(self) -> tuple[str, list[Json]]:
        while self.place < len(self.source):
            character = self.source[self.place]
            if character == "&":
                self._reference()
            elif character == "<":
                self._tag()
            else:
                piece, end = self._taken(PLAIN, self.place)
                self._plain(piece, end - self.place)
        if self.opened:
            raise self._wrong(f'Can\'t find end tag corresponding to start tag "{self.opened[-1].tag}"')
        return self.text, sorted(self.entities, key=lambda each: (each["offset"], -each["length"]))

    def _plain(self, piece: str, taken: int) -> None:
        self.text += piece
        self.offset += units(piece)
        self.place += taken

    def _reference(self) -> None:
        match = REFERENCE.match(self.source, self.place)
        if match is None:
            return self._plain("&", 1)
        decoded = unescape(match[0] if match[0].endswith(";") else match[0] + ";")
        if "\ud800" <= decoded <= "\udfff" or decoded == "\ufffd":
            raise self._wrong(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return self._plain(decoded, len(match[0]))

    def _tag(self) -> None:
        begin = self.place
        end = self.source.find(">", begin)
        if self.source.startswith("</", begin):
            self._end_tag(begin, end)
        else:
            self._start_tag(begin)

    def _start_tag(self, begin: int) -> None:
        name = re.compile(r"[^\s>]*").match(self.source, begin + 1)
        tag = name[0].lower() if name else ""
        if begin + 1 + len(tag) >= len(self.source):
            raise self._wrong("Unclosed start tag", begin)
        if tag not in TAGS:
            raise self._wrong(f'Unsupported start tag "{tag}"', begin)
        attributes, self.place = self._attributes(tag, begin, begin + 1 + len(tag))
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self._wrong('Tag "span" must have class "tg-spoiler"', begin)
        self.opened.append(Open(tag, begin, self.offset, attributes))

    def _attributes(self, tag: str, begin: int, place: int) -> tuple[dict[str, str], int]:
        found: dict[str, str] = {}
        while True:
            place = self._after_spaces(place)
            if place == len(self.source):
                raise self._wrong(f'Unclosed start tag "{tag}"', begin)
            if self.source[place] == ">":
                return found, place + 1
            name, place = self._taken(NAME, place)
            if not name:
                raise self._wrong(f'Empty attribute name in the tag "{tag}"', begin)
            value, place = self._value(tag, begin, place)
            found[name.lower()] = value

    def _value(self, tag: str, begin: int, place: int) -> tuple[str, int]:
        """The value after an attribute's name, empty without one, and the place behind it."""
        equals = self._after_spaces(place)
        if not self.source.startswith("=", equals):
            return "", place
        place = self._after_spaces(equals + 1)
        if place == len(self.source):
            raise self._wrong(f'Unclosed start tag "{tag}"', begin)
        quote = self.source[place]
        if quote in "\"'":
            end = self.source.find(quote, place + 1)
            if end < 0 or end + 1 == len(self.source):
                raise self._wrong("Unclosed start tag", begin)
            return unescape(self.source[place + 1 : end]), end + 1
        value, end = self._taken(TOKEN, place)
        if end == len(self.source) or not (self.source[end].isspace() or self.source[end] == ">"):
            raise self._wrong("Unexpected end of name token", place)
        return value.lower(), end

    def _after_spaces(self, place: int) -> int:
        return self._taken(SPACES, place)[1]

    def _taken(self, pattern: re.Pattern[str], place: int) -> tuple[str, int]:
        match = pattern.match(self.source, place)
        return (match[0], match.end()) if match else ("", place)

    def _end_tag(self, begin: int, end: int) -> None:
        if not self.opened:
            raise self._wrong("Unexpected end tag", begin)
        if end < 0:
            raise self._wrong("Unclosed end tag", begin)
        tag = self.source[begin + 2 : end].strip().lower()
        opened = self.opened.pop()
        if tag not in ("", opened.tag):
            raise self._wrong("Unmatched end tag", begin, f', expected "</{opened.tag}>", found "</{tag}>"')
        self.place = end + 1
        self._close(opened)

    def _close(self, opened: Open) -> None:
        length = self.offset - opened.offset
        if length == 0:
            return
        entity: Json = {"type": TAGS[opened.tag], "offset": opened.offset, "length": length}
        if opened.tag == "a":
            self._link(entity, opened.attributes)
        elif opened.tag == "code":
            self._code(entity, opened.attributes)
        elif opened.tag == "tg-emoji":
            entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
            self.entities.append(entity)
        elif opened.tag == "blockquote" and "expandable" in opened.attributes:
            self.entities.append(entity | {"type": "expandable_blockquote"})
        elif opened.tag == "pre":
            self._pre(entity)
        else:
            self.entities.append(entity)

    def _link(self, entity: Json, attributes: dict[str, str]) -> None:
        address = attributes.get("href") or slice_units(self.text, entity["offset"], entity["length"])
        if re.match(r"(?:https?|tg|tel|mailto):", address, re.IGNORECASE):
            self.entities.append(entity | {"url": address})
        elif re.fullmatch(r"[\w-]+(\.[\w-]+)+(/\S*)?", address):
            self.entities.append(entity | {"url": f"http://{address}/"})
        # Anything else Telegram shows as plain text.

    def _code(self, entity: Json, attributes: dict[str, str]) -> None:
        language = attributes.get("class", "")
        inside_pre = bool(self.opened) and self.opened[-1].tag == "pre"
        if inside_pre and language.startswith("language-"):
            entity |= {"type": "pre", "language": language.removeprefix("language-")}
        self.entities.append(entity)

    def _pre(self, entity: Json) -> None:
        last = self.entities[-1] if self.entities else {}
        same = (last.get("offset"), last.get("length")) == (entity["offset"], entity["length"])
        if not (same and last.get("type") in ("pre", "code")):
            self.entities.append(entity)
        elif last["type"] == "code":
            last["type"] = "pre"

    def _wrong(self, why: str, place: int | None = None, more: str = "") -> BotApiError:
        where = "" if place is None else f" at byte offset {len(self.source[:place].encode())}"
        return bad_request(f"can't parse entities: {why}{where}{more}")


def slice_units(text: str, offset: int, length: int) -> str:
    """The piece of a text that an entity covers."""
    raw = text.encode("utf-16-le")
    return raw[2 * offset : 2 * (offset + length)].decode("utf-16-le")


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Text and entities of Telegram's HTML; 400 «can't parse entities: …» where it is not."""
    return Parser(source).parse()
