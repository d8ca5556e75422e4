"""What a registry begins with: the areas, the units that stand in them, and its first accounts."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from models import seals
from models.names import one_spelling
from models.phone import otp_phone
from models.places import SCHEME_2021
from models.roles import Level, Role
from models.scopes import place_within
from models.sealing import Keys
from models.username import username as canonical
from models.words import Language, UnitKind

AREAS = Path(__file__).parent / "data" / "areas_2021.csv"
STEP = 1000  # rows between two reports of progress

Progress = Callable[[int, int], None]
"""Told how many rows are done, of how many."""

Row = tuple[object, ...]


def load_areas(owner_url: str, progress: Progress) -> None:
    """The areas of 2021; those that are there already stay as they are."""
    columns = ("scheme", "code", "level", "parent", "parent_level", "name", "place")
    with psycopg.connect(owner_url) as link:
        _add_missing(link, "area", columns, list(areas()), progress)


def load_units(owner_url: str, progress: Progress) -> None:
    """The ministry, a department of health per province, a health station per commune; `load_areas` comes first."""
    columns = ("name", "kind", "scheme", "area", "level", "place", "is_open")
    with psycopg.connect(owner_url) as link:
        _add_missing(link, "unit", columns, list(units()), progress)


def add_account(
    link: psycopg.Connection,
    keys: Keys,
    *,
    username: str,
    full_name: str,
    phone: str | None,
    role: Role,
    unit_id: int,
    password_hash: str,
    now: datetime,
    must_change_password: bool = True,
    api_permission: bool = False,
    language: Language = Language.VIETNAMESE,
) -> int:
    """Write an account, its name and phone sealed, in the link's transaction; its id.

    Raises:
        UsernameInvalid, PhoneInvalid: neither is checked by what is sealed or hashed later.
        psycopg.errors.UniqueViolation: the username is taken.
        psycopg.errors.CheckViolation: the role does not fit the unit's level.
        LookupError: there is no such unit.
    """
    level, place = _row(link, "SELECT level, place FROM unit WHERE id = %s", [unit_id])
    # The id first: what is sealed is bound to its row.
    account_id = int(str(_one(link, "SELECT nextval(pg_get_serial_sequence('account', 'id'))", [])))
    e164 = otp_phone(phone) if phone else None
    values = {
        "id": account_id,
        "username": canonical(username),
        "full_name_sealed": keys.seal(one_spelling(full_name), seals.ACCOUNT_FULL_NAME, account_id),
        "password_hash": password_hash,
        "must_change_password": must_change_password,
        "phone_sealed": e164 and keys.seal(e164, seals.ACCOUNT_PHONE, account_id),
        "phone_key": e164 and keys.digest(seals.PHONE_KEY, e164),
        "role": role,
        "unit_id": unit_id,
        "unit_level": level,
        "place": place,
        "is_active": True,
        "api_permission": api_permission,
        "language": language,
        "created_at": now,
    }
    link.execute(
        sql.SQL("INSERT INTO account ({}) VALUES ({})").format(
            _listed(values), sql.SQL(", ").join(map(sql.Placeholder, values))
        ),
        values,
    )
    return account_id


def add_unit(link: psycopg.Connection, name: str, kind: UnitKind, area: str, scheme: int = SCHEME_2021) -> int:
    """Write a unit that stands in the area with that code; its id.

    Raises:
        LookupError: there is no such area.
        psycopg.errors.IntegrityError: such a unit does not stand at that level, or is there already.
    """
    level, place = _row(link, "SELECT level, place FROM area WHERE code = %s AND scheme = %s", [area, scheme])
    made = _one(
        link,
        "INSERT INTO unit (name, kind, scheme, area, level, place, is_open) VALUES (%s, %s, %s, %s, %s, %s, true)"
        " RETURNING id",
        [name, kind, scheme, area, level, place],
    )
    return int(str(made))


def find_unit(link: psycopg.Connection, kind: UnitKind, area: str, scheme: int = SCHEME_2021) -> int:
    """The id of the first unit of that kind in the area with that code, such as (MINISTRY, "VN").

    Raises:
        LookupError: there is none.
    """
    found = _one(
        link,
        "SELECT id FROM unit WHERE kind = %s AND area = %s AND scheme = %s ORDER BY id LIMIT 1",
        [kind, area, scheme],
    )
    return int(str(found))


def system_admin_exists(owner_url: str) -> bool:
    """Whether anybody could let others in."""
    with psycopg.connect(owner_url) as link:
        found = link.execute("SELECT FROM account WHERE role = %s AND is_active LIMIT 1", [Role.SYSTEM_ADMIN])
        return found.fetchone() is not None


def areas() -> Iterator[tuple[int, str, Level, str | None, Level | None, str, str]]:
    """Scheme, code, level, parent's code and level, name, place: of every area, parents first."""
    levels: dict[str, Level | None] = {"": None}
    places = {"": ""}
    with AREAS.open(encoding="utf-8", newline="") as file:
        for area in csv.DictReader(file):
            scheme, code, level, parent = int(area["scheme"]), area["code"], Level(area["level"]), area["parent"]
            levels[code], places[code] = level, place_within(places[parent], scheme, code)
            yield scheme, code, level, parent or None, levels[parent], area["name"], places[code]


def units() -> Iterator[Row]:
    """Name, kind, scheme, area's code, level, place, whether it is open: of those that every area of a level has."""
    for scheme, code, level, _, _, name, place in areas():
        unit = _unit_of(level, name)
        if unit:
            yield *unit, scheme, code, level, place, True


def _unit_of(level: Level, area: str) -> tuple[str, UnitKind] | None:
    within = area[0].lower() + area[1:]  # «xã Tứ Hiệp»: inside a name the type is no name
    match level:
        case Level.NATIONAL:
            return "Bộ Y tế", UnitKind.MINISTRY
        case Level.PROVINCE:
            return f"Sở Y tế {within}", UnitKind.DEPARTMENT_OF_HEALTH
        case Level.COMMUNE:
            return f"Trạm y tế {within}", UnitKind.COMMUNE_HEALTH_STATION
        case Level.DISTRICT:
            return None


def _add_missing(
    link: psycopg.Connection, table: str, columns: tuple[str, ...], rows: Sequence[Row], progress: Progress
) -> None:
    """COPY the rows beside the table, then add those that it does not have."""
    names = {"table": sql.Identifier(table), "columns": _listed(columns)}
    link.execute(
        sql.SQL("CREATE TEMP TABLE coming ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA").format(**names)
    )
    with link.cursor() as cursor, cursor.copy(sql.SQL("COPY coming ({columns}) FROM STDIN").format(**names)) as copy:
        for done, row in enumerate(rows):
            if done % STEP == 0:
                progress(done, len(rows))
            copy.write_row(row)
    link.execute(sql.SQL("INSERT INTO {table} ({columns}) TABLE coming ON CONFLICT DO NOTHING").format(**names))
    progress(len(rows), len(rows))


def _one(link: psycopg.Connection, query: LiteralString, parameters: list[object]) -> object:
    return _row(link, query, parameters)[0]


def _row(link: psycopg.Connection, query: LiteralString, parameters: list[object]) -> tuple[Any, ...]:
    row = link.execute(query, parameters).fetchone()
    if row is None:
        raise LookupError(f"nothing for {parameters}")
    return row


def _listed(columns: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
