"""The roles and levels of the registry, and which role or kind of unit fits which level."""

from enum import StrEnum

from models.words import UnitKind

COUNTRY = "VN"
"""The code of the area that all others lie in."""

SCHEME_2021 = 2021
"""The division of the country as it was then."""


class Level(StrEnum):
    """A level of the administration («Cấp đơn vị»), from the whole country down."""

    NATIONAL = "national"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


class Role(StrEnum):
    """What an account is for («Vai trò»)."""

    SYSTEM_ADMIN = "system_admin"
    PROVINCE_ADMIN = "province_admin"
    DISTRICT_ADMIN = "district_admin"
    COMMUNE_ADMIN = "commune_admin"
    MOBILE_VACCINATOR = "mobile_vaccinator"
    SITE_STAFF = "site_staff"
    HEALTH_STAFF = "health_staff"


LEVELS_OF_ROLE: dict[Role, frozenset[Level]] = {
    Role.SYSTEM_ADMIN: frozenset({Level.NATIONAL}),
    Role.PROVINCE_ADMIN: frozenset({Level.PROVINCE}),
    Role.DISTRICT_ADMIN: frozenset({Level.DISTRICT}),
    Role.COMMUNE_ADMIN: frozenset({Level.COMMUNE}),
    Role.MOBILE_VACCINATOR: frozenset({Level.COMMUNE}),
    Role.SITE_STAFF: frozenset(Level),
    Role.HEALTH_STAFF: frozenset(Level),
}

LEVELS_OF_KIND: dict[UnitKind, frozenset[Level]] = {
    UnitKind.MINISTRY: frozenset({Level.NATIONAL}),
    UnitKind.DEPARTMENT_OF_HEALTH: frozenset({Level.PROVINCE}),
    UnitKind.HOSPITAL: frozenset(Level),
    UnitKind.COMMUNE_HEALTH_STATION: frozenset({Level.COMMUNE}),
    UnitKind.VACCINATION_SITE: frozenset(Level),
}
"""Where a unit of a kind may stand."""

GRANTABLE: dict[Role, frozenset[Role]] = {
    Role.SYSTEM_ADMIN: frozenset(Role),
    Role.PROVINCE_ADMIN: frozenset(Role) - {Role.SYSTEM_ADMIN},
    Role.DISTRICT_ADMIN: frozenset(Role) - {Role.SYSTEM_ADMIN, Role.PROVINCE_ADMIN},
    Role.COMMUNE_ADMIN: frozenset({Role.COMMUNE_ADMIN, Role.MOBILE_VACCINATOR}),  # R9
}
"""Who manages accounts, and of which roles: those at or below one's own level, inside one's own scope."""

API_GRANTERS = frozenset({Role.SYSTEM_ADMIN, Role.PROVINCE_ADMIN})
"""Who may let an account call the API by itself (R10)."""

UNIT_KEEPERS = frozenset({Role.SYSTEM_ADMIN, Role.PROVINCE_ADMIN})
"""Who creates, edits, closes and imports units, inside their scope."""

SUBJECT_KEEPERS = frozenset({Role.SYSTEM_ADMIN, Role.COMMUNE_ADMIN, Role.MOBILE_VACCINATOR, Role.SITE_STAFF})
"""Who registers and corrects subjects, makes plans and records doses (R17, R18)."""

SUBJECT_READERS = SUBJECT_KEEPERS | {Role.HEALTH_STAFF}
"""Who looks subjects up, in the whole country (R16)."""

SUPERVISOR = Role.PROVINCE_ADMIN
"""Who reviews account requests, grants accounts and is told of trouble in its province."""

REVIEWERS = frozenset({SUPERVISOR, Role.SYSTEM_ADMIN})
"""Who decides on account requests: the province's supervisors, and the system's admins on those from no province."""
