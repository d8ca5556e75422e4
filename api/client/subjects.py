"""Subjects, asked for and answered (R16)."""

from uuid import UUID

from api.client.wire import Wire
from api.schemas.subjects import SubjectRow, SubjectsAsked, SubjectSeen, SubjectWanted


class Subjects(Wire):
    """Subjects, asked for and answered (R16)."""

    async def look_up(self, full_name: str, number: str) -> SubjectsAsked:
        return await self._ask(
            "POST", "subjects/search", SubjectsAsked, SubjectWanted(full_name=full_name, number=number)
        )

    async def found_subjects(self, look_up: UUID) -> list[SubjectRow]:
        return await self._ask("GET", f"subjects/search/{look_up}", list[SubjectRow])

    async def subject(self, look_up: UUID, subject: int) -> SubjectSeen:
        return await self._ask("GET", f"subjects/search/{look_up}/{subject}", SubjectSeen)
