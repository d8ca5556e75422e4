"""What becomes of a unit: made, edited, closed, reopened, each written down (R15, T25)."""

from typing import Any

from sqlalchemy import exists, func, select

from api.acts.admin_acts import write_down
from api.acts.units import WORKS_THERE, must_keep, unit_card
from api.people import Person
from api.schemas.units import NewUnit, UnitCard, UnitChange
from api.turns import Turn
from models.accounts import Account
from models.names import proper_name
from models.places import LEVELS_OF_KIND, Area, Unit
from models.refusals import NotFound, UnitExists, UnitInUse, UnitMisplaced, UnitStays
from models.spelling import folded_name
from models.words import Act


async def add_unit(turn: Turn, person: Person, new: NewUnit) -> UnitCard:
    """Make the unit; it can be chosen at once.

    Raises:
        NotFound: the area is out of scope (R12), or whoever asks keeps no units.
        NameInvalid, UnitMisplaced, UnitExists: why it cannot be made.
    """
    must_keep(person)
    name = proper_name(new.name)
    area = await _area(turn, person, new.scheme, new.area)
    if area.level not in LEVELS_OF_KIND[new.kind]:
        raise UnitMisplaced
    await _must_be_the_only_one(turn, area, name)
    unit = Unit(
        name=name,
        kind=new.kind,
        scheme=area.scheme,
        area=area.code,
        level=area.level,
        place=area.place,
        is_open=True,
    )
    turn.db.add(unit)
    await turn.db.flush()
    facts = {"name": name, "kind": new.kind, "scheme": area.scheme, "area": area.code}
    await write_down(turn, person, Act.UNIT_CREATED, facts, unit=unit.id)
    return await unit_card(turn, person, unit.id)


async def edit_unit(turn: Turn, person: Person, unit_id: int, change: UnitChange) -> UnitCard:
    """Change what is given of a unit; the rest stays.

    Raises:
        NotFound: the unit or the area is out of scope (R12).
        NameInvalid, UnitMisplaced, UnitExists: why it cannot be so.
        UnitStays: it has accounts, whose scope is where it stands.
    """
    unit = await _held(turn, person, unit_id)
    name = unit.name if change.name is None else proper_name(change.name)
    kind = unit.kind if change.kind is None else change.kind
    where = (unit.scheme, unit.area) if change.area is None else (change.scheme, change.area)
    area = await _area(turn, person, *where)
    if area.level not in LEVELS_OF_KIND[kind]:
        raise UnitMisplaced
    moves = (area.scheme, area.code) != (unit.scheme, unit.area)
    if moves and await turn.db.scalar(select(exists().where(Account.unit_id == unit.id))):
        raise UnitStays
    await _must_be_the_only_one(turn, area, name, but=unit.id)
    wanted = {"name": name, "kind": kind, "scheme": area.scheme, "area": area.code}
    facts = {column: [getattr(unit, column), value] for column, value in wanted.items()}
    changed = {column: both for column, both in facts.items() if both[0] != both[1]}
    if changed:
        await write_down(turn, person, Act.UNIT_EDITED, changed, unit=unit.id)
        _set(unit, wanted | {"level": area.level, "place": area.place})
    return await unit_card(turn, person, unit.id)


async def close_unit(turn: Turn, person: Person, unit_id: int) -> UnitCard:
    """Close a unit at which nobody is active any more; closing a closed one changes nothing.

    Raises:
        NotFound: it is out of scope (R12).
        UnitInUse: so many active accounts are still there.
    """
    unit = await _held(turn, person, unit_id)
    here = select(func.count()).select_from(Account).join(Unit, WORKS_THERE).where(Unit.id == unit.id)
    if accounts := await turn.db.scalar(here):
        raise UnitInUse(accounts=accounts)
    if unit.is_open:
        await write_down(turn, person, Act.UNIT_CLOSED, {}, unit=unit.id)
        unit.is_open = False
    return await unit_card(turn, person, unit.id)


async def reopen_unit(turn: Turn, person: Person, unit_id: int) -> UnitCard:
    """Open a closed unit again; opening an open one changes nothing.

    Raises:
        NotFound: it is out of scope (R12).
    """
    unit = await _held(turn, person, unit_id)
    if not unit.is_open:
        await write_down(turn, person, Act.UNIT_REOPENED, {}, unit=unit.id)
        unit.is_open = True
    return await unit_card(turn, person, unit.id)


async def _held(turn: Turn, person: Person, unit_id: int) -> Unit:
    """The unit, kept from others until the end."""
    must_keep(person)
    unit = await turn.db.get(Unit, unit_id, with_for_update=True)
    if unit is None or not person.scope.holds(unit.place):
        raise NotFound
    return unit


async def _area(turn: Turn, person: Person, scheme: int, code: str) -> Area:
    area = await turn.db.get(Area, (scheme, code))
    if area is None or not person.scope.holds(area.place):
        raise NotFound
    return area


async def _must_be_the_only_one(turn: Turn, area: Area, name: str, *, but: int | None = None) -> None:
    """Raises UnitExists if another of that name stands there, open or closed."""
    there = select(Unit.id).where(
        Unit.scheme == area.scheme, Unit.area == area.code, Unit.folded == folded_name(name), Unit.id != (but or 0)
    )
    if (other := await turn.db.scalar(there)) is not None:
        raise UnitExists(unit=other)


def _set(unit: Unit, values: dict[str, Any]) -> None:
    for column, value in values.items():
        setattr(unit, column, value)
