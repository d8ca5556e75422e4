"""Help: what can be done here, and whom to ask (R15)."""

from typing import Any

from api.client import Api
from api.schemas.own_account import HelpRow
from conversations.talk import Talk, part
from conversations.texts import Lines
from models.rules import OTP_IN_FORCE_SINCE


@part
async def help_me(talk: Talk) -> None:
    """What the bot does, the commands, and who helps."""
    await talk.say("text", since=OTP_IN_FORCE_SINCE)
    if talk.me is not None:
        await talk.say("contacts", **whom_to_ask(await talk.look(Api.help)))


def whom_to_ask(rows: list[HelpRow]) -> dict[str, Any]:
    """The facts of that text: who is entered, and where nobody is."""
    entered = tuple(_facts(row) for row in rows if row.contact)
    missing = tuple({"unit": row.unit, "kind": row.kind} for row in rows if not row.contact)
    return {"rows": Lines("help_me.contact", entered), "missing": Lines("help_me.nobody", missing)}


def _facts(row: HelpRow) -> dict[str, Any]:
    given = row.contact.model_dump(exclude={"changed_at"}) if row.contact else {}
    return {"unit": row.unit, "kind": row.kind} | {name: value or "–" for name, value in given.items()}
