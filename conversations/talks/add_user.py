"""«Thêm mới người dùng»: a new account, with as few questions as its maker's scope allows (R8-R11)."""

from uuid import UUID

from api.client import Api
from api.schemas.accounts import NewAccount
from api.schemas.areas import Workplace
from conversations.talk import Option, Talk, part
from conversations.talks.choose_unit import choose_unit
from models.email import email
from models.names import one_spelling
from models.password import acceptable
from models.phone import national, otp_phone
from models.refusals import (
    ApiNotYours,
    PasswordIsUsername,
    PasswordUnprepared,
    RoleNotYours,
    UnitClosed,
    UsernameTaken,
)
from models.roles import Level, Role
from models.username import username

LINES = ("username", "password", "phone", "full_name", "email", "unit", "role")
"""Of the card, those that can be changed."""


@part
async def add_user(talk: Talk) -> None:
    """Name, number, unit, role, password; then a card on which every line can be changed before it is saved."""
    place = await talk.look(Api.workplace)
    name = await new_username(talk)
    phone = await new_phone(talk)
    unit = await choose_unit(talk, place.area)
    role = await choose_role(talk, place, unit.level)
    password = await give_password(talk, name)
    full_name, address, may_call_api = "", "", False
    choice = ""
    while True:
        if choice != "save":
            choice = await talk.choose(
                "review",
                _buttons(may_call_api=may_call_api),
                username=name,
                phone=national(phone),
                full_name=full_name or "–",
                email=address or "–",
                unit=unit.name,
                level=unit.level,
                role=role,
                api="☑" if may_call_api else "☐",
            )
        match choice:
            case "close":
                await talk.say("closed")
                return
            case "edit_username":
                name = await new_username(talk)
            case "edit_password":
                password = await give_password(talk, name)
            case "edit_phone":
                phone = await new_phone(talk)
            case "edit_full_name":
                full_name = await talk.ask("full_name", one_spelling)
            case "edit_email":
                address = await talk.ask("email", email)
            case "edit_unit":
                unit = await choose_unit(talk, place.area)
                role = await choose_role(talk, place, unit.level)
            case "edit_role":
                role = await choose_role(talk, place, unit.level)
            case "tick" | "untick":
                may_call_api = choice == "tick"
            case _:
                choice = ""
                wanted = NewAccount(
                    username=name,
                    password=password,
                    phone=phone,
                    unit=unit.id,
                    role=role,
                    full_name=full_name or None,
                    email=address or None,
                    api_permission=may_call_api,
                )
                try:
                    made = await talk.do(Api.add_account, wanted)
                except ApiNotYours as refusal:
                    await talk.tell(refusal)
                    may_call_api = False
                    choice = await talk.choose("without_api", ["save", "look_again"])
                except UsernameTaken as refusal:
                    await talk.tell(refusal)
                    name = await new_username(talk)
                except PasswordUnprepared as refusal:
                    await talk.tell(refusal)
                    password = await give_password(talk, name)
                except (RoleNotYours, UnitClosed) as refusal:
                    await talk.tell(refusal)
                    unit = await choose_unit(talk, place.area)
                    role = await choose_role(talk, place, unit.level)
                else:
                    await talk.say("made", username=made.username, unit=made.unit.name)
                    return


@part
async def new_username(talk: Talk) -> str:
    """A name to sign in with."""
    return await talk.ask("username", username)


@part
async def new_phone(talk: Talk) -> str:
    """A number for the OTPs."""
    return await talk.ask("phone", otp_phone)


@part
async def choose_role(talk: Talk, place: Workplace, level: Level) -> Role:
    """One of the roles that may be given there; where there is but one, it takes itself (R9)."""
    roles = place.roles.get(level, [])
    if len(roles) == 1:
        return roles[0]
    return Role(await talk.choose("which", _roles(roles)))


@part
async def give_password(talk: Talk, name: str) -> UUID:
    """A password for the first sign-in; it lies prepared from now on, so that nobody types it twice."""
    while True:
        password = await talk.ask_secret("password", lambda typed: acceptable(typed, username=name), username=name)
        try:
            return (await talk.prepare(Api.prepare_password, name, password)).id
        except PasswordIsUsername as refusal:
            await talk.tell(refusal)


def _buttons(*, may_call_api: bool) -> list[Option]:
    """Under the card: save, change a line, tick or untick the permission, leave."""
    tick = "untick" if may_call_api else "tick"
    return [Option(name) for name in ("save", *(f"edit_{line}" for line in LINES), tick, "close")]


def _roles(roles: list[Role]) -> list[Option]:
    return [Option(role, "choose_role.which.one", {"role": role}) for role in roles]
