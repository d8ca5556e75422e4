"""Requests for accounts, and their decisions (R13, R14)."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.schemas.units import UnitSeen
from api.schemas.values import Answer, Id, Request, Typed
from models.roles import Role
from models.words import Gender, RequestState, Right


class PersonWanted(Request):
    """Somebody for whom a unit asks for an account (R13)."""

    unit: Id
    full_name: Typed = Field(examples=["Trần Thị Mới"])
    gender: Gender
    position: Typed = Field(examples=["Điều dưỡng"])
    phone: Typed = Field(examples=["0912 345 678"])
    email: Typed | None = Field(None, examples=["tram@tuhiep.vn"])
    rights: list[Right] = Field(min_length=1, max_length=len(Right))
    although_known: bool = Field(False, description="After PhoneInUse or PhoneAsked: it is somebody else all the same.")


class RequestRow(Answer):
    """A row of the list of requests."""

    id: UUID
    full_name: str
    unit: str
    asked_at: datetime
    state: RequestState
    role: Role = Field(description="The one that was granted, else the one that the rights propose.")


class RequestsPage(Answer):
    """A page of the list, the newest first; of those that wait, the oldest."""

    rows: list[RequestRow]
    next: str | None = Field(description="Give it as `after` for the next page; None on the last.")


class RequestsCounted(Answer):
    """How many requests a list has."""

    count: int
    until: str | None = Field(description="Give it as `until` for a list of these, and of none that came later.")


class RequestSeen(Answer):
    """A request as its unit's admins and its supervisors see it."""

    id: UUID
    state: RequestState
    unit: UnitSeen
    by: str | None = Field(description="Who asked, by username; None if that account is out of scope.")
    asked_at: datetime
    full_name: str
    gender: Gender
    position: str
    phone: str
    email: str | None
    rights: list[Right]
    role: Role = Field(description="The one that was granted, else the one that the rights propose.")
    username: str | None = Field(description="Of the account that was made; while it waits, the one proposed.")
    decided_by: str | None = Field(description="By username; None if nobody did, or somebody out of scope.")
    decided_at: datetime | None
    reason: str | None
    may_decide: bool = Field(description="Whether whoever asks supervises there, and it is not their own.")
    may_withdraw: bool


class RequestSent(Answer):
    """The request waits for its province's supervisors (R14)."""

    id: UUID
    supervisors_told: int = Field(description="Supervisors with an open chat; 0: none could be reached at once.")


class Approval(Request):
    """Make the account (R14)."""

    role: Role
    username: Typed | None = Field(None, description="None: the proposed one, or the next that is free.")


class Rejection(Request):
    """Make no account, and say why (R14)."""

    reason: Typed = Field(examples=["Người này đã có tài khoản ở đơn vị khác"])


class RequestApproved(Answer):
    """The account is there."""

    id: UUID
    account: int
    username: str
    requesters_told: int
    code_sent: bool = Field(
        description="Whether the activation code has gone; if not, send it from the account's card."
    )


class RequestEnded(Answer):
    """Rejected, or withdrawn."""

    id: UUID
    state: RequestState
    requesters_told: int
