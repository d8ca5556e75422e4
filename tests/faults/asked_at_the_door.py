"""Requests of people who are not signed in: passwords, captchas, a first phone, codes."""

from pydantic import SecretStr

from models import refusals as r
from models.rules import (
    FREE_PASSWORD_FAILURES,
    MAX_OTP_FAILURES,
    MAX_SMS_PER_ACCOUNT_A_DAY,
    OTP_LIFETIME,
    PASSWORD_FAILURES_BEFORE_CAPTCHA,
    RESEND_PAUSE,
    SIGN_IN_LIFETIME,
)
from tests.api.hands import Town, another
from tests.faults.asks import WRONG, Scene, asks, refusal_of

ELSEWHERE = 10**9  # added to a chat's number: another chat


@asks("POST /v1/sign-ins")
async def the_right_password(town: Town) -> Scene:
    scene = Scene.of(town)
    return scene.now(lambda api: api.start_sign_in(scene.staff.username, scene.staff.password))


@asks("POST /v1/sign-ins", refused=r.WrongCredentials)
async def a_wrong_password(town: Town) -> Scene:
    scene = Scene.of(town)
    return scene.now(lambda api: api.start_sign_in(scene.staff.username, WRONG))


@asks("POST /v1/sign-ins", refused=r.WrongCredentials)
async def an_unknown_name(town: Town) -> Scene:
    scene = Scene.of(town)
    return scene.now(lambda api: api.start_sign_in(f"nobody.{scene.chat}", scene.staff.password))


@asks("POST /v1/sign-ins", refused=r.TryLater)
async def a_right_password_in_the_wait(town: Town) -> Scene:
    scene = Scene.of(town)
    for _ in range(FREE_PASSWORD_FAILURES):
        await refusal_of(scene.api.start_sign_in(scene.staff.username, WRONG))
    return scene.now(lambda api: api.start_sign_in(scene.staff.username, scene.staff.password))


@asks("POST /v1/sign-ins", refused=r.CaptchaNeeded)
async def no_captcha_where_one_is_needed(town: Town) -> Scene:
    scene = Scene.of(town)
    for other in range(PASSWORD_FAILURES_BEFORE_CAPTCHA):
        await refusal_of(town.chat(ELSEWHERE + other).start_sign_in(scene.staff.username, WRONG))
    return scene.now(lambda api: api.start_sign_in(scene.staff.username, scene.staff.password))


@asks("POST /v1/sign-ins", refused=r.CaptchaWrong)
async def a_captcha_of_another_chat(town: Town) -> Scene:
    scene = Scene.of(town)
    captcha = await town.solved_captcha(town.chat(ELSEWHERE + scene.chat))
    return scene.now(lambda api: api.start_sign_in(scene.staff.username, scene.staff.password, captcha))


@asks("POST /v1/sign-ins", refused=r.AccountInactive)
async def an_inactive_account(town: Town) -> Scene:
    scene = Scene.of(town)
    scene.make_inactive()
    return scene.now(lambda api: api.start_sign_in(scene.staff.username, scene.staff.password))


@asks("POST /v1/sign-ins", refused=r.ApiNotPermitted)
async def no_permission_for_the_api(town: Town) -> Scene:
    scene = Scene.of(town)
    scene.api = town.caller()
    return scene.now(lambda api: api.start_sign_in(scene.staff.username, scene.staff.password))


@asks("POST /v1/sign-ins", refused=r.OtpLocked)
async def the_password_of_a_locked_account(town: Town) -> Scene:
    scene = await locked(town)
    return scene.now(lambda api: api.start_sign_in(scene.staff.username, scene.staff.password))


# Captchas


@asks("POST /v1/captchas")
async def a_captcha(town: Town) -> Scene:
    return Scene.of(town).now(lambda api: api.make_captcha())


@asks("GET /v1/captchas/{captcha_id}/picture")
async def its_picture(town: Town) -> Scene:
    scene = Scene.of(town)
    made = await scene.api.make_captcha()
    return scene.now(lambda api: api.captcha_picture(made.id))


