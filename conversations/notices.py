"""Notices: what the courier brings to chats that did not just write."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.schemas.deliveries import DeliveryClaimed
from conversations.menu import standing_mark
from conversations.replies import Button, Message
from conversations.texts import Lines, word
from models.words import Act, Channel, Notice, RequestState, Right, SubjectField


@dataclass(frozen=True)
class Opens:
    """A button of a notice: the talk it opens, and the fact that says what about, if it is about something."""

    talk: str
    about: str | None = None


HISTORY = Opens("login_history")
OPENS: dict[Notice, tuple[Opens, ...]] = {
    Notice.SIGNED_IN_ELSEWHERE: (Opens("not_me", about="row"), HISTORY),
    Notice.PHONE_CHANGED: (HISTORY,),
    Notice.PASSWORD_CHANGED: (HISTORY,),
    Notice.ACCOUNT_REQUESTED: (
        Opens("decide_request", about="request"),
        Opens("decide_unit_requests", about="unit_id"),
        Opens("decide_requests"),
    ),
    Notice.REQUESTS_DECIDED: (Opens("decide_requests"),),
    Notice.REQUESTS_WAIT: (Opens("decide_unit_requests", about="unit_id"), Opens("decide_requests")),
    Notice.ACCOUNTS_REQUESTED: (Opens("decide_requests"),),
    Notice.REQUEST_APPROVED: (Opens("account_requests"),),
    Notice.REQUEST_REJECTED: (Opens("account_requests"),),
    Notice.HANDED_TO_YOU: (Opens("account_requests"),),
    Notice.SUBJECT_CORRECTED: (Opens("undo_correction", about="change"),),
}
"""What the buttons under a notice open, for whoever it is for."""


def message_of(delivery: DeliveryClaimed, mark: Callable[..., str]) -> Message:
    """The message of a delivery; `mark` is that chat's (`Edge.mark`)."""
    return Message(
        text=word(delivery.language, f"Notice.{delivery.notice}", html=True, **_facts(delivery)).strip(),
        buttons=[
            [_button(delivery, opens, mark)]
            for opens in OPENS.get(delivery.notice, ())
            if opens.about is None or opens.about in delivery.facts
        ],
    )


def _button(delivery: DeliveryClaimed, opens: Opens, mark: Callable[..., str]) -> Button:
    about = delivery.facts[opens.about] if opens.about else None
    return Button(
        label=word(delivery.language, f"menu.{opens.talk}"),
        id=standing_mark(mark, delivery.account_id, opens.talk, about),
    )


def fields_of(written: str) -> list[SubjectField]:
    """What of a subject was changed."""
    return [SubjectField(field) for field in written.split(",") if field]


def _people(told: str) -> Lines:
    """Those who wait, as a card names them."""
    people = [one | {"rights": [Right(right) for right in one["rights"]]} for one in json.loads(told)]
    return Lines("request_card.person", tuple(people))


def _latest(told: str) -> Lines:
    """What was decided last, if that is told."""
    return Lines("request_card.latest", tuple(_decision(one) for one in json.loads(told)))


def _decision(told: dict[str, str]) -> dict[str, Any]:
    return told | {"state": RequestState(told["state"]), "at": datetime.fromisoformat(told["at"])}


READ_AS: dict[str, Callable[[str], Any]] = {
    "at": datetime.fromisoformat,
    "channel": Channel,
    "act": Act,
    "fields": fields_of,
    "people": _people,
    "uncoded": lambda username: Lines("request_card.uncoded", ({"username": username},) if username else ()),
    "latest": _latest,
}
"""Facts that are more than text, by their names."""


def _facts(delivery: DeliveryClaimed) -> dict[str, Any]:
    return {name: READ_AS.get(name, str)(fact) for name, fact in delivery.facts.items()}
