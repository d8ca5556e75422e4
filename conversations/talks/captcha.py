"""The captcha: a picture to be read by a person, with a fresh one on demand (R3, T33)."""

from uuid import UUID

from api.client import Api
from api.schemas.signing_in import CaptchaMade
from conversations.talk import Press, Talk, part
from models.refusals import CaptchaWrong, TryLater

ANOTHER = Press("another")


@part
async def solve_captcha(talk: Talk, *, way_out: str | None = None) -> UUID | None:
    """A solved captcha; None only if there is a `way_out` and the person pressed it."""
    options = [ANOTHER.name, *([way_out] if way_out else [])]
    while True:
        captcha = await make_captcha(talk)
        answer = await talk.ask_secret("answer", options=options, picture=(Api.captcha_picture, captcha.id))
        if answer == ANOTHER:
            continue
        if isinstance(answer, Press):
            return None
        try:
            return (await talk.prepare(Api.solve_captcha, captcha.id, answer)).id
        except CaptchaWrong as refusal:
            await talk.tell(refusal)


@part
async def make_captcha(talk: Talk) -> CaptchaMade:
    """A captcha to be shown; if the chat had too many of them, when the person says so."""
    while True:
        try:
            return await talk.prepare(Api.make_captcha)
        except TryLater as refusal:
            await talk.tell(refusal)
            await talk.choose("later", ["now"])
