"""People as they come onto a list, judged: who they are and where, what is wrong, who is perhaps known (R13)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from api.acts.account_requests import Wanted
from api.acts.ask_for_account import Asked, person_key
from api.acts.known_people import Known, known_people
from api.acts.otp_challenge import phone_key
from api.people import Person
from api.turns import Turn
from models.listed_people import Cells, Flaws, PersonColumn, PersonDoubt, PersonFlaw, RowState, judged, shortened
from models.places import Unit
from models.request_lists import ListedPerson
from models.scopes import after as after_place
from models.sealing import Keys
from models.seals import LISTED_KEY, LISTED_PERSON, listed_row
from models.spelling import folded_name


@dataclass(frozen=True)
class TypedRow:
    """A row as it came."""

    cells: Cells
    number: int | None = None
    """Of the row on the list that it takes the place of."""
    unit_id: int | None = None
    """The unit, if it was chosen instead of named."""
    is_confirmed: bool = False


@dataclass(frozen=True)
class Somebody:
    """Whom a row without a flaw means."""

    asked: Asked
    person_key: bytes
    phone_key: bytes


@dataclass(frozen=True)
class JudgedRow:
    """A row, and what it means or what is wrong with it."""

    typed: TypedRow
    row_key: bytes
    somebody: Somebody | None = None
    flaws: Flaws | None = None
    doubt: PersonDoubt | None = None

    @property
    def state(self) -> RowState:
        """Whether it can be sent."""
        if self.somebody is None:
            return RowState.WRONG
        return RowState.DOUBTFUL if self.doubt and not self.typed.is_confirmed else RowState.READY

    @property
    def unit_id(self) -> int | None:
        """Its unit, as far as that was chosen or is known."""
        return self.somebody.asked.unit.id if self.somebody else self.typed.unit_id

    def waits(self, known: Known) -> bool:
        """Whether that person's request waits already."""
        one = self.somebody
        return one is not None and known.waits(one.asked.unit.id, one.person_key, one.phone_key)


async def judged_rows(turn: Turn, person: Person, typed: Sequence[TypedRow]) -> tuple[list[JudgedRow], Known]:
    """Each row by itself, and what is known of their numbers; a unit out of scope is as one that is not there (R12)."""
    units = await _units(turn, person, typed)
    rows = [_judged(turn, row, units) for row in typed]
    known = await known_people(turn, {row.somebody.phone_key for row in rows if row.somebody})
    return [replace(row, doubt=_known_doubt(row, known)) for row in rows], known


def kept_row(keys: Keys, list_id: UUID, by: int, number: int, row: JudgedRow) -> dict[str, Any]:
    """The row as it is kept."""
    cells = json.dumps(shortened(row.typed.cells), ensure_ascii=False)
    flaws = row.flaws or {}
    return {
        "list_id": list_id,
        "number": number,
        "by_account_id": by,
        "cells_sealed": keys.seal(cells, LISTED_PERSON, listed_row(list_id, number)),
        "row_key": row.row_key,
        "unit_id": None if PersonColumn.UNIT in flaws else row.unit_id,
        "person_key": row.somebody and row.somebody.person_key,
        "phone_key": row.somebody and row.somebody.phone_key,
        "flaws": flaws,
        "doubt": row.doubt,
        "is_confirmed": row.typed.is_confirmed,
        "state": row.state,
    }


def typed_row(keys: Keys, kept: ListedPerson) -> TypedRow:
    """The row as it came."""
    cells = json.loads(keys.opened(kept.cells_sealed, LISTED_PERSON, listed_row(kept.list_id, kept.number)))
    return TypedRow(cells, kept.number, kept.unit_id, kept.is_confirmed)


@dataclass(frozen=True)
class _Units:
    """The units that are meant, by number and by name."""

    own: int
    by_id: Mapping[int, Unit]
    by_name: Mapping[str, list[Unit]]

    def meant(self, row: TypedRow) -> Unit | PersonFlaw:
        """The unit of a row, or why there is none."""
        name = row.cells.get(PersonColumn.UNIT, "").strip()
        if row.unit_id is not None or not name:
            found = [unit for unit in [self.by_id.get(row.unit_id or self.own)] if unit]
        else:
            found = self.by_name.get(folded_name(name), [])
        if len(found) != 1:
            return PersonFlaw.UNIT_UNCLEAR if found else PersonFlaw.UNIT_UNKNOWN
        return found[0] if found[0].is_open else PersonFlaw.UNIT_CLOSED


async def _units(turn: Turn, person: Person, typed: Iterable[TypedRow]) -> _Units:
    ids = {person.unit_id} | {row.unit_id for row in typed if row.unit_id is not None}
    names = {folded_name(row.cells.get(PersonColumn.UNIT, "")) for row in typed} - {""}
    here = (Unit.place >= person.place) & (Unit.place < after_place(person.place))
    found = list(await turn.db.scalars(select(Unit).where(here, Unit.id.in_(ids) | Unit.folded.in_(names))))
    by_name: dict[str, list[Unit]] = {}
    for unit in found:
        by_name.setdefault(unit.folded, []).append(unit)
    return _Units(person.unit_id, {unit.id: unit for unit in found}, by_name)


def _judged(turn: Turn, row: TypedRow, units: _Units) -> JudgedRow:
    meant, unit = judged(shortened(row.cells)), units.meant(row)
    flaws = meant.flaws if isinstance(unit, Unit) else meant.flaws | {PersonColumn.UNIT: unit}
    if flaws or not isinstance(unit, Unit):
        return JudgedRow(row, turn.keys.digest(LISTED_KEY, _as_typed(row)), flaws=flaws)
    wanted = Wanted(
        full_name=meant.values[PersonColumn.FULL_NAME],
        gender=meant.values[PersonColumn.GENDER],
        position=meant.values[PersonColumn.POSITION],
        phone=meant.values[PersonColumn.PHONE],
        email=meant.values.get(PersonColumn.EMAIL),
    )
    who = person_key(turn, wanted.full_name, wanted.phone)
    asked = Asked(unit, wanted, frozenset(meant.values[PersonColumn.RIGHTS]))
    somebody = Somebody(asked, who, phone_key(turn, wanted.phone))
    return JudgedRow(row, turn.keys.digest(LISTED_KEY, f"{unit.id}|{who.hex()}"), somebody)


def _as_typed(row: TypedRow) -> str:
    """All that was typed, so that the same file twice is the same rows."""
    return json.dumps([row.unit_id, *(folded_name(cell) for cell in shortened(row.cells).values())])


def _known_doubt(row: JudgedRow, known: Known) -> PersonDoubt | None:
    """Why somebody is perhaps known: the same rule as for one person asked for."""
    one = row.somebody
    if one is None:
        return None
    if one.phone_key in known.in_use:
        return PersonDoubt.PHONE_IN_USE
    asked = known.asked_for_another(one.asked.unit.id, one.person_key, one.phone_key)
    return PersonDoubt.PHONE_ASKED if asked else None
