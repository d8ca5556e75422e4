"""The areas and units that an admin chooses from, inside its scope (R8, R9)."""

from sqlalchemy import select

from api.acts.accounts import must_manage
from api.people import Person
from api.schemas.areas import AreaSeen, UnitChoice, Workplace
from api.turns import Turn
from models.places import Area, Unit
from models.refusals import NotFound
from models.roles import Level


async def workplace(turn: Turn, person: Person) -> Workplace:
    """Where one's scope begins, and the roles it may give.

    Raises:
        NotFound: whoever asks manages nobody.
    """
    must_manage(person)
    unit = await turn.db.get_one(Unit, person.unit_id)
    area = await turn.db.get_one(Area, (unit.scheme, unit.area))
    _, *around = await area_names(turn, area)
    roles = {level: roles for level in Level if (roles := person.scope.roles_at(level))}
    return Workplace(area=_seen(area), around=around, roles=roles, grants_api=person.scope.grants_api)


async def area_names(turn: Turn, area: Area) -> list[str]:
    """The area's name and those of the areas around it, the nearest first; an address does not name the country."""
    names = [area.name]
    while area.parent is not None and area.parent_level is not Level.NATIONAL:
        area = await turn.db.get_one(Area, (area.scheme, area.parent))
        names.append(area.name)
    return names


async def parts_of(turn: Turn, person: Person, scheme: int, code: str) -> list[AreaSeen]:
    """The areas one level down, by name; none in a commune.

    Raises:
        NotFound: the area is out of scope (R12).
    """
    await _area(turn, person, scheme, code)
    parts = select(Area).where(Area.scheme == scheme, Area.parent == code).order_by(Area.name)
    return [_seen(area) for area in await turn.db.scalars(parts)]


async def units_in(turn: Turn, person: Person, scheme: int, code: str) -> list[UnitChoice]:
    """The open units that stand in the very area, by name.

    Raises:
        NotFound: the area is out of scope (R12).
    """
    await _area(turn, person, scheme, code)
    units = select(Unit).where(Unit.scheme == scheme, Unit.area == code, Unit.is_open).order_by(Unit.name, Unit.id)
    return [UnitChoice(id=unit.id, name=unit.name, level=unit.level) for unit in await turn.db.scalars(units)]


async def _area(turn: Turn, person: Person, scheme: int, code: str) -> Area:
    must_manage(person)
    area = await turn.db.get(Area, (scheme, code))
    if area is None or not person.scope.holds(area.place):
        raise NotFound
    return area


def _seen(area: Area) -> AreaSeen:
    return AreaSeen(scheme=area.scheme, code=area.code, level=area.level, name=area.name)
