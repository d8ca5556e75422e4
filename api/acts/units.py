"""The units that somebody keeps: their list, and one of them with who works there (R15)."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, tuple_

from api.acts.area_ranges import area_range
from api.acts.me import unit_seen, with_areas_of_unit
from api.people import Person
from api.schemas.units import UnitCard, UnitRow, UnitsCounted, UnitsPage
from api.statements import Compiled
from api.turns import Turn
from models.accounts import Account
from models.places import Unit
from models.refusals import NotFound
from models.roles import Level
from models.scopes import after as after_place

ROWS_A_PAGE = 10

Wanted = dict[str, Any]
"""The filters that are set, by name: name (letters of it, folded), kind, is_open, scheme and area."""


async def list_units(turn: Turn, person: Person, wanted: Wanted, after: int | None) -> UnitsPage:
    """A page of the units in one's scope, by place and name.

    Raises:
        NotFound: whoever asks keeps no units.
    """
    values = await _values(turn, person, wanted) | {"country": Level.NATIONAL}
    if after is not None:
        values["after"] = after
    found = await _page(frozenset(wanted), is_first=after is None).rows(turn.db, **values, most=ROWS_A_PAGE + 1)
    rows = [_row(row) for row in found[:ROWS_A_PAGE]]
    return UnitsPage(rows=rows, next=rows[-1].id if found[ROWS_A_PAGE:] else None)


async def count_units(turn: Turn, person: Person, wanted: Wanted) -> UnitsCounted:
    """How many there are."""
    row = await _count(frozenset(wanted)).row(turn.db, **await _values(turn, person, wanted))
    return UnitsCounted(count=row[0])


async def unit_card(turn: Turn, person: Person, unit_id: int) -> UnitCard:
    """One unit in one's scope.

    Raises:
        NotFound: there is none by that number, or not for whoever asks (R12).
    """
    must_keep(person)
    await turn.db.flush()  # what this turn has changed is to be seen by the statement
    row = await ONE.row(turn.db, unit_id=unit_id, country=Level.NATIONAL, **_scope(person))
    if row is None:
        raise NotFound
    return UnitCard(
        unit=unit_seen(row),
        scheme=row["scheme"],
        area=row["area"],
        is_open=row["is_open"],
        active_accounts=row["active_accounts"],
    )


def must_keep(person: Person) -> None:
    """Raises NotFound for whoever keeps no units: to them there is no such page (R12)."""
    if not person.scope.keeps_units:
        raise NotFound


WORKS_THERE = (Account.unit_id == Unit.id) & Account.is_active
IN_SCOPE = (Unit.place >= bindparam("scope_from")) & (Unit.place < bindparam("scope_to"))
ONE = Compiled(
    with_areas_of_unit(
        select(
            Unit.scheme,
            Unit.area,
            Unit.is_open,
            select(func.count()).select_from(Account).where(WORKS_THERE).scalar_subquery().label("active_accounts"),
        )
    ).where(Unit.id == bindparam("unit_id"), IN_SCOPE)
)


def _where(wanted: frozenset[str]) -> list[ColumnElement[bool]]:
    all_of_it: dict[str, ColumnElement[bool]] = {
        "name": func.strpos(Unit.folded, bindparam("letters")) > 0,
        "kind": Unit.kind == bindparam("kind"),
        "is_open": Unit.is_open == bindparam("is_open"),
        "area": (Unit.place >= bindparam("area_from")) & (Unit.place < bindparam("area_to")),
    }
    return [IN_SCOPE, *(all_of_it[name] for name in sorted(wanted) if name in all_of_it)]


@cache
def _page(wanted: frozenset[str], *, is_first: bool) -> Compiled:
    """The statement for these filters; compiled once each."""
    order = (Unit.place, Unit.name, Unit.id)
    rows: Select[*tuple[Any, ...]] = with_areas_of_unit(select(Unit.is_open)).where(*_where(wanted))
    if not is_first:
        last = select(*order).where(Unit.id == bindparam("after")).scalar_subquery()
        rows = rows.where(tuple_(*order) > last)
    return Compiled(rows.order_by(*order).limit(bindparam("most")))


@cache
def _count(wanted: frozenset[str]) -> Compiled:
    return Compiled(select(func.count()).select_from(Unit).where(*_where(wanted)))


async def _values(turn: Turn, person: Person, wanted: Wanted) -> dict[str, Any]:
    """What the statement's places hold."""
    must_keep(person)
    values: dict[str, Any] = _scope(person) | {name: wanted[name] for name in ("kind", "is_open") if name in wanted}
    if "name" in wanted:
        values["letters"] = wanted["name"]
    if "area" in wanted:
        values |= await area_range(turn, wanted["scheme"], wanted["area"])
    return values


def _scope(person: Person) -> dict[str, Any]:
    return {"scope_from": person.place, "scope_to": after_place(person.place)}


def _row(row: Any) -> UnitRow:
    seen = unit_seen(row)
    return UnitRow(id=seen.id, name=seen.name, kind=seen.kind, area=seen.area, is_open=row["is_open"])
