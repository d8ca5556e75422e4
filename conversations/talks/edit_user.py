"""Editing a user: any line, in any order, saved as one change (R7, R10)."""

from typing import Any

from api.client import Api
from api.schemas.accounts import AccountEdit, AccountSeen
from api.schemas.areas import UnitChoice
from api.schemas.units import UnitSeen
from conversations.talk import Option, Press, Talk, part
from conversations.talks.add_user import choose_role
from conversations.talks.choose_unit import choose_unit
from conversations.texts import Lines
from models.email import email
from models.names import one_spelling
from models.refusals import ApiNotYours, ChangedMeanwhile, LastSystemAdmin, RoleNotYours, UnitClosed
from models.words import AccountStatus

LINES = ("full_name", "email", "unit", "role")
"""Of the form, those that can be changed; the name stays, and the phone has a way of its own."""
MOVES = {"unit", "role"}


@part
async def edit_user(talk: Talk, account: int) -> None:
    """A form that shows what was beside what will be. What others change meanwhile is seen before it is overwritten."""
    place = await talk.look(Api.workplace)
    seen: AccountSeen | None = None
    unit: UnitChoice | UnitSeen | None = None
    changed: dict[str, Any] = {}
    choice = ""
    while True:
        seen = seen or await as_it_is(talk, account)
        at = unit or seen.unit
        if choice != "save":
            choice = await talk.choose("review", _buttons(seen, changed), **_lines(seen, at, changed))
        match choice:
            case "close":
                await talk.say("closed")
                return
            case "edit_full_name":
                changed["full_name"] = _typed(await talk.ask("full_name", one_spelling, options=["none"]))
            case "edit_email":
                changed["email"] = _typed(await talk.ask("email", email, options=["none"]))
            case "edit_unit":
                unit = await choose_unit(talk, place.area)
                changed |= {"unit": unit.id, "role": await choose_role(talk, place, unit.level)}
            case "edit_role":
                changed["role"] = await choose_role(talk, place, at.level)
            case "tick" | "untick":
                changed["api_permission"] = choice == "tick"
            case _:
                choice = ""
                try:
                    await talk.do(Api.edit_account, account, AccountEdit(version=seen.version, **changed))
                except ApiNotYours as refusal:
                    await talk.tell(refusal)
                    changed["api_permission"] = False
                    choice = await talk.choose("without_api", ["save", "look_again"])
                except ChangedMeanwhile as refusal:
                    await talk.tell(refusal)
                    seen = None
                except LastSystemAdmin as refusal:
                    await talk.tell(refusal)
                    unit, changed = None, {name: value for name, value in changed.items() if name not in MOVES}
                except (RoleNotYours, UnitClosed) as refusal:
                    await talk.tell(refusal)
                    unit = await choose_unit(talk, place.area)
                    changed |= {"unit": unit.id, "role": await choose_role(talk, place, unit.level)}
                else:
                    await talk.say("saved", username=seen.username)
                    return


@part
async def as_it_is(talk: Talk, account: int) -> AccountSeen:
    """The account as it is now. Its version is kept: what is saved will be compared with what was shown."""
    version = await talk.prepare(Api.account_version, account)
    seen = await talk.look(Api.account, account)
    return seen.model_copy(update={"version": version})


def _typed(answer: str | Press) -> str:
    """The words; none if the line is to be empty."""
    return "" if isinstance(answer, Press) else answer


def _buttons(seen: AccountSeen, changed: dict[str, Any]) -> list[Option]:
    """Under the form: save, if there is something to save; change a line; tick or untick the permission; leave."""
    tick = "untick" if changed.get("api_permission", seen.api_permission) else "tick"
    lines = (f"edit_{line}" for line in LINES)
    return [Option(name) for name in (*(["save"] if changed else []), *lines, tick, "close")]


def _lines(seen: AccountSeen, unit: UnitChoice | UnitSeen, changed: dict[str, Any]) -> dict[str, Any]:
    """Every line as it will be, and as it was where that is something else."""
    before = {"full_name": seen.full_name or "–", "email": seen.email or "–", "unit": seen.unit.name, "role": seen.role}
    before |= {"api": "☑" if seen.api_permission else "☐"}
    after = before | {name: changed[name] or "–" for name in ("full_name", "email", "role") if name in changed}
    after |= {"unit": unit.name, "api": "☑" if changed.get("api_permission", seen.api_permission) else "☐"}
    was = {f"{name}_was": _was(before[name], after[name]) for name in before}
    status = AccountStatus.of(seen.is_active and not seen.is_frozen)
    return after | was | {"username": seen.username, "phone": seen.phone or "–", "status": status}


def _was(before: object, after: object) -> Lines:
    return Lines("edit_user.was", ({"before": before},) if before != after else ())
