"""One user's card, and what its admin does there (R7)."""

from typing import Any

from api.client import Api
from api.schemas.accounts import AccountSeen
from conversations.talk import Option, Talk, part
from conversations.talks.add_user import give_password
from conversations.talks.edit_user import edit_user
from conversations.talks.hand_over import hand_over
from conversations.talks.step_up import sensitively
from conversations.talks.users_history import history_of
from conversations.texts import Lines
from models.phone import national, otp_phone
from models.refusals import (
    LastSystemAdmin,
    NotFound,
    OtpLocked,
    PasswordUnprepared,
    PhoneMissing,
    ResendTooSoon,
    TooManySms,
    UnitClosed,
)
from models.words import AccountMark, AccountStatus, SmsOutcome


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
            case "reactivate":
                await reactivate(talk, seen)
            case "history":
                await history_of(talk, seen)
            case "end_sessions":
                await end_their_sessions(talk, seen)
            case "reset_password":
                await reset_password(talk, seen)
            case "send_activation":
                await send_activation(talk, seen)
            case "enable_otp":
                await enable_otp(talk, seen)
            case "lost_phone":
                await lost_phone(talk, seen)
            case "rebind_phone":
                await rebind_phone(talk, seen)
            case "hand_over":
                await hand_over(talk, seen)
            case _:
                await delete_user(talk, seen)
                return
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


@part
async def end_their_sessions(talk: Talk, seen: AccountSeen) -> None:
    """Signed out everywhere."""
    await talk.choose("sure", ["yes"], username=seen.username)
    ended = await talk.do(Api.end_their_sessions, seen.id)
    await talk.say("done", username=seen.username, ended=ended.ended_sessions)


@part
async def reset_password(talk: Talk, seen: AccountSeen) -> None:
    """A password for the next sign-in, at which the person chooses another."""
    while True:
        password = await give_password(talk, seen.username)
        try:
            await sensitively(talk, Api.reset_password, seen.id, password)
        except PasswordUnprepared as refusal:
            await talk.tell(refusal)
        else:
            await talk.say("done", username=seen.username)
            return


@part
async def send_activation(talk: Talk, seen: AccountSeen) -> None:
    """A code by SMS, with which the person chooses their own password; nobody else knows either."""
    await talk.choose("sure", ["yes"], username=seen.username)
    try:
        sent = await sensitively(talk, Api.send_activation, seen.id)
    except (PhoneMissing, ResendTooSoon, TooManySms) as refusal:
        await talk.tell(refusal)
    else:
        if sent.sms is SmsOutcome.FAILED:
            await talk.say("not_sent", username=seen.username)
        else:
            await talk.say("done", username=seen.username, phone=sent.phone_hint, at=sent.expires_at)


@part
async def enable_otp(talk: Talk, seen: AccountSeen) -> None:
    """The OTP works again after too many wrong ones in a row (T02)."""
    await talk.choose("sure", ["yes"], username=seen.username)
    try:
        await sensitively(talk, Api.enable_otp, seen.id)
    except OtpLocked as refusal:
        await talk.say("still_locked", username=seen.username, until=refusal.until)
    else:
        await talk.say("done", username=seen.username)


@part
async def lost_phone(talk: Talk, seen: AccountSeen) -> None:
    """«Mất SIM / đổi máy»: nobody signs in until there is another number (T08)."""
    await talk.choose("sure", ["yes"], username=seen.username)
    try:
        await sensitively(talk, Api.freeze_account, seen.id)
    except LastSystemAdmin as refusal:
        await talk.tell(refusal)
    else:
        await talk.say("done", username=seen.username)


@part
async def rebind_phone(talk: Talk, seen: AccountSeen) -> None:
    """The number that the person has now; the number before is told, if another one was known."""
    phone = await talk.ask("phone", otp_phone, username=seen.username)
    await talk.choose("sure", ["yes"], username=seen.username, phone=national(phone))
    rebound = await sensitively(talk, Api.rebind_phone, seen.id, phone)
    await talk.say("done", username=seen.username, phone=national(phone))
    if rebound.old_phone_told is SmsOutcome.FAILED:
        await talk.say("old_not_told")
    elif rebound.old_phone_told is not None:
        await talk.say("old_told")


@part
async def delete_user(talk: Talk, seen: AccountSeen) -> None:
    """Asks once more, for there is no way back; what the histories say of the account stays."""
    await talk.choose("sure", ["yes"], username=seen.username)
    try:
        await sensitively(talk, Api.delete_account, seen.id)
    except LastSystemAdmin as refusal:
        await talk.tell(refusal)
    else:
        await talk.say("done", username=seen.username)


def _actions(seen: AccountSeen) -> list[Option]:
    """The buttons under the card."""
    theirs = ["edit", "deactivate" if seen.is_active else "reactivate", "end_sessions", "reset_password"]
    theirs += ["send_activation"] if seen.phone and seen.is_active and not seen.is_frozen else []
    theirs += [*(["enable_otp"] if seen.otp_is_disabled else []), *([] if seen.is_frozen else ["lost_phone"])]
    theirs += [*(["rebind_phone"] if seen.is_frozen else []), "hand_over", "delete"]
    return [Option(name) for name in (*(theirs if seen.is_yours else []), "history", "list")]


def _lines(seen: AccountSeen) -> dict[str, Any]:
    marks = {
        AccountMark.DELETED: seen.is_deleted,
        AccountMark.FROZEN: seen.is_frozen,
        AccountMark.OTP_DISABLED: seen.otp_is_disabled,
    }
    return {
        "username": seen.username,
        "full_name": seen.full_name or "–",
        "phone": seen.phone or "–",
        "email": seen.email or "–",
        "unit": seen.unit.name,
        "role": seen.role,
        "status": AccountStatus.of(seen.is_active and not seen.is_frozen),
        "api": "☑" if seen.api_permission else "☐",
        "marks": Lines("see_user.mark", tuple({"mark": mark} for mark, is_so in marks.items() if is_so)),
    }
