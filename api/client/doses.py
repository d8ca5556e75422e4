"""Plans and doses (R18)."""

from uuid import UUID

from api.client.wire import Wire
from api.schemas.doses import (
    DoseCorrected,
    DoseCorrection,
    DoseRecorded,
    NewDose,
    NewPlan,
    PlanMade,
    PlansSeen,
    VaccineRow,
)
from api.schemas.subjects import SubjectSeen


class Doses(Wire):
    """Plans and doses (R18)."""

    async def vaccines(self) -> list[VaccineRow]:
        return await self._ask("GET", "plans/vaccines", list[VaccineRow])

    async def plans(self) -> PlansSeen:
        return await self._ask("GET", "plans", PlansSeen)

    async def make_plan(self, given: NewPlan) -> PlanMade:
        return await self._ask("POST", "plans", PlanMade, given)

    async def due_dose(self, look_up: UUID, subject: int) -> int:
        """The number of the one that comes next."""
        seen = await self._ask("GET", f"subjects/search/{look_up}/{subject}", SubjectSeen)
        return max((dose.number for dose in seen.doses), default=0) + 1

    async def dose_version(self, look_up: UUID, subject: int, dose: UUID) -> int:
        """Which one is there now; the first if there is none."""
        seen = await self._ask("GET", f"subjects/search/{look_up}/{subject}", SubjectSeen)
        return next((one.version for one in seen.doses if one.id == dose), 1)

    async def record_dose(self, look_up: UUID, subject: int, given: NewDose) -> DoseRecorded:
        return await self._ask("POST", f"subjects/search/{look_up}/{subject}/doses", DoseRecorded, given)

    async def correct_dose(self, look_up: UUID, subject: int, dose: UUID, given: DoseCorrection) -> DoseCorrected:
        return await self._ask("PATCH", f"subjects/search/{look_up}/{subject}/doses/{dose}", DoseCorrected, given)
