"""Where somebody lives: the commune of one's own unit by one press, or any other in the country (R18)."""

from collections.abc import Sequence

from api.client import Api
from api.schemas.areas import AreaSeen
from conversations.talk import Option, Press, Talk, part
from conversations.talks.choose_area import MOST_BUTTONS
from models.names import one_spelling
from models.roles import COUNTRY, Level
from models.spelling import folded_name

HERE, ELSEWHERE = "here", "elsewhere"


@part
async def choose_commune(talk: Talk) -> AreaSeen:
    """«Phường/Xã»: the own one, or province, district and commune one after the other."""
    area = await talk.look(Api.home)
    if area.level is Level.COMMUNE:
        here = Option(HERE, "choose_commune.which.here", {"name": area.name})
        if await talk.choose("which", [here, ELSEWHERE]) == HERE:
            return area
    area = area.model_copy(update={"code": COUNTRY, "level": Level.NATIONAL})
    while area.level is not Level.COMMUNE:
        parts = await talk.look(Api.areas_to_live_in, area.scheme, area.code)
        with talk.within(area.code):
            area = await find_part(talk, parts)
    return area


@part
async def find_part(talk: Talk, parts: Sequence[AreaSeen]) -> AreaSeen:
    """One of these areas, pressed or typed."""
    found = parts
    while True:
        answer = await talk.ask("which", one_spelling, options=_options(found), count=len(found))
        if isinstance(answer, Press):
            return next(one for one in parts if one.code == answer.name)
        found = [one for one in parts if folded_name(answer) in folded_name(one.name)]
        if len(found) == 1:
            return found[0]
        if not found:
            await talk.say("nothing", typed=answer)
            found = parts


def _options(found: Sequence[AreaSeen]) -> list[Option]:
    return [Option(one.code, "find_part.which.one", {"name": one.name}) for one in found[:MOST_BUTTONS]]
