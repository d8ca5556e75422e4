"""Subjects, asked for, answered, registered and corrected (R16-R18)."""

from urllib.parse import quote
from uuid import UUID

from pydantic import SecretStr

from api.client.wire import Wire
from api.schemas.areas import AreaSeen
from api.schemas.signing_in import OtpSent
from api.schemas.subjects import (
    Correction,
    CorrectionOtp,
    CorrectionUndone,
    LookAlikes,
    LookAlikesAsked,
    NewSubject,
    SubjectCorrected,
    SubjectRegistered,
    SubjectRow,
    SubjectsAsked,
    SubjectSeen,
    SubjectShown,
    SubjectWanted,
)


class Subjects(Wire):
    """Subjects, asked for, answered, registered and corrected (R16-R18)."""

    async def look_up(self, full_name: str, number: str) -> SubjectsAsked:
        return await self._ask(
            "POST", "subjects/search", SubjectsAsked, SubjectWanted(full_name=full_name, number=number)
        )

    async def found_subjects(self, look_up: UUID) -> list[SubjectRow]:
        return await self._ask("GET", f"subjects/search/{look_up}", list[SubjectRow])

    async def subject(self, look_up: UUID, subject: int) -> SubjectSeen:
        return await self._ask("GET", f"subjects/search/{look_up}/{subject}", SubjectSeen)

    async def look_for_look_alikes(self, given: LookAlikes) -> LookAlikesAsked:
        return await self._ask("POST", "subjects/look-alikes", LookAlikesAsked, given)

    async def register_subject(self, given: NewSubject) -> SubjectRegistered:
        return await self._ask("POST", "subjects", SubjectRegistered, given)

    async def home(self) -> AreaSeen:
        return await self._ask("GET", "subjects/areas/mine", AreaSeen)

    async def areas_to_live_in(self, scheme: int, code: str) -> list[AreaSeen]:
        return await self._ask("GET", f"subjects/areas/{scheme}/{quote(code, safe='')}/parts", list[AreaSeen])

    async def subject_version(self, look_up: UUID, subject: int) -> int:
        """Which one is there now."""
        return (await self.subject(look_up, subject)).version

    async def send_correction_otp(self, look_up: UUID, subject: int, given: CorrectionOtp) -> OtpSent:
        return await self._ask("POST", f"subjects/search/{look_up}/{subject}/otp", OtpSent, given)

    async def correct_subject(
        self, look_up: UUID, subject: int, given: Correction, code: SecretStr | None = None
    ) -> SubjectCorrected:
        """The code is by itself, because nobody may keep it."""
        given = given.model_copy(update={"code": code})
        return await self._ask("PATCH", f"subjects/search/{look_up}/{subject}", SubjectCorrected, given)

    async def undo_correction(self, change: UUID) -> CorrectionUndone:
        return await self._ask("POST", f"subjects/changes/{change}/undo", CorrectionUndone)

    async def show_in_full(self, look_up: UUID, subject: int) -> SubjectShown:
        return await self._ask("POST", f"subjects/search/{look_up}/{subject}/full", SubjectShown)
