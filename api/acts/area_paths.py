"""Areas found by the names on the way to them: of the 27 communes «Xã Tân Thành», the one in that district (R12)."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from api.people import Person
from api.turns import Turn
from models.places import COUNTRY, Area, Unit
from models.roles import Level
from models.spelling import folded_name
from models.words import UnitColumn, UnitRowFlaw

AREA_COLUMNS = (UnitColumn.PROVINCE, UnitColumn.DISTRICT, UnitColumn.COMMUNE)
TYPES = ("thanh pho ", "tinh ", "quan ", "huyen ", "thi xa ", "phuong ", "xa ", "thi tran ")
"""What a name begins with; people leave it out where it is plain."""

AreaPath = tuple[str, str, str]
"""Names of a province, a district in it and a commune in that, as typed; "" where none is given."""
Parts = list[dict[str, list["AreaFound"]]]
"""The parts of an area by their names: as written, without diacritics, and without the type too."""


@dataclass(frozen=True)
class AreaFound:
    """An area of one's scope."""

    scheme: int
    code: str
    level: Level
    name: str
    place: str


@dataclass(frozen=True)
class Astray:
    """Where a path leads nowhere, and why."""

    column: UnitColumn
    flaw: UnitRowFlaw


async def areas_by_path(turn: Turn, person: Person, paths: Iterable[AreaPath]) -> dict[AreaPath, AreaFound | Astray]:
    """The areas at the ends of the paths. One out of scope is as one that is not there (R12)."""
    scheme = (await turn.db.get_one(Unit, person.unit_id)).scheme
    ends: dict[AreaPath, AreaFound | Astray] = {path: Astray(AREA_COLUMNS[0], UnitRowFlaw.CELL_EMPTY) for path in paths}
    reached = dict.fromkeys((path for path in ends if path[0]), COUNTRY)
    for step, column in enumerate(AREA_COLUMNS):
        going = [path for path in reached if path[step]]
        parts = await _parts(turn, person, scheme, {reached[path] for path in going})
        for path in going:
            there = _named(path[step], parts.get(reached[path], []))
            if isinstance(there, AreaFound):
                ends[path], reached[path] = there, there.code
            else:
                ends[path] = Astray(column, there)
                del reached[path]
    return ends


async def _parts(turn: Turn, person: Person, scheme: int, codes: set[str]) -> dict[str, Parts]:
    """By area, its parts that lie in one's scope; whoever keeps units keeps whole provinces."""
    query = select(Area.scheme, Area.code, Area.level, Area.name, Area.place, Area.parent).where(
        Area.scheme == scheme, Area.parent.in_(codes)
    )
    found: dict[str, Parts] = {}
    for of_scheme, code, level, name, place, parent in await turn.db.execute(query):
        part = AreaFound(of_scheme, code, level, name, place)
        if person.scope.holds(part.place):
            by_names = found.setdefault(str(parent), [{}, {}, {}])
            for names, name in zip(by_names, _names(part.name), strict=True):
                names.setdefault(name, []).append(part)
    return found


def _names(name: str) -> tuple[str, str, str]:
    folded = folded_name(name)
    return name.casefold(), folded, next((folded.removeprefix(t) for t in TYPES if folded.startswith(t)), folded)


def _named(typed: str, parts: Parts) -> AreaFound | UnitRowFlaw:
    """The one part of that name; the closer spelling counts more."""
    folded = folded_name(typed)
    for names, name in zip(parts, (typed.casefold(), folded, folded), strict=False):
        match names.get(name):
            case [part]:
                return part
            case [_, *_]:
                return UnitRowFlaw.AREA_UNCLEAR
    return UnitRowFlaw.AREA_UNKNOWN
