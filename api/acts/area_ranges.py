"""The range of places that an area stands for in a list's filter."""

from sqlalchemy import bindparam, select

from api.statements import Compiled
from api.turns import Turn
from models.places import Area
from models.scopes import after

NOWHERE = {"area_from": "", "area_to": ""}
PLACE = Compiled(select(Area.place).where(Area.scheme == bindparam("scheme"), Area.code == bindparam("code")))


async def area_range(turn: Turn, scheme: int, code: str) -> dict[str, str]:
    """From which place to before which it reaches, as values: unknown ones PostgreSQL takes for a small part of all.

    An area that there is not holds nothing. Areas come with a release and stay where they are, so each is read once.
    """
    places = turn.house.places
    if (scheme, code) not in places:
        found = await PLACE.row(turn.db, scheme=scheme, code=code)
        if found is None:
            return NOWHERE
        places[scheme, code] = found["place"]
    place = places[scheme, code]
    return {"area_from": place, "area_to": after(place)}
