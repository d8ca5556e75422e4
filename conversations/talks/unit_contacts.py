"""«Cán bộ đầu mối»: whom to turn to at a unit, kept current by its own admins and by those who keep it (R15)."""

from typing import Any

from api.client import Api
from api.schemas.contacts import ContactOfUnit, NewContact
from conversations.talk import Option, Press, Talk, part
from conversations.texts import Lines
from models.email import email
from models.names import proper_name
from models.phone import contact_phone
from models.refusals import NotFound
from models.words import ContactKind


@part
async def unit_contacts(talk: Talk) -> None:
    """Those of one's own unit."""
    if talk.me is not None:
        await see_contacts(talk, talk.me.unit.id, talk.me.unit.name)


@part
async def see_contacts(talk: Talk, unit: int, unit_name: str) -> None:
    """Who is entered, and a button to enter each anew."""
    with talk.within(str(unit)):
        kept = await talk.look(Api.contacts, unit)
        chosen = await talk.choose("card", _buttons(kept), unit=unit_name, rows=_entered(kept), missing=_missing(kept))
        if chosen == "leave":
            return
        await enter_contact(talk, unit, ContactKind(chosen))
        await talk.return_to("card")


@part
async def enter_contact(talk: Talk, unit: int, kind: ContactKind) -> None:
    """Name, position, phone and email; then a card on which each can be changed before help shows it."""
    full_name = await talk.ask("full_name", proper_name, kind=kind)
    position = _typed(await talk.ask("position", proper_name, options=["none"]))
    phone = await talk.ask("phone", contact_phone)
    address = _typed(await talk.ask("email", email, options=["none"]))
    facts: dict[str, Any] = {
        "full_name": full_name,
        "position": position or "–",
        "phone": phone,
        "email": address or "–",
    }
    if await talk.choose("review", ["save", "close"], kind=kind, **facts) == "close":
        await talk.say("closed")
        return
    new = NewContact(full_name=full_name, position=position, phone=phone, email=address)
    try:
        await talk.do(Api.change_contact, unit, kind, new)
    except NotFound as refusal:
        await talk.tell(refusal)
    else:
        await talk.say("saved")


def _typed(answer: str | Press) -> str | None:
    return None if isinstance(answer, Press) else answer


def _buttons(kept: list[ContactOfUnit]) -> list[Option]:
    change = [Option(one.kind, "see_contacts.card.change", {"kind": one.kind}) for one in kept]
    return [*change, Option("leave")]


def _entered(kept: list[ContactOfUnit]) -> Lines:
    return Lines("see_contacts.entered", tuple(_facts(one) for one in kept if one.contact))


def _missing(kept: list[ContactOfUnit]) -> Lines:
    return Lines("see_contacts.missing", tuple({"kind": one.kind} for one in kept if not one.contact))


def _facts(one: ContactOfUnit) -> dict[str, Any]:
    given = one.contact.model_dump() if one.contact else {}
    return {"kind": one.kind} | {name: value or "–" for name, value in given.items()}
