"""Reply markups: inline keyboards, reply keyboards, their removal, forced replies; as strict as Telegram."""

import json
import re
from typing import Any

from simulator.wire import Json, bad_request

MOST_BUTTONS = 100
LONGEST_CALLBACK_DATA = 64  # bytes
ACTIONS = {
    *("callback_data", "url", "web_app", "login_url", "switch_inline_query"),
    *("switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay"),
}


def read_markup(given: str, *, private: bool = True) -> Json | None:
    """The `reply_markup` parameter, checked; None when there is none or it is empty."""
    if not given:
        return None
    try:
        markup = json.loads(given)
    except ValueError as error:
        raise bad_request("can't parse reply keyboard markup JSON object") from error
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "keyboard" in markup:
        return _reply_keyboard(markup, private=private) or None
    if "inline_keyboard" in markup:
        return _inline_keyboard(markup) or None
    if markup.get("remove_keyboard") is True or markup.get("force_reply") is True:
        return markup
    return None


def inline_only(markup: Json | None) -> Json | None:
    """For edits, which take nothing but an inline keyboard."""
    if markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return markup


def _rows(markup: Json, name: str, kind: str) -> list[list[Any]]:
    rows = markup[name]
    if not isinstance(rows, list):
        raise bad_request(f'field "{name}" of the {kind} must be an Array')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{name}" of the {kind} must be an Array of Arrays')
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return [row for row in rows if row]


def _inline_keyboard(markup: Json) -> Json:
    rows = _rows(markup, "inline_keyboard", "InlineKeyboardMarkup")
    buttons = [[_inline_button(button) for button in row] for row in rows]
    return {"inline_keyboard": buttons} if buttons else {}


def _inline_button(button: object) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    _check_text(button, "inline keyboard button")
    if not (set(button) & ACTIONS) or button.get("callback_data") == "":
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and not (isinstance(data, str) and len(data.encode()) <= LONGEST_CALLBACK_DATA):
        raise bad_request("BUTTON_DATA_INVALID")
    _check_url(button.get("url"))
    return button


def _check_url(url: object) -> None:
    if url is not None and not (isinstance(url, str) and re.match(r"(https?|tg|tel|ton)://?\S|[\w-]+\.\w+", url)):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _reply_keyboard(markup: Json, *, private: bool) -> Json:
    for flag in ("resize_keyboard", "one_time_keyboard", "is_persistent", "selective"):
        if not isinstance(markup.get(flag, False), bool):
            raise bad_request(f'field "{flag}" of the ReplyKeyboardMarkup must be of the type Boolean')
    rows = _rows(markup, "keyboard", "ReplyKeyboardMarkup")
    buttons = [[_button(button, private=private) for button in row] for row in rows]
    return (markup | {"keyboard": buttons}) if buttons else {}


def _button(button: object, *, private: bool) -> Json:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object")
    _check_text(button, "keyboard button")
    if button.get("request_contact") and not private:
        raise bad_request("phone number can be requested in private chats only")
    if button.get("request_location") and not private:
        raise bad_request("location can be requested in private chats only")
    return button


def _check_text(button: Json, what: str) -> None:
    if not isinstance(button.get("text"), str):
        raise bad_request(f"can't parse {what}: Can't find field \"text\"")
    if not button["text"].strip():
        raise bad_request(f"{what} text must be non-empty")
