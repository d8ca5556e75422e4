"""The account that is signed in, as its person sees it."""

from typing import Any

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.orm import aliased

from api.people import Person
from api.schemas.own_account import Me
from api.schemas.units import UnitSeen
from api.statements import Compiled
from api.turns import Turn
from models.accounts import Account
from models.phone import masked
from models.places import Area, Unit
from models.roles import Level
from models.sealing import Keys
from models.seals import ACCOUNT_FULL_NAME, ACCOUNT_PHONE
from models.words import Language

HERE, AROUND, FARTHER = aliased(Area), aliased(Area), aliased(Area)


def with_areas(columns: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Columns of an account, with its unit's and the names of the areas that the unit lies in."""
    return with_areas_of_unit(columns.join(Unit, Unit.id == Account.unit_id))


def with_areas_of_unit(columns: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The same, of a unit that is there already."""
    return (
        columns.add_columns(
            Unit.id.label("unit_id"),
            Unit.name,
            Unit.kind,
            Unit.level,
            # An address does not name the country, unless the unit is the country's.
            HERE.name.label("here"),
            AROUND.name.label("around"),
            FARTHER.name.label("farther"),
        )
        .join(HERE, (HERE.scheme == Unit.scheme) & (HERE.code == Unit.area))
        .outerjoin(
            AROUND,
            (AROUND.scheme == HERE.scheme) & (AROUND.code == HERE.parent) & (HERE.parent_level != bindparam("country")),
        )
        .outerjoin(
            FARTHER,
            (FARTHER.scheme == AROUND.scheme)
            & (FARTHER.code == AROUND.parent)
            & (AROUND.parent_level != bindparam("country")),
        )
    )


def unit_seen(row: Any) -> UnitSeen:
    """The unit of such a row."""
    area = [name for name in (row["here"], row["around"], row["farther"]) if name is not None]
    return UnitSeen(id=row["unit_id"], name=row["name"], kind=row["kind"], level=row["level"], area=area)


ACCOUNT_AND_UNIT = Compiled(
    with_areas(
        select(
            Account.id,
            Account.username,
            Account.full_name_sealed,
            Account.role,
            Account.phone_sealed,
            Account.language,
            Account.must_change_password,
        )
    ).where(Account.id == bindparam("account_id"))
)


async def me_of(turn: Turn, account_id: int) -> Me:
    """Name, role, unit, and the number's first and last digits."""
    keys = turn.keys
    await turn.db.flush()  # what this turn has changed is to be seen by the statement
    row = await ACCOUNT_AND_UNIT.row(turn.db, account_id=account_id, country=Level.NATIONAL)
    phone = row["phone_sealed"] and keys.opened(row["phone_sealed"], ACCOUNT_PHONE, account_id)
    return Me(
        id=account_id,
        username=row["username"],
        full_name=name_of(keys, row["full_name_sealed"], account_id) or row["username"],
        role=row["role"],
        unit=unit_seen(row),
        phone_hint=masked(phone) if phone else None,
        language=row["language"],
        must_change_password=row["must_change_password"],
    )


def name_of(keys: Keys, sealed: bytes | None, account_id: int) -> str | None:
    """The person's full name, if somebody gave it."""
    return keys.opened(sealed, ACCOUNT_FULL_NAME, account_id) if sealed else None


async def speak(turn: Turn, person: Person, language: Language) -> Me:
    """Speak to the account's person in that language from now on."""
    await turn.db.execute(update(Account).where(Account.id == person.account_id).values(language=language))
    return await me_of(turn, person.account_id)
