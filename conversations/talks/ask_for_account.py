"""«Đề nghị cấp tài khoản»: a unit asks for an account for one person, line by line (R13)."""

from api.client import Api
from api.schemas.account_requests import PersonWanted
from conversations.talk import Option, Press, Talk, part
from conversations.talks.choose_unit import choose_unit
from models.email import email
from models.full_name import full_name
from models.names import proper_name
from models.phone import national, otp_phone
from models.refusals import EmailInvalid, PersonAsked, PhoneAsked, PhoneInUse, PhoneInvalid, UnitClosed
from models.words import Gender, Right

LINES = ("unit", "full_name", "gender", "position", "phone", "email", "rights")
"""Of the card, those that can be changed: all."""


@part
async def ask_for_account(talk: Talk) -> None:
    """Who it is and what they are to do; then a card on which every line can be changed before it is sent."""
    place = await talk.look(Api.workplace)
    unit = await choose_unit(talk, place.area)
    name = await ask_full_name(talk)
    gender = await ask_gender(talk)
    position = await ask_position(talk)
    phone = await ask_phone(talk)
    address = await ask_email(talk)
    rights = await choose_rights(talk, [])
    although_known = False
    choice = ""
    while True:
        if choice != "send":
            choice = await talk.choose(
                "review",
                _buttons(),
                unit=unit.name,
                full_name=name,
                gender=gender,
                position=position,
                phone=national(phone),
                email=address or "–",
                rights=rights,
            )
        match choice:
            case "close":
                await talk.say("closed")
                return
            case "edit_unit":
                unit = await choose_unit(talk, place.area)
            case "edit_full_name":
                name = await ask_full_name(talk)
            case "edit_gender":
                gender = await ask_gender(talk)
            case "edit_position":
                position = await ask_position(talk)
            case "edit_phone":
                phone, although_known = await ask_phone(talk), False
            case "edit_email":
                address = await ask_email(talk)
            case "edit_rights":
                rights = await choose_rights(talk, rights)
            case _:
                choice = ""
                wanted = PersonWanted(
                    unit=unit.id,
                    full_name=name,
                    gender=gender,
                    position=position,
                    phone=phone,
                    email=address or None,
                    rights=rights,
                    although_known=although_known,
                )
                try:
                    sent = await talk.do(Api.ask_for_account, wanted)
                except (PhoneInUse, PhoneAsked) as refusal:
                    await talk.tell(refusal)
                    choice = await talk.choose("known", ["send", "look_again"])
                    although_known = choice == "send"
                except PersonAsked as refusal:
                    await talk.tell(refusal)
                    return
                except UnitClosed as refusal:
                    await talk.tell(refusal)
                    unit = await choose_unit(talk, place.area)
                except PhoneInvalid as refusal:
                    await talk.tell(refusal)
                    phone = await ask_phone(talk)
                except EmailInvalid as refusal:
                    await talk.tell(refusal)
                    address = await ask_email(talk)
                else:
                    if sent.supervisors_told:
                        await talk.say("sent", full_name=name, told=sent.supervisors_told)
                    else:
                        await talk.say("sent_untold", full_name=name)
                    return


@part
async def ask_full_name(talk: Talk) -> str:
    """«Họ tên»."""
    return await talk.ask("full_name", full_name)


@part
async def ask_gender(talk: Talk) -> Gender:
    """«Giới tính»."""
    return Gender(await talk.choose("gender", list(Gender), columns=3))


@part
async def ask_position(talk: Talk) -> str:
    """«Chức vụ»."""
    return await talk.ask("position", proper_name)


@part
async def ask_phone(talk: Talk) -> str:
    """«Số điện thoại», in E.164: the sign-in details go there, and later the OTPs."""
    return await talk.ask("phone", otp_phone)


@part
async def ask_email(talk: Talk) -> str:
    """«Email»; none, if there is none."""
    answer = await talk.ask("email", email, options=["none"])
    return "" if isinstance(answer, Press) else answer


@part
async def choose_rights(talk: Talk, chosen: list[Right]) -> list[Right]:
    """What the person is to do: one press puts a right on, another takes it off."""
    while True:
        choice = await talk.choose("which", _rights(chosen))
        if choice == "done":
            return chosen
        chosen = [right for right in Right if (right in chosen) != (right == choice)]


def _rights(chosen: list[Right]) -> list[Option]:
    rights = [
        Option(right, "choose_rights.which.one", {"sign": "☑" if right in chosen else "☐", "right": right})
        for right in Right
    ]
    return [*rights, Option("done")] if chosen else rights


def _buttons() -> list[Option]:
    """Under the card: send, change a line, leave."""
    return [Option(name) for name in ("send", *(f"edit_{line}" for line in LINES), "close")]
