"""Requests for accounts, and their decisions (R13, R14)."""

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


class AccountRequests(Wire):
    """Requests for accounts, and their decisions (R13, R14)."""

    async def ask_for_account(self, wanted: PersonWanted) -> RequestSent:
        return await self._ask("POST", "account-requests", RequestSent, wanted)

    async def account_requests(self, state: RequestState | None = None, after: str | None = None) -> RequestsPage:
        query = urlencode({name: value for name, value in (("state", state), ("after", after)) if value is not None})
        return await self._ask("GET", f"account-requests?{query}", RequestsPage)

    async def count_account_requests(self, state: RequestState | None = None) -> RequestsCounted:
        return await self._ask("GET", "account-requests/count" + (f"?state={state}" if state else ""), RequestsCounted)

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
