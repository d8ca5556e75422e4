"""Whether somebody who is asked for is known already, as far as whoever asks may see: one rule for one and for many."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from api.turns import Turn
from models.accounts import Account
from models.requests import AccountRequest
from models.words import RequestState


@dataclass(frozen=True)
class Waiting:
    """A request that waits."""

    unit_id: int
    person_key: bytes
    at: datetime


@dataclass(frozen=True)
class Known:
    """Whose numbers are known: by their digest."""

    in_use: dict[bytes, str]
    """Of an account; its username."""
    asked: dict[bytes, list[Waiting]]
    """Of requests that wait, the first one first."""

    def waits(self, unit_id: int, person_key: bytes, phone_key: bytes) -> bool:
        """Whether that very person is asked for by that unit."""
        same = (unit_id, person_key)
        return any((one.unit_id, one.person_key) == same for one in self.asked.get(phone_key, ()))

    def asked_for_another(self, unit_id: int, person_key: bytes, phone_key: bytes) -> datetime | None:
        """When another person, or at another unit, was asked for by that number."""
        same = (unit_id, person_key)
        others = (one.at for one in self.asked.get(phone_key, ()) if (one.unit_id, one.person_key) != same)
        return next(others, None)


async def known_people(turn: Turn, phone_keys: Collection[bytes]) -> Known:
    """What is known of those numbers."""
    accounts = await turn.db.execute(
        select(Account.phone_key, Account.username)
        .where(Account.phone_key.in_(phone_keys), Account.deleted_at.is_(None))
        .order_by(Account.id.desc())
    )
    requests = await turn.db.execute(
        select(AccountRequest.phone_key, AccountRequest.unit_id, AccountRequest.person_key, AccountRequest.asked_at)
        .where(AccountRequest.phone_key.in_(phone_keys), AccountRequest.state == RequestState.WAITING)
        .order_by(AccountRequest.asked_at)
    )
    asked: dict[bytes, list[Waiting]] = {}
    for key, unit_id, person_key, at in requests:
        asked.setdefault(key, []).append(Waiting(unit_id, person_key, at))
    return Known({key: username for key, username in accounts if key is not None}, asked)
