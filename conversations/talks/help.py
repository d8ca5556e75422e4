"""Help: what can be done here, and whom to ask."""

from conversations.talk import Talk, part
from models.rules import OTP_IN_FORCE_SINCE


@part
async def help_me(talk: Talk) -> None:
    """What the bot does, the commands, and who helps."""
    await talk.say("text", since=OTP_IN_FORCE_SINCE)
