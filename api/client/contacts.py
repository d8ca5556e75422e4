"""Focal officers, support contacts, and help (R15)."""

from api.client.wire import Wire
from api.schemas.contacts import ContactOfUnit, ContactSeen, NewContact
from api.schemas.own_account import (
    HelpRow,
)
from models.words import ContactKind


class Contacts(Wire):
    """Focal officers, support contacts, and help (R15)."""

    async def help(self) -> list[HelpRow]:
        return await self._ask("GET", "me/help", list[HelpRow])

    async def contacts(self, unit: int) -> list[ContactOfUnit]:
        return await self._ask("GET", f"units/{unit}/contacts", list[ContactOfUnit])

    async def change_contact(self, unit: int, kind: ContactKind, new: NewContact) -> ContactSeen:
        return await self._ask("PUT", f"units/{unit}/contacts/{kind}", ContactSeen, new)
