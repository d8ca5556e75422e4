"""One user's card, and what its admin does there (R7)."""

from typing import Any

from api.client import Api
from api.schemas import AccountSeen
from conversations.talk import Option, Talk, part
from conversations.talks.edit_user import edit_user
from models.refusals import LastSystemAdmin, NotFound, UnitClosed
from models.words import AccountStatus


@part
async def see_user(talk: Talk, account: int) -> None:
    """The card; «Thao tác» stands on it only where the account is one's own to manage."""
    with talk.within(str(account)):
        try:
            seen = await talk.look(Api.account, account)
        except NotFound as refusal:
            await talk.tell(refusal)
            return
        match await talk.choose("card", _actions(seen), **_lines(seen)):
            case "list":
                return
            case "edit":
                await edit_user(talk, account)
            case "deactivate":
                await deactivate(talk, seen)
            case _:
                await reactivate(talk, seen)
        await talk.return_to("card")


@part
async def deactivate(talk: Talk, seen: AccountSeen) -> None:
    """«Hết hiệu lực», from the person's very next message on (T19)."""
    await talk.choose("sure", ["yes"], username=seen.username)
    try:
        await talk.do(Api.set_account_status, seen.id, AccountStatus.INACTIVE)
    except LastSystemAdmin as refusal:
        await talk.tell(refusal)
    else:
        await talk.say("done", username=seen.username)


@part
async def reactivate(talk: Talk, seen: AccountSeen) -> None:
    """«Hiệu lực» again."""
    try:
        await talk.do(Api.set_account_status, seen.id, AccountStatus.ACTIVE)
    except UnitClosed as refusal:
        await talk.tell(refusal)
    else:
        await talk.say("done", username=seen.username)


def _actions(seen: AccountSeen) -> list[Option]:
    """The buttons under the card."""
    theirs = ["edit", "deactivate" if seen.is_active else "reactivate"] if seen.is_yours else []
    return [Option(name) for name in (*theirs, "list")]


def _lines(seen: AccountSeen) -> dict[str, Any]:
    return {
        "username": seen.username,
        "full_name": seen.full_name or "–",
        "phone": seen.phone or "–",
        "email": seen.email or "–",
        "unit": seen.unit.name,
        "role": seen.role,
        "status": AccountStatus.of(seen.is_active and not seen.is_frozen),
        "api": "☑" if seen.api_permission else "☐",
    }
