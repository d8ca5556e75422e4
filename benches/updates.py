"""Updates as Telegram sends them."""

from typing import Any

Update = dict[str, Any]

AT = 1634259600  # 15/10/2021 08:00 in Vietnam


def said(update: int, chat: int, text: str) -> Update:
    """A person wrote something."""
    message = {"message_id": update, "date": AT, "chat": _chat(chat), "from": _person(chat), "text": text}
    return {"update_id": update, "message": message}


def pressed(update: int, chat: int, button: str) -> Update:
    """A person pressed a button."""
    message = {"message_id": 1, "date": AT, "chat": _chat(chat), "text": "x"}
    press = {"id": str(update), "from": _person(chat), "chat_instance": "1", "message": message, "data": button}
    return {"update_id": update, "callback_query": press}


def _chat(chat: int) -> dict[str, Any]:
    return {"id": chat, "type": "private", "first_name": "Demo"}


def _person(chat: int) -> dict[str, Any]:
    return {"id": chat, "is_bot": False, "first_name": "Demo", "language_code": "vi"}
