"""What all requests of a process share."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from api.effects import KeysInUse
from api.errands import Errands
from api.passwords import Passwords
from api.settings import ApiSettings
from api.sms import SmsSender
from api.spreadsheets.tables import Tables
from models.clock import Clock
from models.database import Database
from models.rules import Policy
from models.sealing import Keys


class Words(Protocol):
    """Words a text by its name, in a language: ("vi", "refusal.OtpLocked", now=…, until=…, max=5).

    `now` lets a fact `until` be told as the time that is left.
    """

    def __call__(self, language: str, name: str, /, *, now: datetime | None = None, **facts: Any) -> str: ...


@dataclass(frozen=True)
class Installation:
    """The settings, the words, the clock, and the ways to PostgreSQL, the hasher, the SMS gateway, and into files."""

    settings: ApiSettings
    words: Words
    clock: Clock
    database: Database
    passwords: Passwords
    sms: SmsSender
    tables: Tables
    keys_in_use: KeysInUse
    errands: Errands
    places: dict[tuple[int, str], str] = field(default_factory=dict)
    """Of the areas asked for so far, by their scheme and code."""

    @property
    def policy(self) -> Policy:
        return self.settings.policy

    @property
    def keys(self) -> Keys:
        return self.settings.keys

    def now(self) -> datetime:
        """The time; asked for once the locks are held, so that nobody decides by a time gone by."""
        return self.clock.now()
