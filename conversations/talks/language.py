"""The language the chat speaks."""

from api.client import Api
from conversations.talk import Talk, part
from models.words import Language


@part
async def choose_language(talk: Talk) -> None:
    """For this chat, and for whoever is signed in."""
    language = Language(await talk.choose("which", list(Language), columns=2))
    await talk.speak(language)
    if talk.me:
        await talk.know(await talk.do(Api.speak, language))
    await talk.say("chosen")
