"""Accounts as those who manage them see and change them (R7-R12)."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.schemas.units import UnitSeen
from api.schemas.values import Answer, Id, Request, Typed, TypedSecret
from models.roles import Role
from models.words import AccountStatus, Attempt, Channel, SmsOutcome


class AttemptRow(Answer):
    """One attempt to sign in to an account that one manages, or under a name that no account has (R2)."""

    id: UUID
    at: datetime
    account: int | None = Field(description="None under an unknown name; only a system admin sees those.")
    username: str = Field(description="An unknown one by its first letters: people type passwords into the wrong box.")
    unit: str | None
    attempt: Attempt
    channel: Channel
    source: str = Field(description="The chat or address it came from, shortened.")


class AttemptsPage(Answer):
    """A page of them, newest first."""

    rows: list[AttemptRow]
    next: str | None = Field(description="Give it as `after` for the next page; None on the last.")


class AccountRow(Answer):
    """A row of the list of users (R7)."""

    id: int
    username: str
    unit: str
    is_active: bool = Field(description="«Hiệu lực», else «Hết hiệu lực».")
    phone_hint: str | None
    role: Role
    is_yours: bool = Field(description="Whether whoever asks may change it.")


class AccountsPage(Answer):
    """A page of the list, by place and name."""

    rows: list[AccountRow]
    next: str | None = Field(description="Give it as `after` for the next page; None on the last.")


class AccountsCounted(Answer):
    """How many accounts a list has."""

    count: int


class AccountsExported(Answer):
    """A list that was asked for as a workbook: at `/v1/accounts/exports/{id}/file`, for a short while."""

    id: UUID
    count: int


class AccountSeen(Answer):
    """An account as its admin sees it."""

    id: int
    username: str
    full_name: str | None
    phone: str | None
    email: str | None
    role: Role
    unit: UnitSeen
    is_active: bool
    is_frozen: bool
    is_deleted: bool
    otp_is_disabled: bool
    api_permission: bool
    is_yours: bool
    version: str = Field(description="Of what an admin may change; give it back with a change.")


class AccountEdit(Request):
    """What is to be different about an account; what is left out stays (R7)."""

    version: Typed = Field(description="The account's, as it was shown.")
    full_name: Typed | None = Field(None, description="An empty one takes it away.")
    email: Typed | None = Field(None, examples=["tram@tuhiep.vn"], description="An empty one takes it away.")
    unit: Id | None = None
    role: Role | None = None
    api_permission: bool | None = None


class PreparedPasswordToUse(Request):
    """A password for an account that exists; its person must change it at the next sign-in."""

    password: UUID = Field(description="Of a prepared one.")


class NewPhone(Request):
    """The number that an account's person has now."""

    phone: Typed = Field(examples=["0912 345 678"])


class PhoneRebound(Answer):
    """The account has another number."""

    account: AccountSeen
    old_phone_told: SmsOutcome | None = Field(description="Of the SMS to the number before; None if there was none.")


class NewStatus(Request):
    """«Trạng thái» to be."""

    status: AccountStatus


class Successor(Request):
    """Who takes over from somebody who leaves."""

    to: Id


class HandedOver(Answer):
    """The account is closed, and what waited in its name waits in the successor's."""

    account: AccountSeen
    requests: int = Field(description="How many account requests that wait were moved.")


class PasswordToPrepare(Request):
    """A password for somebody else, who must change it at the first sign-in."""

    username: Typed = Field(examples=["demo.moi"])
    password: TypedSecret = Field(examples=["Mạ non xanh rì rào"])


class PasswordPrepared(Answer):
    """The password lies ready, hashed, for one account that is saved before then."""

    id: UUID
    expires_at: datetime


class NewAccount(Request):
    """An account to be made (R8); what it may be depends on who makes it (R9, R10)."""

    username: Typed = Field(examples=["demo.moi"])
    password: UUID = Field(description="Of a prepared one.")
    phone: Typed = Field(examples=["0912 345 678"])
    unit: Id
    role: Role
    is_active: bool = True
    full_name: Typed | None = None
    email: Typed | None = Field(None, examples=["tram@tuhiep.vn"])
    api_permission: bool = False
