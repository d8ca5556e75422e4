"""Formatted text: parse modes, given entities, and the ones Telegram finds by itself."""

import json
import re

from simulator.telegram_html import parse_html, slice_units, units
from simulator.wire import Json, bad_request

LONGEST_TEXT = 4096  # UTF-16 units, after parsing
LONGEST_CAPTION = 1024

# What Telegram marks without being asked, in this order of preference.
FOUND = {
    "url": re.compile(
        r"\bhttps?://[^\s<>\"«»]+[^\s<>\"«».,;:!?)'’]"
        r"|\b(?:[a-z0-9][a-z0-9-]*\.)+(?:vn|com|org|net|gov|edu|io|me|info)\b(?:/[^\s<>\"«»]*[^\s<>\"«».,;:!?)'’])?",
        re.IGNORECASE,
    ),
    "email": re.compile(r"\b[\w.+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}\b", re.IGNORECASE),
    "bot_command": re.compile(r"(?<![\w/<>@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])"),
    "mention": re.compile(r"(?<![\w@/])@[A-Za-z0-9_]{4,32}\b"),
    "hashtag": re.compile(r"(?<![\w#/])#[^\W\d]\w*"),
    "phone_number": re.compile(r"(?<![\w+])\+\d[\d ]{8,14}\d\b"),
}
ORDER = ("email", "url", "bot_command", "mention", "hashtag", "phone_number")
KNOWN = {
    *("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic"),
    *("underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre"),
    *("text_link", "text_mention", "custom_emoji"),
}


def formatted(text: str, parse_mode: str, given: str) -> tuple[str, list[Json]]:
    """What a bot wrote, as Telegram keeps it: trimmed text and all its entities."""
    if parse_mode:
        text, entities = parsed(text, parse_mode)
    else:
        entities = entities_given(given)
    text, entities = trimmed(text, entities)
    return text, with_found(text, entities)


def parsed(text: str, parse_mode: str) -> tuple[str, list[Json]]:
    if parse_mode.lower() == "html":
        return parse_html(text)
    raise bad_request("unsupported parse_mode")


def entities_given(given: str) -> list[Json]:
    """The `entities` parameter; it overrides nothing when a parse mode is given."""
    if not given:
        return []
    try:
        entities = json.loads(given)
    except ValueError as error:
        raise bad_request("can't parse entities JSON object") from error
    if not isinstance(entities, list):
        raise bad_request("expected an Array of MessageEntity")
    for entity in entities:
        if not isinstance(entity, dict) or entity.get("type") not in KNOWN:
            raise bad_request("can't parse MessageEntity: unsupported type")
    return [entity for entity in entities if entity.get("length", 0) > 0]


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Without the white space at both ends, the entities moved along."""
    bare = text.strip()
    lead, length = units(text[: len(text) - len(text.lstrip())]), units(bare)
    kept = []
    for entity in entities:
        begin = max(0, entity["offset"] - lead)
        end = min(length, entity["offset"] + entity["length"] - lead)
        if begin < end:
            kept.append(entity | {"offset": begin, "length": end - begin})
    return bare, kept


def with_found(text: str, entities: list[Json]) -> list[Json]:
    """The entities, and those that Telegram finds in the text beside them."""
    taken = [
        (each["offset"], each["offset"] + each["length"])
        for each in entities
        if each["type"] in ("code", "pre", "text_link", "text_mention")
    ]
    everything = list(entities)
    for kind in ORDER:
        for match in FOUND[kind].finditer(text):
            begin = units(text[: match.start()])
            end = begin + units(match[0])
            if all(end <= left or right <= begin for left, right in taken):
                taken.append((begin, end))
                everything.append({"type": kind, "offset": begin, "length": end - begin})
    return sorted(everything, key=lambda each: (each["offset"], -each["length"]))


def commands_in(text: str, entities: list[Json]) -> list[str]:
    """The bot commands in a message, `/start` or `/start@name`."""
    return [slice_units(text, each["offset"], each["length"]) for each in entities if each["type"] == "bot_command"]
