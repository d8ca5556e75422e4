"""Writes many accounts at once, with names, numbers and addresses sealed as any account's are."""

import sys
from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

from api.settings import ApiSettings
from benches.contenders.clock import tell
from models import seals
from models.clock import SystemClock
from models.roles import Role
from models.sealing import Keys
from models.words import Language

WITH_API = 50
"""Every such many-th has the API permission."""
COLUMNS = (
    "id",
    "username",
    "full_name_sealed",
    "phone_sealed",
    "phone_key",
    "email_sealed",
    "email_key",
    "password_hash",
    "must_change_password",
    "role",
    "unit_id",
    "unit_level",
    "place",
    "is_active",
    "api_permission",
    "language",
    "created_at",
)


def username_of(number: int) -> str:
    """The name of the account of that number, from 0 on."""
    return f"nguoi.{number:06}"


def email_of(number: int) -> str:
    return f"{username_of(number)}@demo.vn"


def fill(owner: psycopg.Connection, keys: Keys, people: int) -> None:
    """As many accounts, spread over all health stations of communes; the planner knows of them."""
    units = owner.execute("SELECT id, level, place FROM unit WHERE level = 'commune' ORDER BY place, id").fetchall()
    serial = "SELECT nextval(pg_get_serial_sequence('account', 'id')) FROM generate_series(1, %s)"
    ids = [id_ for (id_,) in owner.execute(serial, [people])]
    copy = sql.SQL("COPY account ({}) FROM STDIN").format(sql.SQL(", ").join(map(sql.Identifier, COLUMNS)))
    with owner.cursor().copy(copy) as rows:
        for number, id_ in enumerate(ids):
            rows.write_row(tuple(_row(keys, number, id_, units[number % len(units)])))
    owner.execute("VACUUM ANALYZE account")


def _row(keys: Keys, number: int, id_: int, unit: tuple[int, str, str]) -> Iterator[Any]:
    phone, email = f"+8498{number:07}", email_of(number)
    yield from (id_, username_of(number), keys.seal("Nguyễn Văn Demo", seals.ACCOUNT_FULL_NAME, id_))
    yield from (keys.seal(phone, seals.ACCOUNT_PHONE, id_), keys.digest(seals.PHONE_KEY, phone))
    yield from (keys.seal(email, seals.ACCOUNT_EMAIL, id_), keys.digest(seals.EMAIL_KEY, email))
    yield from ("-", True, Role.MOBILE_VACCINATOR, *unit)
    yield from (True, number % WITH_API == 0, Language.VIETNAMESE, SystemClock().now())


def main(owner_url: str, people: str) -> None:
    """Write them, and tell how many accounts there are."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        fill(owner, ApiSettings.read().keys, int(people))
        [[there]] = owner.execute("SELECT count(*) FROM account").fetchall()
    tell(accounts=there)


if __name__ == "__main__":
    main(*sys.argv[1:])
