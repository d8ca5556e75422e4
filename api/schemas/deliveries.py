"""Deliveries, as the courier claims and reports them."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.values import WHOLE, Answer, Id, Request
from models.words import Language, Notice

LONGEST_RETRY = 86_400.0
"""Seconds that a delivery is put off at most because Telegram says so."""

MOST_DELIVERIES = 100
"""That a courier takes, or tells of, at once."""


class DeliveryClaimed(Answer):
    """A message for a chat, leased to the courier that claimed it."""

    id: int
    account_id: int
    chat: int
    language: Language
    notice: Notice
    facts: dict[str, str]
    replaces: int | None = Field(description="The number of the chat's message that it takes the place of.")
    lease_seconds: int = Field(description="From when it was asked for; afterwards it may be somebody else's.")


class DeliveryReport(Request):
    """What became of a delivery."""

    id: Id
    outcome: Literal["delivered", "blocked", "failed", "again"]
    message_id: Id | None = None
    retry_after: Annotated[float, Field(ge=0, le=LONGEST_RETRY, strict=True)] | None = None


class DeliveriesReported(Request):
    """What became of several."""

    reports: Annotated[list[DeliveryReport], Field(min_length=1, max_length=MOST_DELIVERIES)]


class DeliveriesNoted(Answer):
    """How many of them there are."""

    known: int


class DeliveriesWanted(Request):
    """How many deliveries the courier takes at once."""

    most: Annotated[int, Field(ge=1, le=MOST_DELIVERIES), WHOLE] = 20
