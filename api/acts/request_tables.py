"""The table of people to be asked for: its columns, the form to fill in, and what comes back marked (R13, T22)."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import combinations
from uuid import UUID

from sqlalchemy import select

from api.acts.accounts import must_manage
from api.acts.listed_people import typed_row
from api.installation import Words as InWords
from api.people import Person
from api.spreadsheets.columns import Column, Line, Row, Words
from api.turns import Turn
from models.listed_people import ALSO_HEADED, MAY_BE_EMPTY, PersonColumn, RowState
from models.places import Unit
from models.request_lists import ListedPerson
from models.rules import MAX_LISTED
from models.scopes import after as after_place
from models.words import Gender, Language, Right

CODE = "row"
"""The column by which a row that comes back is known again."""
ID_SIGNS = 6
"""Of a list's id in such a code: enough to tell a list from the one before it."""
A_CODE = re.compile(r"([0-9a-f]+)-(\d{1,9})", re.ASCII)
MOST_UNITS = 200
"""That are offered in a drop-down; nobody finds one among more."""
ROWS_A_BATCH = 500


def columns_to_read(words: InWords) -> list[Column]:
    """The columns, each by its header in any language."""
    headers = {c: tuple(words(language, f"PersonColumn.{c}") for language in Language) for c in PersonColumn}
    of_people = [
        Column(c, headers[c] + ALSO_HEADED.get(c, ()), is_required=c not in MAY_BE_EMPTY) for c in PersonColumn
    ]
    codes = tuple(words(language, "person_table.row") for language in Language)
    return [Column(CODE, codes, is_required=False), *of_people]


def code_of(row: ListedPerson) -> str:
    """What stands in the first column of a row that goes out to be mended."""
    return f"{row.list_id.hex[:ID_SIGNS]}-{row.number}"


def number_in(row: Row, list_id: UUID) -> int | None:
    """The number of the row that comes back; None for one that is new, or of another list."""
    found = A_CODE.fullmatch(row.cells[CODE])
    return int(found[2]) if found and found[1] == list_id.hex[:ID_SIGNS] else None


async def people_template(turn: Turn, person: Person, language: Language) -> tuple[str, bytes]:
    """The name and the bytes of the form to fill in.

    Raises:
        NotFound: whoever asks manages nobody.
        Busy: too many files are being written.
    """
    must_manage(person)
    words = turn.house.words
    example = {str(column): words(language, f"person_example.{column}") for column in PersonColumn}
    unit = await turn.db.get_one(Unit, person.unit_id)
    example |= {PersonColumn.UNIT: unit.name, PersonColumn.GENDER: words(language, f"Gender.{Gender.FEMALE}")}
    example |= {PersonColumn.RIGHTS: words(language, f"Right.{Right.DATA_ENTRY}")}
    guide = (words(language, "person_table.guide", max=MAX_LISTED), words(language, "person_table.example"))
    around = Words(words(language, "person_table.title"), guide, example)

    async def none() -> AsyncIterator[list[Line]]:
        yield []

    return await _table(turn, await _columns_to_fill_in(turn, person, language), none(), around)


async def marked_people(turn: Turn, person: Person, language: Language) -> tuple[str, bytes]:
    """The name and the bytes of the rows that cannot be sent as they are, the reasons at their cells.

    Raises:
        As `people_template`.
    """
    must_manage(person)
    words = turn.house.words
    code = Column(CODE, (words(language, "person_table.row"),), is_required=False)
    around = Words(words(language, "person_table.marked_title"), (words(language, "person_table.marked_guide"),))
    columns = [code, *await _columns_to_fill_in(turn, person, language)]
    return await _table(turn, columns, _marked(turn, person, language), around)


async def _marked(turn: Turn, person: Person, language: Language) -> AsyncIterator[list[Line]]:
    """The rows, some at a time."""
    words, last = turn.house.words, 0
    rows = select(ListedPerson).where(
        ListedPerson.by_account_id == person.account_id, ListedPerson.state != RowState.READY
    )
    in_order = rows.order_by(ListedPerson.number).limit(ROWS_A_BATCH)
    while batch := list(await turn.db.scalars(in_order.where(ListedPerson.number > last))):
        last = batch[-1].number
        lines = []
        for row in batch:
            wrong = {column: words(language, f"PersonFlaw.{flaw}") for column, flaw in row.flaws.items()}
            if row.doubt and row.state is RowState.DOUBTFUL:
                wrong[PersonColumn.PHONE] = words(language, f"PersonDoubt.{row.doubt}")
            lines.append(Line({CODE: code_of(row), **typed_row(turn.keys, row).cells}, wrong))
            turn.db.expunge(row)
        yield lines


async def _table(
    turn: Turn, columns: list[Column], lines: AsyncIterator[list[Line]], around: Words
) -> tuple[str, bytes]:
    content = await turn.house.tables.workbook(columns, lines, around, source=turn.caller.source, to_fill_in=True)
    return f"{around.title}.xlsx", content


async def _columns_to_fill_in(turn: Turn, person: Person, language: Language) -> list[Column]:
    words = turn.house.words
    choices = {
        PersonColumn.GENDER: tuple(words(language, f"Gender.{gender}") for gender in Gender),
        PersonColumn.UNIT: await _units(turn, person),
        PersonColumn.RIGHTS: tuple(
            ", ".join(words(language, f"Right.{right}") for right in some)
            for count in range(1, len(Right) + 1)
            for some in combinations(Right, count)
        ),
    }
    columns = [
        Column(column, (words(language, f"PersonColumn.{column}"),), is_required=column not in MAY_BE_EMPTY)
        for column in PersonColumn
    ]
    return [replace(column, choices=choices.get(PersonColumn(column.name), ())) for column in columns]


async def _units(turn: Turn, person: Person) -> tuple[str, ...]:
    """The names of the open units in one's scope, if they are few."""
    here = (Unit.place >= person.place) & (Unit.place < after_place(person.place))
    names = select(Unit.name).where(here, Unit.is_open).distinct().order_by(Unit.name).limit(MOST_UNITS + 1)
    found = tuple(await turn.db.scalars(names))
    return found if len(found) <= MOST_UNITS else ()
