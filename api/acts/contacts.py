"""Whom to turn to: contacts entered by whoever keeps them, and those that help somebody (R15)."""

import json
from typing import Any

from sqlalchemy import func, select

from api.acts.admin_acts import write_down
from api.people import Person
from api.schemas.contacts import ContactOfUnit, ContactSeen, NewContact
from api.schemas.own_account import HelpRow
from api.turns import Turn
from models.contacts import Contact
from models.email import email as canonical_email
from models.names import proper_name
from models.phone import contact_phone
from models.places import Unit
from models.refusals import NotFound
from models.roles import UNIT_KEEPERS
from models.sealing import Keys
from models.seals import CONTACT, contact_row
from models.words import SUPPORTING, Act, ContactKind


async def contacts_of(turn: Turn, person: Person, unit_id: int) -> list[ContactOfUnit]:
    """The contacts that whoever asks keeps of that unit, entered or not.

    Raises:
        NotFound: none; the unit is out of scope (R12), or not one's own.
    """
    unit = await _kept_unit(turn, person, unit_id)
    entered = {one.kind: one for one in await turn.db.scalars(select(Contact).where(Contact.unit_id == unit_id))}
    return [
        ContactOfUnit(kind=kind, contact=_seen(turn.keys, entered[kind]) if kind in entered else None)
        for kind in _kinds(person, unit)
    ]


async def change_contact(turn: Turn, person: Person, unit_id: int, kind: ContactKind, new: NewContact) -> ContactSeen:
    """Enter a contact, or another in its place; help shows it at once.

    Raises:
        NotFound: the unit has no such contact, or not for whoever asks to keep (R12).
        NameInvalid, ContactPhoneInvalid, EmailInvalid: what is not one.
    """
    unit = await _kept_unit(turn, person, unit_id)
    if kind not in _kinds(person, unit):
        raise NotFound
    values = {
        "full_name": proper_name(new.full_name),
        "position": proper_name(new.position) if new.position else None,
        "phone": contact_phone(new.phone),
        "email": canonical_email(new.email) if new.email else None,
    }
    old = await turn.db.get(Contact, (unit_id, kind), with_for_update=True)
    before = _opened(turn.keys, old.sealed, unit_id, kind) if old else None
    await write_down(turn, person, Act.CONTACT_CHANGED, {"kind": kind, "before": before, "after": values}, unit=unit_id)
    sealed = turn.keys.seal(json.dumps(values, ensure_ascii=False), CONTACT, contact_row(unit_id, kind))
    if old is None:
        old = Contact(unit_id=unit_id, kind=kind, unit_kind=unit.kind, sealed=sealed, changed_at=turn.now())
        turn.db.add(old)
    else:
        old.sealed, old.changed_at = sealed, turn.now()
    await turn.db.flush()
    return _seen(turn.keys, old)


async def help_of(turn: Turn) -> list[HelpRow]:
    """Whom the account turns to, the nearest first; where nobody is entered, that is told too."""
    found = await turn.db.execute(select(HELP))
    return [
        HelpRow(
            unit=row.unit_name,
            kind=row.kind,
            contact=_told(_opened(turn.keys, row.sealed, row.unit_id, row.kind), row.changed_at)
            if row.sealed
            else None,
        )
        for row in found
    ]


HELP = func.my_help().table_valued("unit_id", "unit_name", "kind", "sealed", "changed_at")


async def _kept_unit(turn: Turn, person: Person, unit_id: int) -> Unit:
    unit = await turn.db.get(Unit, unit_id)
    if unit is None or not _kinds(person, unit):
        raise NotFound
    return unit


def _kinds(person: Person, unit: Unit) -> list[ContactKind]:
    """Those of the unit's contacts that the person keeps."""
    keeps = person.role in UNIT_KEEPERS and person.scope.holds(unit.place)
    is_own = person.scope.manages_accounts and person.unit_id == unit.id
    support = [ContactKind.SUPPORT] if keeps and unit.kind in SUPPORTING else []
    return [ContactKind.FOCAL_OFFICER, *support] if keeps or is_own else []


def _opened(keys: Keys, sealed: bytes, unit_id: int, kind: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(keys.opened(sealed, CONTACT, contact_row(unit_id, kind)))
    return values


def _seen(keys: Keys, contact: Contact) -> ContactSeen:
    return _told(_opened(keys, contact.sealed, contact.unit_id, contact.kind), contact.changed_at)


def _told(values: dict[str, Any], changed_at: Any) -> ContactSeen:
    return ContactSeen(**values, changed_at=changed_at)
