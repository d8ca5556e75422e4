"""The captcha: a picture to be read by a person, with a fresh one on demand (R3, T33)."""

from uuid import UUID

from api.client import Api
from conversations.talk import Press, Talk, part
from models.refusals import CaptchaWrong

ANOTHER = Press("another")


@part
async def solve_captcha(talk: Talk, *, way_out: str | None = None) -> UUID | None:
    """A solved captcha; None only if there is a `way_out` and the person pressed it."""
    options = [ANOTHER.name, *([way_out] if way_out else [])]
    while True:
        captcha = await talk.prepare(Api.make_captcha)
        answer = await talk.ask_secret("answer", options=options, picture=(Api.captcha_picture, captcha.id))
        if answer == ANOTHER:
            continue
        if isinstance(answer, Press):
            return None
        try:
            return (await talk.prepare(Api.solve_captcha, captcha.id, answer)).id
        except CaptchaWrong as refusal:
            await talk.tell(refusal)