@asks("GET /v1/captchas/{captcha_id}/picture", refused=r.NotFound)
async def the_picture_of_another_chat(town: Town) -> Scene:
    scene = Scene.of(town)
    made = await town.chat(ELSEWHERE + scene.chat).make_captcha()
    return scene.now(lambda api: api.captcha_picture(made.id))


@asks("POST /v1/captchas/{captcha_id}/answer")
async def its_right_answer(town: Town) -> Scene:
    scene = Scene.of(town)
    made = await scene.api.make_captcha()
    answer = town.registry.captcha_answer(made)
    return scene.now(lambda api: api.solve_captcha(made.id, answer))


@asks("POST /v1/captchas/{captcha_id}/answer", refused=r.CaptchaWrong)
async def a_wrong_answer(town: Town) -> Scene:
    scene = Scene.of(town)
    made = await scene.api.make_captcha()
    return scene.now(lambda api: api.solve_captcha(made.id, SecretStr("?????")))


# The first phone


@asks("POST /v1/sign-ins/{sign_in_id}/phone")
async def a_first_phone(town: Town) -> Scene:
    scene = Scene.of(town, knows_phone=False)
    begun, captcha = await scene.begin(), await town.solved_captcha(scene.api)
    return scene.now(lambda api: api.give_phone(begun.id, begun.token, scene.phone, captcha))


@asks("POST /v1/sign-ins/{sign_in_id}/phone", refused=r.CaptchaWrong)
async def a_first_phone_with_an_unsolved_captcha(town: Town) -> Scene:
    scene = Scene.of(town, knows_phone=False)
    begun, made = await scene.begin(), await scene.api.make_captcha()
    return scene.now(lambda api: api.give_phone(begun.id, begun.token, scene.phone, made.id))


@asks("POST /v1/sign-ins/{sign_in_id}/phone", refused=r.CaptchaWrong)
async def a_first_phone_with_a_used_captcha(town: Town) -> Scene:
    scene = Scene.of(town, knows_phone=False)
    begun, captcha = await scene.begin(), await town.solved_captcha(scene.api)
    await scene.api.give_phone(begun.id, begun.token, scene.phone, captcha)
    town.clock.turn(RESEND_PAUSE)
    return scene.now(lambda api: api.give_phone(begun.id, begun.token, scene.phone, captcha))


@asks("POST /v1/sign-ins/{sign_in_id}/phone", refused=r.NotFound)
async def a_first_phone_where_there_is_one(town: Town) -> Scene:
    scene = Scene.of(town)
    begun, captcha = await scene.begin(), await town.solved_captcha(scene.api)
    return scene.now(lambda api: api.give_phone(begun.id, begun.token, "0912999999", captcha))


# The OTP


@asks("POST /v1/sign-ins/{sign_in_id}/otp/resend")
async def a_resend(town: Town) -> Scene:
    scene = Scene.of(town)
    begun = await scene.begin()
    town.clock.turn(RESEND_PAUSE)
    return scene.now(lambda api: api.resend_otp(begun.id, begun.token))


@asks("POST /v1/sign-ins/{sign_in_id}/otp/resend", refused=r.ResendTooSoon)
async def a_resend_too_soon(town: Town) -> Scene:
    scene = Scene.of(town)
    begun = await scene.begin()
    return scene.now(lambda api: api.resend_otp(begun.id, begun.token))


@asks("POST /v1/sign-ins/{sign_in_id}/otp/resend", refused=r.TooManySms)
async def one_resend_too_many(town: Town) -> Scene:
    scene = Scene.of(town)
    begun = await scene.begin()
    for _ in range(MAX_SMS_PER_ACCOUNT_A_DAY - 1):
        town.clock.turn(RESEND_PAUSE)
        await scene.api.resend_otp(begun.id, begun.token)
    town.clock.turn(RESEND_PAUSE)
    return scene.now(lambda api: api.resend_otp(begun.id, begun.token))


