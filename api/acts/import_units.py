"""Making units of the rows of a table: what is right is saved, what is wrong comes back with its reasons (R15, T21)."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from api.acts.admin_acts import write_down_units
from api.acts.area_paths import AREA_COLUMNS, AreaFound, AreaPath, Astray, areas_by_path
from api.acts.unit_tables import columns_to_read, kinds_by_word, marked_table
from api.acts.units import must_keep
from api.people import Person
from api.schemas.units import UnitRowWrong, UnitsImported
from api.spreadsheets.columns import Line, Row
from api.turns import Turn
from models.names import one_spelling, proper_name
from models.places import LEVELS_OF_KIND, Unit
from models.refusals import NameInvalid
from models.rules import MAX_UNITS_A_FILE
from models.spelling import folded_name
from models.words import Act, Language, UnitColumn, UnitKind, UnitRowFlaw

FLAWS_TOLD = 5
"""In the answer; all of them are in the marked workbook."""

Flaws = dict[UnitColumn, UnitRowFlaw]


@dataclass(frozen=True)
class Judged:
    """A row, with the unit that it is, or what is wrong with it."""

    row: Row
    unit: dict[str, Any] = field(default_factory=dict)
    flaws: Flaws = field(default_factory=dict)


async def import_units(turn: Turn, person: Person, content: bytes) -> UnitsImported:
    """Make the units that are right and not there yet, each written down (T25).

    Raises:
        NotFound: whoever asks keeps no units.
        FileUnreadable, ColumnsMissing, …: see `Tables.opened`.
    """
    judged = await _judged(turn, person, content)
    units = [one.unit for one in judged if not one.flaws]
    made = await _make(turn, person, units)
    wrong = [one for one in judged if one.flaws]
    flaws = [UnitRowWrong(row=one.row.number, column=c, flaw=f) for one in wrong for c, f in one.flaws.items()]
    return UnitsImported(made=made, existing=len(units) - made, wrong=len(wrong), flaws=flaws[:FLAWS_TOLD])


async def marked_units(turn: Turn, person: Person, content: bytes, language: Language) -> tuple[str, bytes]:
    """The name and the bytes of a workbook with the wrong rows alone, and the reasons at their cells; nothing is made.

    Raises:
        As `import_units`.
    """
    judged = await _judged(turn, person, content)
    words = turn.house.words
    lines = [
        Line(one.row.cells, {column: words(language, f"UnitRowFlaw.{flaw}") for column, flaw in one.flaws.items()})
        for one in judged
        if one.flaws
    ]
    return await marked_table(turn, lines, language)


async def _judged(turn: Turn, person: Person, content: bytes) -> list[Judged]:
    must_keep(person)
    columns, most = columns_to_read(turn.house.words), MAX_UNITS_A_FILE
    async with turn.house.tables.opened(content, columns, most_rows=most, source=turn.caller.source) as table:
        rows = [row async for batch in table.batches for row in batch]
    ends = await areas_by_path(turn, person, {_path(row) for row in rows})
    kinds = kinds_by_word(turn.house.words)
    before: set[tuple[str, str]] = set()
    judged = []
    for row in rows:
        one = _judge(row, kinds, ends[_path(row)])
        if not one.flaws:
            same = (one.unit["area"], folded_name(one.unit["name"]))
            one = Judged(row, flaws={UnitColumn.NAME: UnitRowFlaw.TWICE}) if same in before else one
            before.add(same)
        judged.append(one)
    return judged


def _path(row: Row) -> AreaPath:
    province, district, commune = (one_spelling(row.cells[column]) for column in AREA_COLUMNS)
    return province, district, commune


def _judge(row: Row, kinds: dict[str, UnitKind], end: AreaFound | Astray) -> Judged:
    """The unit that the row is by itself, or everything that is wrong with it at once."""
    flaws: Flaws = {}
    name, typed = "", row.cells[UnitColumn.KIND]
    try:
        name = proper_name(row.cells[UnitColumn.NAME])
    except NameInvalid:
        flaws[UnitColumn.NAME] = UnitRowFlaw.NAME_INVALID
    kind = kinds.get(folded_name(typed))
    if kind is None:
        flaws[UnitColumn.KIND] = UnitRowFlaw.KIND_UNKNOWN if typed.strip() else UnitRowFlaw.CELL_EMPTY
    if isinstance(end, Astray):
        return Judged(row, flaws=flaws | {end.column: end.flaw})
    if kind is not None and end.level not in LEVELS_OF_KIND[kind]:
        flaws[UnitColumn.KIND] = UnitRowFlaw.KIND_MISPLACED
    where = {"scheme": end.scheme, "area": end.code, "level": end.level, "place": end.place}
    return Judged(row, {"name": name, "kind": kind, **where}, flaws)


async def _make(turn: Turn, person: Person, units: list[dict[str, Any]]) -> int:
    """Make those of whose names there is none where they stand; how many."""
    if not units:
        return 0
    unlike = insert(Unit).on_conflict_do_nothing(index_elements=["scheme", "area", "folded"])
    there_now = unlike.returning(Unit.id, Unit.name, Unit.kind, Unit.scheme, Unit.area)
    made = (await turn.db.execute(there_now, [unit | {"is_open": True} for unit in units])).all()
    facts = {unit: {"name": n, "kind": k, "scheme": scheme, "area": area} for unit, n, k, scheme, area in made}
    await write_down_units(turn, person, Act.UNIT_CREATED, facts)
    return len(made)
