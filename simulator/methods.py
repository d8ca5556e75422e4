"""The Bot API's methods: which there are, and the smaller ones."""

import re
from collections.abc import Callable
from typing import TypeAlias

from simulator import editing, sending
from simulator.acts import bot_leaves
from simulator.calls import Call
from simulator.files import LARGEST_DOWNLOAD
from simulator.town import Town
from simulator.wire import Json, bad_request

Answer: TypeAlias = Json | list[Json] | bool
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
MOST_COMMANDS = 100


def get_me(town: Town, call: Call) -> Json:
    return town.bot.as_user() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(town: Town, call: Call) -> Json:
    chat = sending.reachable_chat(town, call)
    return town.chat_shape(chat) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"),
            False,
        ),
    }


def leave_chat(town: Town, call: Call) -> bool:
    chat = sending.reachable_chat(town, call)
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    bot_leaves(town, chat)
    return True


def get_file(town: Town, call: Call) -> Json:
    stored = town.files.by_id.get(call.required("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.body) > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return stored.as_file() | {"file_path": stored.path}


def set_my_commands(town: Town, call: Call) -> bool:
    commands = call.array("commands") or []
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    town.bot.commands[_audience(call)] = [_command(each) for each in commands]
    town.news.tell("commands", commands=town.bot.commands)
    return True


def _audience(call: Call) -> str:
    """Whom a list of commands is for: scope, chat if one is named, language; `default::` is everybody."""
    scope = call.mapping("scope") or {"type": "default"}
    return f"{scope.get('type')}:{scope.get('chat_id', '')}:{call.text('language_code')}"


def _command(shape: object) -> Json:
    if not isinstance(shape, dict):
        raise bad_request("expected an Array of BotCommand")
    command = str(shape.get("command", "")).removeprefix("/")
    description = str(shape.get("description", "")).strip()
    if not COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


def get_my_commands(town: Town, call: Call) -> list[Json]:
    return town.bot.commands.get(_audience(call), [])


def delete_my_commands(town: Town, call: Call) -> bool:
    town.bot.commands.pop(_audience(call), None)
    town.news.tell("commands", commands=town.bot.commands)
    return True


def set_chat_menu_button(town: Town, call: Call) -> bool:
    town.bot.menu_button = call.mapping("menu_button") or {"type": "default"}
    return True


def get_chat_menu_button(town: Town, call: Call) -> Json:
    return dict(town.bot.menu_button)


def log_out(town: Town, call: Call) -> bool:
    return True


# Telegram looks methods up without regard to case.
METHODS: dict[str, Callable[[Town, Call], Answer]] = {
    "answercallbackquery": editing.answer_callback_query,
    "close": log_out,
    "deletemessage": editing.delete_message,
    "deletemessages": editing.delete_messages,
    "deletemycommands": delete_my_commands,
    "editmessagecaption": editing.edit_message_caption,
    "editmessagereplymarkup": editing.edit_message_reply_markup,
    "editmessagetext": editing.edit_message_text,
    "getchat": get_chat,
    "getchatmenubutton": get_chat_menu_button,
    "getfile": get_file,
    "getme": get_me,
    "getmycommands": get_my_commands,
    "leavechat": leave_chat,
    "logout": log_out,
    "senddocument": sending.send_document,
    "sendchataction": sending.send_chat_action,
    "sendmessage": sending.send_message,
    "sendphoto": sending.send_photo,
    "setchatmenubutton": set_chat_menu_button,
    "setmycommands": set_my_commands,
}
