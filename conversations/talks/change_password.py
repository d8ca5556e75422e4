"""Changing one's password: prove the current one, then give the new one."""

from api.client import Api
from conversations.talk import Talk, part
from models.password import acceptable
from models.refusals import (
    PasswordIsUsername,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    PasswordUnchanged,
    PasswordUnproven,
    TryLater,
    WrongPassword,
)


@part
async def change_password(talk: Talk) -> None:
    """The current password, unless somebody else had set it; then the new one."""
    if talk.me is None:
        return
    needs_proof = not talk.me.must_change_password
    while True:
        if needs_proof:
            await prove_password(talk)
        try:
            await give_new_password(talk, talk.me.username)
        except PasswordUnproven as refusal:
            await talk.tell(refusal)
            needs_proof = True
        else:
            return


@part
async def prove_password(talk: Talk) -> None:
    """The current password, until it is right."""
    while True:
        current = await talk.ask_secret("current")
        try:
            await talk.prepare(Api.prove_password, current)
        except (WrongPassword, TryLater) as refusal:
            await talk.tell(refusal)
        else:
            return


@part
async def give_new_password(talk: Talk, username: str) -> None:
    """A new password that may be one (OWASP ASVS 5.0 V6.2)."""
    while True:
        new = await talk.ask_secret("new", lambda typed: acceptable(typed, username=username))
        try:
            changed = await talk.do(Api.change_password, new)
        except (
            PasswordTooShort,
            PasswordTooLong,
            PasswordTooCommon,
            PasswordIsUsername,
            PasswordUnchanged,
        ) as refusal:
            await talk.tell(refusal)
        else:
            await talk.know(await talk.look(Api.me))
            await talk.say("changed", ended=changed.ended_sessions)
            return
