"""Scopes: which part of the country an account manages, and what that lets it do there (R7–R12).

A *place* is the way to an area from the country down, «VN/2021-87/868/30169/»: what lies in an area begins with the
area's own place. The divisions' year stands in the province's part, because codes were used again in 2025 (R24).
"""

from dataclasses import dataclass

from models.places import COUNTRY
from models.roles import API_GRANTERS, GRANTABLE, LEVELS_OF_ROLE, SUPERVISOR, UNIT_KEEPERS, Level, Role

ROOT = f"{COUNTRY}/"
SEPARATOR, NEXT_SIGN = "/", "0"  # «0» follows «/» in ASCII


def place_within(above: str, scheme: int, code: str) -> str:
    """The place of an area whose parent has the place `above`; "" is above the country."""
    if not above:
        return f"{code}{SEPARATOR}"
    return f"{above}{scheme}-{code}{SEPARATOR}" if above == ROOT else f"{above}{code}{SEPARATOR}"


def province_of(place: str) -> str | None:
    """The province's part of a place; None for the country itself."""
    parts = place.split(SEPARATOR)
    return SEPARATOR.join(parts[:2]) + SEPARATOR if len(parts) > 2 else None


def after(place: str) -> str:
    """The first text, in the order of signs, after everything that begins with the place."""
    return place.removesuffix(SEPARATOR) + NEXT_SIGN


@dataclass(frozen=True)
class Scope:
    """What a role at a unit manages."""

    role: Role
    place: str
    """Of its unit's area."""

    @property
    def manages_accounts(self) -> bool:
        """Whether it has a list of users at all."""
        return self.role in GRANTABLE

    @property
    def keeps_units(self) -> bool:
        """Whether it creates, edits and closes units."""
        return self.role in UNIT_KEEPERS

    @property
    def grants_api(self) -> bool:
        """Whether it may give the API permission (R10)."""
        return self.role in API_GRANTERS

    def holds(self, place: str) -> bool:
        """Whether something there lies in its scope."""
        return place.startswith(self.place)

    def supervises(self, place: str) -> bool:
        """Whether it decides on account requests from there; on those from no province the system's admins do (R14)."""
        province = province_of(place)
        if province is None:
            return self.role is Role.SYSTEM_ADMIN
        return self.role is SUPERVISOR and self.place == province

    def grants(self, role: Role) -> bool:
        """Whether it may make and manage accounts of that role."""
        return role in GRANTABLE.get(self.role, frozenset())

    def roles_at(self, level: Level) -> list[Role]:
        """The roles it may give at a unit of that level, in the order of the roles (R9)."""
        return [role for role in Role if self.grants(role) and level in LEVELS_OF_ROLE[role]]
