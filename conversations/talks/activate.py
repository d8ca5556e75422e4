"""«Kích hoạt tài khoản»: the code from the SMS, then a password of one's own (R14)."""

from api.client import Api
from api.schemas.activations import ActivationOpened
from conversations.talk import Talk, part
from conversations.talks.captcha import solve_captcha
from models.password import acceptable
from models.refusals import (
    ActivationWrong,
    CaptchaNeeded,
    CaptchaWrong,
    PasswordIsUsername,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooShort,
    TryLater,
)
from models.username import username


@part
async def activate(talk: Talk) -> None:
    """Nobody but the person ever knows the password; signing in comes next, with an OTP."""
    opened = await give_code(talk)
    await choose_password(talk, opened)
    await talk.say("done", username=opened.username)


@part
async def give_code(talk: Talk) -> ActivationOpened:
    """The name and the code, until they are right; a captcha in between when the name is being attacked."""
    name = await talk.ask("username", username)
    captcha = None
    while True:
        code = await talk.ask_secret("code", username=name)
        try:
            return await talk.do(Api.open_activation, name, code, captcha)
        except (ActivationWrong, TryLater) as refusal:
            captcha = None  # a wrong code has used it up
            await talk.tell(refusal)
        except (CaptchaNeeded, CaptchaWrong) as refusal:
            await talk.tell(refusal)
            captcha = await solve_captcha(talk)


@part
async def choose_password(talk: Talk, opened: ActivationOpened) -> None:
    """A password that may be one."""
    while True:
        new = await talk.ask_secret("new", lambda typed: acceptable(typed, username=opened.username))
        try:
            await talk.do(Api.choose_password, opened.id, opened.token, opened.username, new)
        except (PasswordTooShort, PasswordTooLong, PasswordTooCommon, PasswordIsUsername) as refusal:
            await talk.tell(refusal)
        else:
            return
