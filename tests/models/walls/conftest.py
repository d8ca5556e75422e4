"""Admins who are signed in, for whom raw SQL can speak."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest

from models.roles import Role
from models.words import UnitKind
from tests.models.by_hand import ByHand

HANOI = "01"


@dataclass(frozen=True)
class Admin:
    """Somebody signed in, for whom the link can speak."""

    account: int
    session: UUID
    token: str


Admit = Callable[..., Admin]


@pytest.fixture
def admit(by_hand: ByHand) -> Admit:
    """Signs a new account in."""
    numbers = itertools.count(1)

    def admit(role: Role = Role.COMMUNE_ADMIN, kind: UnitKind | None = None, area: str | None = None) -> Admin:
        usual = {
            Role.SYSTEM_ADMIN: (UnitKind.MINISTRY, "VN"),
            Role.PROVINCE_ADMIN: (UnitKind.DEPARTMENT_OF_HEALTH, HANOI),
        }
        of_kind, in_area = usual.get(role, (UnitKind.COMMUNE_HEALTH_STATION, "00658"))
        phone = f"+8491234{next(numbers):04}"
        account = by_hand.account(phone, role=role, kind=kind or of_kind, area=area or in_area)
        session = by_hand.signed_in(account, phone)
        return Admin(account, session, by_hand.token)

    return admit
