"""Routes of «Quản lý người dùng»: the list of users, an account, and making one (R7-R12)."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from api.acts import (
    account_access,
    account_status,
    accounts,
    activation,
    edit_account,
    export_accounts,
    hand_over,
    histories,
    lost_phone,
    new_account,
)
from api.doors import Door
from api.files import A_WORKBOOK, XLSX, file_answer
from api.people import Changer, Hasher, Reader
from api.refusals import documented, language_of
from api.schemas.accounts import (
    AccountEdit,
    AccountsCounted,
    AccountSeen,
    AccountsExported,
    AccountsPage,
    AttemptsPage,
    HandedOver,
    NewAccount,
    NewPhone,
    NewStatus,
    PasswordPrepared,
    PasswordToPrepare,
    PhoneRebound,
    PreparedPasswordToUse,
    Successor,
)
from api.schemas.activations import ActivationSent
from api.schemas.own_account import SessionsEnded
from api.schemas.values import BIGGEST_ID, SHORT_TEXT
from api.turns import Changing, Hashing, Reading
from models import refusals as r
from models.places import SCHEME_2021
from models.roles import Level
from models.spelling import without_spaces
from models.username import folded

router = APIRouter(
    prefix="/v1/accounts",
    tags=["Accounts"],
    route_class=Door,
    responses=documented(r.SessionEnded, r.PasswordMustChange, r.NotFound),
)

Cursor = Annotated[str | SkipJsonSchema[None], Query(max_length=SHORT_TEXT, description="`next` of the page before.")]
Text = Annotated[str | SkipJsonSchema[None], Query(max_length=SHORT_TEXT, pattern=r"^[^\x00]*$")]
AccountId = Annotated[int, Path(ge=1, le=BIGGEST_ID)]
UnitId = Annotated[int, Field(ge=1, le=BIGGEST_ID)]  # not in the Query: beside None its limits are not described


async def filters(
    username: Text = None,
    email: Text = None,
    api_permission: bool | SkipJsonSchema[None] = None,
    level: Level | SkipJsonSchema[None] = None,
    scheme: Annotated[int, Query(ge=1, le=9999, description="Of the area: the year of its division.")] = SCHEME_2021,
    area: Text = None,
    unit: UnitId | SkipJsonSchema[None] = None,
) -> accounts.Wanted:
    """The filters that are set (R7): a name is known by its beginning, an email only whole."""
    wanted: accounts.Wanted = {}
    if username is not None:
        wanted["username"] = folded(username)
    if email is not None:
        wanted["email"] = without_spaces(email).lower()
    if api_permission is not None:
        wanted["api_permission" if api_permission else "no_api_permission"] = True
    if level is not None:
        wanted["level"] = level
    if unit is not None:
        wanted["unit"] = unit
    if area is not None:
        wanted |= {"area": area, "scheme": scheme}
    return wanted


Filters = Annotated[accounts.Wanted, Depends(filters)]


@router.get("", responses=documented(r.Malformed))
async def list_accounts(turn: Reading, person: Reader, wanted: Filters, after: Cursor = None) -> AccountsPage:
    """«Danh sách người dùng»: a page of the accounts in one's scope (R7)."""
    return await accounts.list_accounts(turn, person, wanted, after)


@router.get("/count", responses=documented(r.Malformed))
async def count(turn: Reading, person: Reader, wanted: Filters) -> AccountsCounted:
    """How many accounts such a list has."""
    return await accounts.count_accounts(turn, person, wanted)


@router.post("/exports", status_code=HTTPStatus.CREATED, responses=documented(r.OtpNotFresh, r.ListTooLong))
async def export(turn: Changing, person: Changer, wanted: Filters) -> AccountsExported:
    """Ask for such a list as a workbook; it is written down, and wants a fresh OTP."""
    return await export_accounts.export_accounts(turn, person, wanted)


@router.get("/exports/{export_id}/file", response_class=Response, responses=documented(r.Busy) | A_WORKBOOK)
async def exported(export_id: UUID, turn: Reading, person: Reader, request: Request) -> Response:
    """The workbook, for the session that asked for it, while its OTP is fresh."""
    name, content = await export_accounts.exported_file(turn, person, export_id, language_of(request))
    return file_answer(name, content, XLSX)


@router.get("/login-history", responses=documented(r.Malformed))
async def attempts(turn: Reading, person: Reader, after: Cursor = None) -> AttemptsPage:
    """The attempts to sign in to the accounts in one's scope, newest first (R2)."""
    return await histories.history_of_scope(turn, person, after)


@router.get("/{account_id:int}/login-history", responses=documented(r.Malformed))
async def attempts_on(account_id: AccountId, turn: Reading, person: Reader, after: Cursor = None) -> AttemptsPage:
    """The attempts to sign in to one of them (R2)."""
    return await histories.history_of(turn, person, account_id, after)


@router.get("/{account_id:int}")
async def see(account_id: AccountId, turn: Reading, person: Reader) -> AccountSeen:
    """One account in one's scope (R12)."""
    return await accounts.account_seen(turn, person, account_id)


