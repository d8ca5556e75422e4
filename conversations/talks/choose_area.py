"""Finding an area inside one's scope: by buttons, or by a few letters without diacritics."""

from collections.abc import Sequence

from api.client import Api
from api.schemas.areas import AreaSeen
from conversations.talk import Option, Press, Talk, part
from models.names import one_spelling
from models.spelling import folded_name

HERE = "here"
MOST_BUTTONS = 20


@part
async def choose_area(talk: Talk, area: AreaSeen) -> AreaSeen:
    """The area itself, or one that lies in it."""
    while True:
        parts = await talk.look(Api.areas_in, area.scheme, area.code)
        if not parts:
            return area
        with talk.within(area.code):
            chosen = await find_area(talk, area, parts)
        if chosen is area:
            return area
        area = chosen


@part
async def find_area(talk: Talk, area: AreaSeen, parts: Sequence[AreaSeen]) -> AreaSeen:
    """This area, or one of its parts, pressed or typed."""
    found = parts
    while True:
        answer = await talk.ask("which", one_spelling, options=_options(area, found), where=area.name, count=len(found))
        if isinstance(answer, Press):
            return area if answer.name == HERE else next(one for one in parts if one.code == answer.name)
        found = [one for one in parts if folded_name(answer) in folded_name(one.name)]
        if len(found) == 1:
            return found[0]
        if not found:
            await talk.say("nothing", typed=answer)
            found = parts


def _options(area: AreaSeen, found: Sequence[AreaSeen]) -> list[Option]:
    here = Option(HERE, "find_area.which.this", {"name": area.name})
    return [here, *(Option(one.code, "find_area.which.one", {"name": one.name}) for one in found[:MOST_BUTTONS])]
