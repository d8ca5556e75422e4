"""Finding a unit inside one's scope: by buttons, or by a few letters without diacritics (R8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from api.client import Api
from api.schemas.areas import AreaSeen, UnitChoice
from conversations.talk import Option, Press, Talk, part
from models.names import one_spelling
from models.spelling import folded_name

MOST_BUTTONS = 20


T = TypeVar("T", bound=UnitChoice | AreaSeen)


@dataclass(frozen=True)
class Choice(Generic[T]):
    """A unit, or an area to look into."""

    key: str
    sign: str
    of: T


@part
async def choose_unit(talk: Talk, area: AreaSeen) -> UnitChoice:
    """A unit in the area or below; where there is but one, it takes itself."""
    while True:
        units = await talk.look(Api.units_in, area.scheme, area.code)
        parts = await talk.look(Api.areas_in, area.scheme, area.code)
        choices = _choices(units, parts)
        with talk.within(area.code):
            chosen = choices[0].of if len(choices) == 1 else await find(talk, area.name, choices)
        if isinstance(chosen, UnitChoice):
            return chosen
        area = chosen


@part
async def find(talk: Talk, where: str, choices: Sequence[Choice[T]]) -> T:
    """One of the choices, pressed or typed."""
    found = choices
    while True:
        answer = await talk.ask("which", one_spelling, options=_options(found), where=where, count=len(found))
        if isinstance(answer, Press):
            return next(one.of for one in choices if one.key == answer.name)
        found = [one for one in choices if folded_name(answer) in folded_name(one.of.name)]
        if len(found) == 1:
            return found[0].of
        if not found:
            await talk.say("nothing", typed=answer)
            found = choices


def _choices(units: list[UnitChoice], parts: list[AreaSeen]) -> list[Choice[UnitChoice | AreaSeen]]:
    """The units that stand right there, then the areas below."""
    below = [Choice[UnitChoice | AreaSeen](f"area {part.code}", "📍", part) for part in parts]
    return [*(Choice[UnitChoice | AreaSeen](f"unit {unit.id}", "🏥", unit) for unit in units), *below]


def _options(found: Sequence[Choice[T]]) -> list[Option]:
    names = [(one.key, {"sign": one.sign, "name": one.of.name}) for one in found[:MOST_BUTTONS]]
    return [Option(key, "find.which.one", facts) for key, facts in names]
