"""«Quản lý đơn vị»: the list of units, found by letters of their names, and from there to one or to a new one (R15)."""

from dataclasses import replace
from typing import Any

from api.client import Api
from api.client.units import UnitFilter
from api.schemas.units import UnitRow, UnitsPage
from conversations.talk import Option, Talk, part
from conversations.talks.add_unit import add_unit
from conversations.talks.import_units import import_units
from conversations.talks.see_unit import see_unit
from conversations.texts import Lines
from models.names import one_spelling
from models.words import UnitKind, UnitStatus

NO = "no_"


@part
async def manage_units(talk: Talk) -> None:
    """Page by page; whatever is typed is looked for in the names."""
    wanted, after = UnitFilter(), None
    while True:
        page = await talk.look(Api.units, wanted, after)
        counted = await talk.look(Api.count_units, wanted)
        answer = await talk.ask(
            "list",
            one_spelling,
            options=_options(page, wanted),
            stands=True,
            count=counted.count,
            filters=_told(wanted),
            rows=_lines(page.rows),
        )
        if isinstance(answer, str):
            wanted, after = replace(wanted, name=answer), None
            continue
        match answer.name:
            case "more":
                after = page.next
            case "add":
                if unit := await add_unit(talk):
                    await see_unit(talk, unit)
                await talk.return_to("list")
            case "import":
                await import_units(talk)
                await talk.return_to("list")
            case "of_kind":
                wanted, after = replace(wanted, kind=await kind_wanted(talk)), None
            case "closed_ones":
                wanted, after = replace(wanted, is_open=False), None
            case _ if answer.name.startswith(NO):
                wanted, after = replace(wanted, **{answer.name.removeprefix(NO): None}), None
            case _:
                await see_unit(talk, int(answer.name))
                await talk.return_to("list")


@part
async def kind_wanted(talk: Talk) -> UnitKind:
    """Units of one kind only."""
    return UnitKind(await talk.choose("which", _kinds()))


def _options(page: UnitsPage, wanted: UnitFilter) -> list[Option]:
    """A button for each row, the next page, new units, a filter more, and each filter less."""
    rows = [Option(str(row.id), "manage_units.list.one", {"name": row.name}) for row in page.rows]
    more = ["more"] if page.next else []
    kind = ["of_kind"] if wanted.kind is None else []
    closed = ["closed_ones"] if wanted.is_open is None else []
    onward = [Option(name) for name in (*more, "add", "import", *kind, *closed)]
    return [*rows, *onward, *(Option(NO + name, facts=facts) for name, facts in _set(wanted))]


def _kinds() -> list[Option]:
    return [Option(kind, "kind_wanted.which.one", {"kind": kind}) for kind in UnitKind]


def _set(wanted: UnitFilter) -> list[tuple[str, dict[str, Any]]]:
    """The filters that are set, by name, with the facts of their texts."""
    values = {"name": wanted.name, "kind": wanted.kind}
    found: list[tuple[str, dict[str, Any]]] = [(name, {name: value}) for name, value in values.items() if value]
    return [*found, *([("is_open", {})] if wanted.is_open is False else [])]


def _told(wanted: UnitFilter) -> Lines:
    return Lines("manage_units.filtered", tuple({"filters": len(_set(wanted))} for _ in _set(wanted)[:1]))


def _lines(rows: list[UnitRow]) -> Lines:
    return Lines("manage_units.row", tuple(_facts(number, row) for number, row in enumerate(rows, 1)))


def _facts(number: int, row: UnitRow) -> dict[str, Any]:
    return {
        "number": number,
        "name": row.name,
        "kind": row.kind,
        "area": ", ".join(row.area[:2]),
        "status": UnitStatus.of(row.is_open),
    }
