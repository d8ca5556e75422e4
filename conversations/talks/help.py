"""Help: what can be done here, and whom to ask."""

from conversations.talk import Talk, part


@part
async def help_me(talk: Talk) -> None:
    """What the bot does, the commands, and who helps."""
    await talk.say("text")