@asks("POST /v1/sign-ins/{sign_in_id}/otp/resend", refused=r.SignInEnded)
async def a_resend_with_another_token(town: Town) -> Scene:
    scene = Scene.of(town)
    begun = await scene.begin()
    town.clock.turn(RESEND_PAUSE)
    return scene.now(lambda api: api.resend_otp(begun.id, "a-token-of-nobody"))


@asks("POST /v1/sign-ins/{sign_in_id}/otp/resend", refused=r.OtpLocked)
async def a_resend_while_locked(town: Town) -> Scene:
    scene = await locked(town)
    begun = scene.begun
    assert begun
    return scene.now(lambda api: api.resend_otp(begun.id, begun.token))


@asks("POST /v1/sign-ins/{sign_in_id}/otp")
async def the_right_code(town: Town) -> Scene:
    scene = Scene.of(town)
    begun = await scene.begin()
    return scene.now(lambda api: api.confirm_otp(begun.id, begun.token, scene.code))


@asks("POST /v1/sign-ins/{sign_in_id}/otp")
async def the_right_code_of_a_first_phone(town: Town) -> Scene:
    scene = await a_first_phone(town)
    await scene.call(scene.api)
    begun = scene.begun
    assert begun
    return scene.now(lambda api: api.confirm_otp(begun.id, begun.token, scene.code))


@asks("POST /v1/sign-ins/{sign_in_id}/otp", refused=r.OtpWrong)
async def a_wrong_code(town: Town) -> Scene:
    scene = Scene.of(town)
    begun = await scene.begin()
    return scene.now(lambda api: api.confirm_otp(begun.id, begun.token, another(scene.code.get_secret_value())))


@asks("POST /v1/sign-ins/{sign_in_id}/otp", refused=r.OtpLocked)
async def the_fifth_wrong_code(town: Town) -> Scene:
    scene = Scene.of(town)
    begun = await scene.begin()
    wrong = another(scene.code.get_secret_value())
    for _ in range(MAX_OTP_FAILURES - 1):
        await refusal_of(scene.api.confirm_otp(begun.id, begun.token, wrong))
    return scene.now(lambda api: api.confirm_otp(begun.id, begun.token, wrong))


@asks("POST /v1/sign-ins/{sign_in_id}/otp", refused=r.OtpLocked)
async def the_right_code_while_locked(town: Town) -> Scene:
    scene = await locked(town)
    begun = scene.begun
    assert begun
    return scene.now(lambda api: api.confirm_otp(begun.id, begun.token, scene.code))


@asks("POST /v1/sign-ins/{sign_in_id}/otp", refused=r.SignInEnded)
async def the_right_code_from_another_chat(town: Town) -> Scene:
    scene = Scene.of(town)
    begun = await scene.begin()
    scene.api = town.chat(ELSEWHERE + scene.chat)
    return scene.now(lambda api: api.confirm_otp(begun.id, begun.token, scene.code))


@asks("POST /v1/sign-ins/{sign_in_id}/otp", refused=r.SignInEnded)
async def a_code_for_the_second_time(town: Town) -> Scene:
    scene = Scene.of(town)
    begun, code = await scene.begin(), scene.code
    await scene.api.confirm_otp(begun.id, begun.token, code)
    return scene.now(lambda api: api.confirm_otp(begun.id, begun.token, code))


@asks("POST /v1/sign-ins/{sign_in_id}/otp", refused=r.OtpExpired)
async def an_expired_code(town: Town) -> Scene:
    scene = Scene.of(town)
    begun, code = await scene.begin(), scene.code
    assert OTP_LIFETIME < SIGN_IN_LIFETIME
    town.clock.turn(OTP_LIFETIME)
    return scene.now(lambda api: api.confirm_otp(begun.id, begun.token, code))


async def locked(town: Town) -> Scene:
    """Five wrong codes, and the right one still in hand."""
    scene = await the_fifth_wrong_code(town)
    await refusal_of(scene.call(scene.api))
    return scene
