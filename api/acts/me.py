"""The account that is signed in, as its person sees it."""

from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from api.people import Person
from api.schemas import Me, UnitSeen
from api.turns import Turn
from models.accounts import Account
from models.phone import masked
from models.places import Area, Unit
from models.roles import Level
from models.seals import ACCOUNT_FULL_NAME, ACCOUNT_PHONE
from models.words import Language


async def me_of(turn: Turn, account_id: int) -> Me:
    """Name, role, unit, and the number's first and last digits."""
    keys = turn.keys
    asked = select(Account, Unit).join(Unit, Unit.id == Account.unit_id).where(Account.id == account_id)
    account, unit = (await turn.db.execute(asked)).one()
    phone = account.phone_sealed and keys.opened(account.phone_sealed, ACCOUNT_PHONE, account.id)
    return Me(
        id=account.id,
        username=account.username,
        full_name=keys.opened(account.full_name_sealed, ACCOUNT_FULL_NAME, account.id),
        role=account.role,
        unit=await _seen(turn, unit),
        phone_hint=masked(phone) if phone else None,
        language=account.language,
        must_change_password=account.must_change_password,
    )


async def speak(turn: Turn, person: Person, language: Language) -> Me:
    """Speak to the account's person in that language from now on."""
    await turn.db.execute(update(Account).where(Account.id == person.account_id).values(language=language))
    return await me_of(turn, person.account_id)


async def _seen(turn: Turn, unit: Unit) -> UnitSeen:
    names = [name for name in await _names_upwards(turn, unit) if name is not None]
    return UnitSeen(id=unit.id, name=unit.name, kind=unit.kind, level=unit.level, area=names)


async def _names_upwards(turn: Turn, unit: Unit) -> list[str | None]:
    """The names of the unit's area and of those around it, but not the country's unless it is the area itself."""
    one, two, three = aliased(Area), aliased(Area), aliased(Area)
    below_the_country = [two.level != Level.NATIONAL, three.level != Level.NATIONAL]
    rows = await turn.db.execute(
        select(one.name, two.name, three.name)
        .outerjoin(two, (two.scheme == one.scheme) & (two.code == one.parent) & below_the_country[0])
        .outerjoin(three, (three.scheme == two.scheme) & (three.code == two.parent) & below_the_country[1])
        .where(one.scheme == unit.scheme, one.code == unit.area)
    )
    return list(rows.one())
