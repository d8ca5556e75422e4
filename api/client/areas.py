"""Areas, and the units in them."""

from urllib.parse import quote

from api.client.wire import Wire
from api.schemas.areas import AreaSeen, UnitChoice, Workplace


class Areas(Wire):
    """Areas, and the units in them."""

    async def workplace(self) -> Workplace:
        return await self._ask("GET", "areas/mine", Workplace)

    async def areas_in(self, scheme: int, code: str) -> list[AreaSeen]:
        return await self._ask("GET", f"areas/{scheme}/{quote(code, safe='')}/parts", list[AreaSeen])

    async def units_in(self, scheme: int, code: str) -> list[UnitChoice]:
        return await self._ask("GET", f"areas/{scheme}/{quote(code, safe='')}/units", list[UnitChoice])
