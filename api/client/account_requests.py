"""Requests for accounts, and their decisions (R13, R14)."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from api.client.wire import Wire
from api.schemas.account_requests import (
    Approval,
    PersonWanted,
    Rejection,
    RequestApproved,
    RequestEnded,
    RequestsCounted,
    RequestSeen,
    RequestSent,
    RequestsPage,
)
from models.words import RequestState


@dataclass(frozen=True)
class Batch:
    """Requests that one may decide on together: of one unit or of all, and none that came later than a count's end."""

    unit: int | None = None
    until: str | None = None

    def query(self, after: str | None = None) -> str:
        """It as the API's query."""
        return _query(to_decide="true", unit=self.unit, until=self.until, after=after)


def _query(**given: object) -> str:
    return urlencode({name: value for name, value in given.items() if value is not None})


class AccountRequests(Wire):
    """Requests for accounts, and their decisions (R13, R14)."""

    async def ask_for_account(self, wanted: PersonWanted) -> RequestSent:
        return await self._ask("POST", "account-requests", RequestSent, wanted)

    async def account_requests(
        self, state: RequestState | None = None, after: str | None = None, unit: int | None = None
    ) -> RequestsPage:
        return await self._ask("GET", f"account-requests?{_query(state=state, unit=unit, after=after)}", RequestsPage)

    async def count_account_requests(
        self, state: RequestState | None = None, unit: int | None = None
    ) -> RequestsCounted:
        return await self._ask("GET", f"account-requests/count?{_query(state=state, unit=unit)}", RequestsCounted)

    async def requests_to_decide(self, batch: Batch, after: str | None = None) -> RequestsPage:
        return await self._ask("GET", f"account-requests?{batch.query(after=after)}", RequestsPage)

    async def count_requests_to_decide(self, batch: Batch) -> RequestsCounted:
        return await self._ask("GET", f"account-requests/count?{batch.query()}", RequestsCounted)

    async def account_request(self, request: UUID) -> RequestSeen:
        return await self._ask("GET", f"account-requests/{request}", RequestSeen)

    async def may_decide_request(self, request: UUID) -> bool:
        """Whether the request waits for whoever asks, and nothing else about it, so that a journal may keep it."""
        return (await self.account_request(request)).may_decide

    async def withdraw_request(self, request: UUID) -> RequestEnded:
        return await self._ask("DELETE", f"account-requests/{request}", RequestEnded)

    async def approve_request(self, request: UUID, approval: Approval) -> RequestApproved:
        return await self._ask("POST", f"account-requests/{request}/approval", RequestApproved, approval)

    async def reject_request(self, request: UUID, rejection: Rejection) -> RequestEnded:
        return await self._ask("POST", f"account-requests/{request}/rejection", RequestEnded, rejection)
