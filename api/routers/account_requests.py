"""Routes of account requests: asking, looking, withdrawing, deciding (R13, R14)."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from api.acts import account_requests, ask_for_account, decide_request
from api.doors import Door
from api.people import Changer, Reader
from api.refusals import documented
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
from api.schemas.values import BIGGEST_ID, SHORT_TEXT
from api.turns import Changing, Reading
from models import refusals as r
from models.words import RequestState

router = APIRouter(
    prefix="/v1/account-requests",
    tags=["Account requests"],
    route_class=Door,
    responses=documented(r.SessionEnded, r.PasswordMustChange, r.NotFound),
)

Cursor = Annotated[str | SkipJsonSchema[None], Query(max_length=SHORT_TEXT, description="`next` of the page before.")]
UnitId = Annotated[int, Field(ge=1, le=BIGGEST_ID)]  # not in the Query: beside None its limits are not described
Until = Annotated[str | SkipJsonSchema[None], Query(max_length=SHORT_TEXT, description="`until` of a count.")]
ToDecide = Annotated[bool, Query(description="Only those that one may approve as they are.")]


async def filters(
    state: RequestState | SkipJsonSchema[None] = None,
    unit: UnitId | SkipJsonSchema[None] = None,
    to_decide: ToDecide = False,
    until: Until = None,
) -> account_requests.Wanting:
    """Which requests a list is to have."""
    return account_requests.Wanting(state, unit, to_decide=to_decide, until=until)


Filters = Annotated[account_requests.Wanting, Depends(filters)]


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=documented(
        r.FullNameInvalid,
        r.NameInvalid,
        r.PhoneInvalid,
        r.EmailInvalid,
        r.UnitClosed,
        r.PersonAsked,
        r.PhoneInUse,
        r.PhoneAsked,
    ),
)
async def ask(given: PersonWanted, turn: Changing, person: Changer) -> RequestSent:
    """Ask for an account for somebody (R13)."""
    return await ask_for_account.ask_for_account(turn, person, given)


@router.get("", responses=documented(r.Malformed))
async def list_requests(turn: Reading, person: Reader, wanting: Filters, after: Cursor = None) -> RequestsPage:
    """The requests in one's scope, a page at a time."""
    return await account_requests.list_requests(turn, person, wanting, after)


@router.get("/count", responses=documented(r.Malformed))
async def count(turn: Reading, person: Reader, wanting: Filters) -> RequestsCounted:
    """How many requests such a list has."""
    return await account_requests.count_requests(turn, person, wanting)


@router.get("/{request_id}")
async def see(request_id: UUID, turn: Reading, person: Reader) -> RequestSeen:
    """One request in one's scope (R12)."""
    return await account_requests.request_seen(turn, person, request_id)


@router.delete("/{request_id}", responses=documented(r.RequestDecided))
async def withdraw(request_id: UUID, turn: Changing, person: Changer) -> RequestEnded:
    """Take it back before anybody decides."""
    return await ask_for_account.withdraw(turn, person, request_id)


@router.post(
    "/{request_id}/approval",
    status_code=HTTPStatus.CREATED,
    responses=documented(
        r.OtpNotFresh,
        r.OwnRequest,
        r.RequestDecided,
        r.RoleNotYours,
        r.UnitClosed,
        r.UsernameTaken,
        r.UsernameInvalid,
    ),
)
async def approve(request_id: UUID, given: Approval, turn: Changing, person: Changer) -> RequestApproved:
    """Approve it: the account is there (R14)."""
    return await decide_request.approve(turn, person, request_id, given)


@router.post(
    "/{request_id}/rejection",
    status_code=HTTPStatus.CREATED,
    responses=documented(r.OtpNotFresh, r.OwnRequest, r.RequestDecided, r.ReasonInvalid),
)
async def reject(request_id: UUID, given: Rejection, turn: Changing, person: Changer) -> RequestEnded:
    """Reject it, with a reason (R14)."""
    return await decide_request.reject(turn, person, request_id, given)
