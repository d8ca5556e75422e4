"""«Thêm mới đơn vị»: where it stands, what it is, its name (R15)."""

from api.client import Api
from api.schemas.areas import AreaSeen
from api.schemas.units import NewUnit
from conversations.talk import Option, Talk, part
from conversations.talks.choose_area import choose_area
from models.names import proper_name
from models.refusals import NotFound, UnitExists, UnitMisplaced
from models.roles import LEVELS_OF_KIND, Level
from models.words import UnitKind


@part
async def add_unit(talk: Talk) -> int | None:
    """Three questions, then a card on which each can be answered anew. The unit to look at afterwards, if any."""
    scope = (await talk.look(Api.workplace)).area
    area = await choose_area(talk, scope)
    kind = await choose_kind(talk, area.level)
    name = await unit_name(talk)
    while True:
        match await talk.choose(
            "review",
            ["save", "edit_name", "edit_kind", "edit_area", "close"],
            unit=name,
            kind=kind,
            level=area.level,
            area=area.name,
        ):
            case "close":
                await talk.say("closed")
                return None
            case "edit_name":
                name = await unit_name(talk)
            case "edit_kind":
                kind = await choose_kind(talk, area.level)
            case "edit_area":
                area = await choose_area(talk, scope)
                if area.level not in LEVELS_OF_KIND[kind]:
                    kind = await choose_kind(talk, area.level)
            case _:
                try:
                    made = await talk.do(Api.add_unit, _unit(name, kind, area))
                except UnitExists as refusal:
                    await talk.tell(refusal)
                    if await talk.choose("exists", ["see", "another_name"]) == "see":
                        return refusal.unit
                    name = await unit_name(talk)
                except (UnitMisplaced, NotFound) as refusal:
                    await talk.tell(refusal)
                    area = await choose_area(talk, scope)
                    kind = await choose_kind(talk, area.level)
                else:
                    await talk.say("made", unit=made.unit.name)
                    return made.unit.id


@part
async def unit_name(talk: Talk) -> str:
    """The name of a unit, in one spelling."""
    return await talk.ask("name", proper_name)


@part
async def choose_kind(talk: Talk, level: Level) -> UnitKind:
    """One of the kinds that stand in areas of that level."""
    kinds = [kind for kind in UnitKind if level in LEVELS_OF_KIND[kind]]
    return UnitKind(await talk.choose("which", _kinds(kinds)))


def _kinds(kinds: list[UnitKind]) -> list[Option]:
    return [Option(kind, "choose_kind.which.one", {"kind": kind}) for kind in kinds]


def _unit(name: str, kind: UnitKind, area: AreaSeen) -> NewUnit:
    return NewUnit(name=name, kind=kind, scheme=area.scheme, area=area.code)
