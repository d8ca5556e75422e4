"""Units, for those who keep them."""

from dataclasses import dataclass
from urllib.parse import urlencode

from api.client.files import FileMade, FileSent, file_of
from api.client.wire import Wire
from api.schemas.units import NewUnit, UnitCard, UnitChange, UnitsCounted, UnitsImported, UnitsPage
from models.words import UnitKind


@dataclass(frozen=True)
class UnitFilter:
    """Which units a list is to have; None leaves a field open. An area is its scheme and code."""

    name: str | None = None
    kind: UnitKind | None = None
    is_open: bool | None = None
    area: tuple[int, str] | None = None

    def query(self, **more: object) -> str:
        """It as the API's query."""
        given: dict[str, object] = {"name": self.name, "kind": self.kind}
        if self.area:
            given["scheme"], given["area"] = self.area
        if self.is_open is not None:
            given["is_open"] = "true" if self.is_open else "false"
        return urlencode({name: value for name, value in (given | more).items() if value is not None})


class Units(Wire):
    """Units, for those who keep them."""

    async def units(self, wanted: UnitFilter, after: int | None = None) -> UnitsPage:
        return await self._ask("GET", f"units?{wanted.query(after=after)}", UnitsPage)

    async def count_units(self, wanted: UnitFilter) -> UnitsCounted:
        return await self._ask("GET", f"units/count?{wanted.query()}", UnitsCounted)

    async def unit(self, unit: int) -> UnitCard:
        return await self._ask("GET", f"units/{unit}", UnitCard)

    async def add_unit(self, new: NewUnit) -> UnitCard:
        return await self._ask("POST", "units", UnitCard, new)

    async def edit_unit(self, unit: int, change: UnitChange) -> UnitCard:
        return await self._ask("PATCH", f"units/{unit}", UnitCard, change)

    async def close_unit(self, unit: int) -> UnitCard:
        return await self._ask("POST", f"units/{unit}/close", UnitCard)

    async def units_template(self) -> FileMade:
        return await self._download("units/import/template")

    async def import_units(self, file: FileSent) -> UnitsImported:
        return await self._upload("POST", "units/import", UnitsImported, file)

    async def marked_units(self, file: FileSent) -> FileMade:
        """The rows of such a file that are wrong, marked; nothing is made."""
        return file_of(*await self._hand_on("POST", "units/import/check", file))

    async def reopen_unit(self, unit: int) -> UnitCard:
        return await self._ask("POST", f"units/{unit}/reopen", UnitCard)
