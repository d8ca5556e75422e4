"""Effects that happen once, whoever asks again."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from api.acts import password_waits
from api.client import Api
from api.effects import forget_old
from models.refusals import (
    EffectDiffers,
    EffectForeign,
    EffectVoided,
    Malformed,
    OtpWrong,
    ResendTooSoon,
    WrongCredentials,
)
from models.rules import EFFECT_LIFETIME, RESEND_PAUSE
from models.seals import EFFECT_ANSWER
from tests.api.hands import SERVICE_KEY, Town, another
from tests.tables.figures import keep

KEY = "a-talk/sign_in/password#1"


async def press(town: Town, path: str, body: dict[str, Any], key: str = KEY, chat: int = 1001, token: str = "") -> Any:
    headers = {"X-Service-Key": SERVICE_KEY, "X-Chat-Id": str(chat), "Idempotency-Key": key}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    status, _, content = await town.raw("POST", path, json=body, headers=headers)
    return status, content


def credentials(town: Town) -> dict[str, str]:
    staff = town.registry.account(is_cheap=False)
    return {"username": staff.username, "password": staff.password.get_secret_value()}


async def test_T29_64_requests_at_once_under_one_key_are_one_effect_with_one_answer(town: Town) -> None:
    body = credentials(town)
    answers = await asyncio.gather(*(press(town, "/v1/sign-ins", body) for _ in range(64)))
    assert {status for status, _ in answers} == {201}
    assert len({json.loads(content)["id"] for _, content in answers}) == 1
    assert len({content for _, content in answers}) <= 2  # the first learnt what became of its SMS
    effects = town.registry.one("SELECT count(*) FROM sign_in")
    assert effects == 1
    assert len(town.inbox.orders) == 1
    keep("T29", "effects of 64 requests at once under one key", str(effects))


async def test_T29_asking_again_gives_the_same_bytes(town: Town) -> None:
    body = credentials(town)
    await press(town, "/v1/sign-ins", body)
    again = [await press(town, "/v1/sign-ins", body) for _ in range(3)]
    assert len(set(again)) == 1


async def test_T29_another_body_under_the_key_is_refused(town: Town) -> None:
    body = credentials(town)
    await press(town, "/v1/sign-ins", body)
    status, content = await press(town, "/v1/sign-ins", body | {"password": "another one"})
    assert (status, json.loads(content)["code"]) == (422, "EffectDiffers")
    status, content = await press(town, "/v1/captchas", {})
    assert (status, json.loads(content)["code"]) == (422, "EffectDiffers")


async def test_T29_another_chat_under_the_key_is_refused_and_told_nothing(town: Town) -> None:
    body = credentials(town)
    await press(town, "/v1/sign-ins", body)
    status, content = await press(town, "/v1/sign-ins", body, chat=2)
    assert (status, json.loads(content)["code"]) == (403, "EffectForeign")
    for ask in (town.chat(2).effect, town.chat(2).void_effect):
        with pytest.raises(EffectForeign):
            await ask(KEY)


async def test_T29_a_counted_guess_is_counted_once_however_often_it_is_sent(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    begun = await town.password_step(staff, chat)
    wrong = another(town.inbox.last_code())
    for _ in range(9):
        with pytest.raises(OtpWrong) as refusal:
            await chat.under(KEY).confirm_otp(begun.id, begun.token, wrong)
        assert refusal.value.left == 4
    assert town.registry.guard(staff)[:2] == (1, 1)


async def test_T29_the_session_of_a_confirmed_otp_is_given_again_after_the_sign_in_is_over(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat().under(KEY)
    begun = await town.password_step(staff, town.chat())
    code = SecretStr(town.inbox.last_code())
    session = await chat.confirm_otp(begun.id, begun.token, code)
    assert await chat.confirm_otp(begun.id, begun.token, code) == session
    found = await chat.effect(KEY)
    assert (found.state, found.status) == ("done", 201)
    assert json.loads(found.answer or "")["token"] == session.token


async def test_T29_signing_out_is_answered_again_though_the_session_is_gone(town: Town) -> None:
    me = (await town.sign_in(town.registry.account())).under(KEY)
    assert await me.sign_out() == await me.sign_out()


async def test_T29_what_was_undone_leaves_the_key_free(town: Town) -> None:
    chat = town.chat()
    begun = await town.password_step(town.registry.account(), chat)
    with pytest.raises(ResendTooSoon):
        await chat.under(KEY).resend_otp(begun.id, begun.token)
    assert (await chat.effect(KEY)).state == "unknown"
    town.clock.turn(RESEND_PAUSE)
    await chat.under(KEY).resend_otp(begun.id, begun.token)


async def test_T29_a_key_given_up_stays_given_up(town: Town) -> None:
    chat = town.chat()
    assert (await chat.effect(KEY)).state == "unknown"
    assert (await chat.void_effect(KEY)).state == "void"
    assert (await chat.effect(KEY)).state == "void"
    staff = town.registry.account()
    with pytest.raises(EffectVoided):
        await chat.under(KEY).start_sign_in(staff.username, staff.password)


async def test_T29_giving_up_what_is_done_tells_what_was_done(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    with pytest.raises(WrongCredentials):
        await chat.under(KEY).start_sign_in(staff.username, SecretStr("wrong"))
    found = await chat.void_effect(KEY)
    assert (found.state, found.status) == ("done", 401)


async def test_T29_giving_up_waits_for_what_is_under_way(town: Town) -> None:
    staff, chat = town.registry.account(is_cheap=False), town.chat()
    doing = chat.under(KEY).start_sign_in(staff.username, staff.password)
    outcome, found = await asyncio.gather(doing, chat.void_effect(KEY), return_exceptions=True)
    assert not isinstance(found, BaseException)
    if isinstance(outcome, EffectVoided):
        assert found.state == "void"
    else:
        assert found.state == "done"


@pytest.mark.parametrize("key", ["short", "x" * 129, "with a space in it", "đ" * 20])
async def test_T29_a_key_is_16_to_128_visible_characters(town: Town, key: str) -> None:
    status, content = await press(town, "/v1/captchas", {}, key=key)
    assert (status, json.loads(content)["facts"]) == (422, {"fields": ["header.Idempotency-Key"]})


async def test_T29_keys_are_forgotten_after_a_day_and_no_sooner(town: Town) -> None:
    chat, house = town.chat(), town.app.state.house
    made = await chat.under(KEY).make_captcha()
    for age, expected in ((EFFECT_LIFETIME, "done"), (EFFECT_LIFETIME + timedelta(seconds=1), "unknown")):
        async with house.database.changing() as db:
            await forget_old(db, made.expires_at - timedelta(minutes=5) + age)
            await password_waits.forget_old(db, town.clock.now())
        assert (await chat.effect(KEY)).state == expected


async def test_T24_the_kept_answer_is_sealed_for_its_key(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat().under(KEY)
    begun = await chat.start_sign_in(staff.username, staff.password)
    sealed = town.registry.one("SELECT answer_sealed FROM effect WHERE key = %s", KEY)
    assert begun.token.encode() not in sealed
    assert begun.token in town.registry.keys.opened(sealed, EFFECT_ANSWER, KEY)


async def test_effects_of_a_straight_caller_are_that_callers(town: Town) -> None:
    await town.caller().under(KEY).make_captcha()
    assert (await town.caller().effect(KEY)).state == "done"
    with pytest.raises(EffectForeign):
        await town.chat().effect(KEY)


async def test_T29_another_body_is_refused_by_the_client_too(town: Town) -> None:
    chat: Api = town.chat().under(KEY)
    made = await chat.make_captcha()
    with pytest.raises(EffectDiffers):
        await chat.solve_captcha(made.id, SecretStr("ABCDE"))
    with pytest.raises(Malformed):
        await chat.effect("short")