@router.post(
    "/passwords",
    status_code=HTTPStatus.CREATED,
    responses=documented(
        r.UsernameInvalid, r.PasswordTooShort, r.PasswordTooLong, r.PasswordTooCommon, r.PasswordIsUsername
    ),
)
async def prepare(given: PasswordToPrepare, turn: Hashing, person: Hasher) -> PasswordPrepared:
    """Prepare a password for an account that is about to be saved."""
    return await new_account.prepare_password(turn, person, given.username, given.password)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses=documented(
        r.UsernameInvalid,
        r.PhoneInvalid,
        r.EmailInvalid,
        r.ApiNotYours,
        r.RoleNotYours,
        r.UnitClosed,
        r.UsernameTaken,
        r.PasswordUnprepared,
    ),
)
async def add(given: NewAccount, turn: Changing, person: Changer) -> AccountSeen:
    """«Thêm mới người dùng» (R8-R11)."""
    return await new_account.add_account(turn, person, given)


NOT_TO_MANAGE = (r.NotYourself, r.RoleNotYours)
"""Why an account that is there is not for whoever asks to change."""
CLOSED = (r.AccountInactive, r.AccountFrozen)


@router.patch(
    "/{account_id:int}",
    responses=documented(
        *NOT_TO_MANAGE, r.EmailInvalid, r.ApiNotYours, r.UnitClosed, r.LastSystemAdmin, r.ChangedMeanwhile
    ),
)
async def edit(account_id: AccountId, given: AccountEdit, turn: Changing, person: Changer) -> AccountSeen:
    """Edit an account; what is left out stays (R7, R9, R10)."""
    return await edit_account.edit_account(turn, person, account_id, given)


@router.put("/{account_id:int}/status", responses=documented(*NOT_TO_MANAGE, r.LastSystemAdmin, r.UnitClosed))
async def set_status(account_id: AccountId, given: NewStatus, turn: Changing, person: Changer) -> AccountSeen:
    """Close an account, or let it in again; its sessions end at once."""
    return await account_status.set_status(turn, person, account_id, given.status)


@router.post(
    "/{account_id}/hand-over",
    responses=documented(*NOT_TO_MANAGE, r.OtpNotFresh, r.LastSystemAdmin, r.SuccessorUnfit),
)
async def leave(account_id: AccountId, given: Successor, turn: Changing, person: Changer) -> HandedOver:
    """«Bàn giao»: close the account of somebody who leaves; what waits in its name waits in the successor's."""
    return await hand_over.hand_over(turn, person, account_id, given.to)


@router.delete("/{account_id}", responses=documented(*NOT_TO_MANAGE, r.OtpNotFresh, r.LastSystemAdmin))
async def delete(account_id: AccountId, turn: Changing, person: Changer) -> AccountSeen:
    """Delete an account; its name stays taken, and the histories keep what they say of it."""
    return await account_status.delete(turn, person, account_id)


@router.delete("/{account_id}/sessions", responses=documented(*NOT_TO_MANAGE))
async def end_their_sessions(account_id: AccountId, turn: Changing, person: Changer) -> SessionsEnded:
    """Sign somebody out everywhere."""
    return await account_access.end_their_sessions(turn, person, account_id)


@router.put("/{account_id}/password", responses=documented(*NOT_TO_MANAGE, r.OtpNotFresh, r.PasswordUnprepared))
async def reset_password(
    account_id: AccountId, given: PreparedPasswordToUse, turn: Changing, person: Changer
) -> AccountSeen:
    """Set a password that must be changed at the next sign-in; every session ends."""
    return await account_access.reset_password(turn, person, account_id, given.password)


@router.post("/{account_id}/otp/enable", responses=documented(*NOT_TO_MANAGE, r.OtpNotFresh, r.OtpLocked))
async def enable_otp(account_id: AccountId, turn: Changing, person: Changer) -> AccountSeen:
    """Let the OTP work again after too many wrong ones in a row."""
    return await account_access.enable_otp(turn, person, account_id)


@router.post("/{account_id}/phone/freeze", responses=documented(*NOT_TO_MANAGE, r.OtpNotFresh, r.LastSystemAdmin))
async def freeze(account_id: AccountId, turn: Changing, person: Changer) -> AccountSeen:
    """«Mất SIM / đổi máy»: nobody signs in by the account until it has another number."""
    return await lost_phone.freeze(turn, person, account_id)


@router.put("/{account_id}/phone", responses=documented(*NOT_TO_MANAGE, r.OtpNotFresh, r.PhoneInvalid))
async def rebind(account_id: AccountId, given: NewPhone, turn: Changing, person: Changer) -> PhoneRebound:
    """Give the account another number, and thaw it; the number before is told."""
    return await lost_phone.rebind(turn, person, account_id, given.phone)


@router.post(
    "/{account_id}/activation",
    responses=documented(*NOT_TO_MANAGE, *CLOSED, r.OtpNotFresh, r.PhoneMissing, r.ResendTooSoon, r.TooManySms, r.Busy),
)
async def send_activation(account_id: AccountId, turn: Changing, person: Changer) -> ActivationSent:
    """Have the account's person choose a password, with a code by SMS that nobody else sees; every session ends."""
    return await activation.send_activation(turn, person, account_id)
