"""Captchas: one answer, one door, one place."""

import asyncio
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image
from pydantic import SecretStr

from api.acts.captchas import SIGNS
from models.refusals import CaptchaWrong, NotFound, TryLater
from models.rules import CAPTCHA_LENGTH, CAPTCHA_LIFETIME, MAX_CAPTCHAS_AN_HOUR
from tests.api.hands import Town, count_kinds


async def test_R03_a_captcha_is_a_picture_whose_signs_are_read_in_any_case(town: Town) -> None:
    chat = town.chat()
    made = await chat.make_captcha()
    picture = Image.open(BytesIO(await chat.captcha_picture(made.id)))
    assert picture.format == "PNG"
    answer = town.registry.captcha_answer(made).get_secret_value()
    assert len(answer) == CAPTCHA_LENGTH
    assert set(answer) <= set(SIGNS)
    solved = await chat.solve_captcha(made.id, SecretStr(f" {answer.lower()}"))
    assert solved.id == made.id


async def test_T33_the_picture_stays_the_same_and_goes_with_the_answer(town: Town) -> None:
    chat = town.chat()
    made = await chat.make_captcha()
    assert await chat.captcha_picture(made.id) == await chat.captcha_picture(made.id)
    await chat.solve_captcha(made.id, town.registry.captcha_answer(made))
    with pytest.raises(NotFound):
        await chat.captcha_picture(made.id)


async def test_T33_a_captcha_is_answered_once_right_or_wrong(town: Town) -> None:
    chat = town.chat()
    made = await chat.make_captcha()
    with pytest.raises(CaptchaWrong):
        await chat.solve_captcha(made.id, SecretStr("?"))
    with pytest.raises(CaptchaWrong):
        await chat.solve_captcha(made.id, town.registry.captcha_answer(made))


async def test_T33_of_parallel_answers_one_counts(town: Town) -> None:
    chat = town.chat()
    made = await chat.make_captcha()
    answer = town.registry.captcha_answer(made)
    outcomes = await asyncio.gather(*(chat.solve_captcha(made.id, answer) for _ in range(16)), return_exceptions=True)
    assert count_kinds(outcomes) == {"CaptchaSolved": 1, "CaptchaWrong": 15}


async def test_T33_a_captcha_is_for_the_chat_it_was_made_for(town: Town) -> None:
    here, there = town.chat(1), town.chat(2)
    made = await here.make_captcha()
    with pytest.raises(NotFound):
        await there.captcha_picture(made.id)
    with pytest.raises(CaptchaWrong):
        await there.solve_captcha(made.id, town.registry.captcha_answer(made))
    begun = await town.password_step(town.registry.account(None), there)
    with pytest.raises(CaptchaWrong):
        await there.give_phone(begun.id, begun.token, "0912345678", await town.solved_captcha(here))


async def test_T33_a_captcha_expires_unanswered_or_solved(town: Town) -> None:
    chat = town.chat()
    begun = await town.password_step(town.registry.account(None), chat)
    solved, unanswered = await town.solved_captcha(chat), await chat.make_captcha()
    town.clock.turn(CAPTCHA_LIFETIME)
    with pytest.raises(CaptchaWrong):
        await chat.solve_captcha(unanswered.id, town.registry.captcha_answer(unanswered))
    with pytest.raises(CaptchaWrong):
        await chat.give_phone(begun.id, begun.token, "0912345678", solved)


async def test_T33_a_solved_captcha_opens_one_of_many_doors(town: Town) -> None:
    chat = town.chat()
    begun = await town.password_step(town.registry.account(None), chat)
    captcha = await town.solved_captcha(chat)
    doors = (chat.give_phone(begun.id, begun.token, f"091234567{n}", captcha) for n in range(8))
    outcomes = await asyncio.gather(*doors, return_exceptions=True)
    assert count_kinds(outcomes) == {"OtpSent": 1, "CaptchaWrong": 7}
    assert len(town.inbox.orders) == 1


async def test_no_captcha_has_an_unknown_id(town: Town) -> None:
    with pytest.raises(CaptchaWrong):
        await town.chat().solve_captcha(uuid4(), SecretStr("ABCDE"))


async def test_T06_a_chat_gets_so_many_captchas_an_hour(town: Town) -> None:
    outcomes = await asyncio.gather(
        *(town.chat().make_captcha() for _ in range(MAX_CAPTCHAS_AN_HOUR + 5)), return_exceptions=True
    )
    assert count_kinds(outcomes) == {"CaptchaMade": MAX_CAPTCHAS_AN_HOUR, "TryLater": 5}
    await town.chat(2).make_captcha()
    town.clock.turn(timedelta(hours=1))
    await town.chat().make_captcha()
    for _ in range(MAX_CAPTCHAS_AN_HOUR - 1):
        await town.chat().make_captcha()
    with pytest.raises(TryLater) as wait:
        await town.chat().make_captcha()
    assert wait.value.until == town.clock.now() + timedelta(hours=1)
