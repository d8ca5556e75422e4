"""The table of units that people fill in: its columns, the empty form, and what comes back marked (T22)."""

from collections.abc import AsyncIterator
from dataclasses import replace

from api.acts.units import must_keep
from api.installation import Words as InWords
from api.people import Person
from api.spreadsheets.columns import Column, Line, Words
from api.turns import Turn
from models.rules import MAX_UNITS_A_FILE
from models.spelling import folded_name
from models.words import Language, UnitColumn, UnitKind

MAY_BE_EMPTY = {UnitColumn.DISTRICT, UnitColumn.COMMUNE}
"""Of a unit that stands at a province or a district."""
EXAMPLE_KIND = UnitKind.COMMUNE_HEALTH_STATION


def columns_to_read(words: InWords) -> list[Column]:
    """The columns, each by its header in any language; all must be there, lest a commune's unit go to the district."""
    headers = {column: tuple(words(language, f"UnitColumn.{column}") for language in Language) for column in UnitColumn}
    return [Column(column, headers[column]) for column in UnitColumn]


def kinds_by_word(words: InWords) -> dict[str, UnitKind]:
    """What a kind is called in any language, without diacritics."""
    return {folded_name(words(language, f"UnitKind.{kind}")): kind for language in Language for kind in UnitKind}


async def units_template(turn: Turn, person: Person, language: Language) -> tuple[str, bytes]:
    """The name and the bytes of the form to fill in.

    Raises:
        NotFound: whoever asks keeps no units.
        Busy: too many files are being written.
    """
    must_keep(person)
    words = turn.house.words
    shown = {column: f"unit_example.{column}" for column in UnitColumn}
    shown[UnitColumn.KIND] = f"UnitKind.{EXAMPLE_KIND}"
    example = {str(column): words(language, name) for column, name in shown.items()}
    guide = (words(language, "unit_table.guide", max=MAX_UNITS_A_FILE), words(language, "unit_table.example"))
    around = Words(words(language, "unit_table.title"), guide, example)
    return await _table(turn, [], around, language)


async def marked_table(turn: Turn, lines: list[Line], language: Language) -> tuple[str, bytes]:
    """The name and the bytes of the rows to correct."""
    words = turn.house.words
    around = Words(words(language, "unit_table.marked_title"), (words(language, "unit_table.marked_guide"),))
    return await _table(turn, lines, around, language)


async def _table(turn: Turn, lines: list[Line], around: Words, language: Language) -> tuple[str, bytes]:
    async def batches() -> AsyncIterator[list[Line]]:
        yield lines

    content = await turn.house.tables.workbook(
        _columns_to_fill_in(turn.house.words, language),
        batches(),
        around,
        source=turn.caller.source,
        to_fill_in=True,
    )
    return f"{around.title}.xlsx", content


def _columns_to_fill_in(words: InWords, language: Language) -> list[Column]:
    columns = [
        Column(column, (words(language, f"UnitColumn.{column}"),), is_required=column not in MAY_BE_EMPTY)
        for column in UnitColumn
    ]
    kinds = tuple(words(language, f"UnitKind.{kind}") for kind in UnitKind if kind is not UnitKind.MINISTRY)
    return [replace(column, choices=kinds) if column.name == UnitColumn.KIND else column for column in columns]
