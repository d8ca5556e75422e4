"""Routes of one's own account: what it is, its password, its language, its login history."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic.json_schema import SkipJsonSchema

from api.acts import change_password, contacts, login_history, me, not_me
from api.doors import Door
from api.people import AnyChanger, AnyHasher, AnyReader, Changer, Reader
from api.refusals import documented
from api.schemas.own_account import (
    CurrentPassword,
    HelpRow,
    HistoryPage,
    Me,
    NewLanguage,
    NewPassword,
    NotMeReported,
    PasswordChanged,
    PasswordProven,
)
from api.schemas.values import SHORT_TEXT
from api.turns import Changing, Hashing, Reading
from models import refusals as r
from models.refusals import Refusal

router = APIRouter(prefix="/v1/me", tags=["One's own account"], route_class=Door, responses=documented(r.SessionEnded))

NEW_PASSWORD = (r.PasswordTooShort, r.PasswordTooLong, r.PasswordTooCommon, r.PasswordIsUsername, r.PasswordUnchanged)
Cursor = Annotated[str | SkipJsonSchema[None], Query(max_length=SHORT_TEXT, description="`next` of the page before.")]


@router.get("")
async def who(turn: Reading, person: AnyReader) -> Me:
    """The account that is signed in."""
    return await me.me_of(turn, person.account_id)


@router.get("/help")
async def whom_to_turn_to(turn: Reading, person: AnyReader) -> list[HelpRow]:
    """Staff: their department of health. The department's people: the support in the province, then the ministry's."""
    return await contacts.help_of(turn)


@router.put("/language", responses=documented(r.Malformed))
async def speak(wanted: NewLanguage, turn: Changing, person: AnyChanger) -> Me:
    """Choose the language to be spoken to in."""
    return await me.speak(turn, person, wanted.language)


@router.post("/password/proof", responses=documented(r.WrongPassword, r.TryLater))
async def prove(given: CurrentPassword, turn: Hashing, person: AnyHasher) -> PasswordProven | Refusal:
    """Prove the current password, so that a new one may follow."""
    return await change_password.prove_password(turn, person, given.current)


@router.put("/password", responses=documented(r.PasswordUnproven, *NEW_PASSWORD))
async def change(given: NewPassword, turn: Hashing, person: AnyHasher) -> PasswordChanged:
    """Change the password; every other session ends."""
    return await change_password.change_password(turn, person, given.new)


@router.get("/login-history", responses=documented(r.PasswordMustChange, r.Malformed))
async def history(turn: Reading, person: Reader, after: Cursor = None) -> HistoryPage:
    """Every attempt to sign in to this account, newest first (R2)."""
    return await login_history.login_history(turn, person, after)


@router.post("/login-history/{row_id}/not-me", responses=documented(r.PasswordMustChange, r.NotFound))
async def report(row_id: UUID, turn: Changing, person: Changer) -> NotMeReported:
    """«Không phải tôi»: end every session, demand a new password, tell the supervisor (R2)."""
    return await not_me.report_not_me(turn, person, row_id)
