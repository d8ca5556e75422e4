"""Signing out of this chat."""

from api.client import Api
from conversations.talk import Talk, part


@part
async def sign_out(talk: Talk) -> None:
    """Asks once, because signing in again takes an SMS."""
    await talk.choose("sure", ["yes"])
    await talk.do(Api.sign_out)
    await talk.sit(None)
    await talk.say("done")
