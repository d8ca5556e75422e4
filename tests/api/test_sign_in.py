"""Signing in: the password step, who is let in, and what a stranger can tell."""

import asyncio
import unicodedata
from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import SecretStr

from api.client import Api
from models.refusals import (
    AccountInactive,
    ApiNotPermitted,
    CaptchaNeeded,
    OtpExpired,
    OtpLocked,
    Refusal,
    SessionEnded,
    SignInEnded,
    TryLater,
    WrongCredentials,
)
from models.rules import FIRST_PASSWORD_WAIT, LONGEST_PASSWORD_WAIT, PASSWORD_FAILURES_BEFORE_CAPTCHA, RESEND_PAUSE
from models.seals import TYPED_NAME
from models.words import Channel, SmsOutcome
from tests.api.hands import PASSWORD, SECOND, SERVICE_KEY, Staff, Town, another, signed_in
from tests.tables.figures import keep

WRONG = SecretStr("Lúa chín vàng đông")


async def test_R01_username_password_and_otp_open_a_session(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    begun = await chat.start_sign_in(staff.username, staff.password)
    assert begun.otp
    assert begun.otp.sms is SmsOutcome.SENT
    assert begun.otp.phone_hint == "09•• ••• 678"
    session = await chat.confirm_otp(begun.id, begun.token, SecretStr(town.inbox.last_code()))
    me = await signed_in(chat, session).me()
    assert me == session.me
    assert (me.username, me.full_name, me.phone_hint) == (staff.username, "Nguyễn Văn Demo", "09•• ••• 678")
    assert me.unit.area == ["Xã Tứ Hiệp", "Huyện Thanh Trì", "Thành phố Hà Nội"]
    assert town.registry.attempts(staff) == ["password_right", "signed_in"]


async def test_R01_the_token_of_a_sign_in_is_no_session(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    begun = await town.password_step(staff, chat)
    with pytest.raises(SessionEnded):
        await Api(town.http, town.url, service_key=SERVICE_KEY, chat=1001, token=begun.token).me()


async def test_R02_every_attempt_is_in_the_history(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    inactive = deactivated(town, town.registry.account("+84987654321"))
    for name in (staff.username, "nobody.here", inactive.username):
        with pytest.raises(WrongCredentials):
            await chat.start_sign_in(name, WRONG)
    with pytest.raises(AccountInactive):
        await chat.start_sign_in(inactive.username, PASSWORD)
    assert town.registry.attempts(staff) == ["wrong_password"]
    assert town.registry.attempts(inactive) == ["wrong_password", "inactive"]
    [(row, sealed, channel, source)] = town.registry.rows(
        "SELECT id, typed_name_sealed, channel, source FROM login_history WHERE attempt = 'unknown_name'"
    )
    assert town.registry.keys.opened(sealed, TYPED_NAME, row) == "nobody.here"
    assert (channel, source) == (Channel.CHAT, "chat:1001")


async def test_R10_without_api_permission_the_api_serves_an_account_only_through_the_bot(town: Town) -> None:
    staff = town.registry.account()
    with pytest.raises(WrongCredentials):
        await town.caller().start_sign_in(staff.username, WRONG)
    with pytest.raises(ApiNotPermitted):
        await town.caller().start_sign_in(staff.username, PASSWORD)
    assert town.registry.attempts(staff) == ["wrong_password", "api_not_permitted"]
    assert town.inbox.orders == []
    await town.sign_in(staff)


async def test_R10_with_api_permission_an_account_signs_in_by_itself_until_it_is_taken_away(town: Town) -> None:
    staff, api = town.registry.account(api_permission=True), town.caller()
    mine = signed_in(api, await town.session(staff, api))
    assert (await mine.me()).id == staff.id
    town.registry.owner.execute("UPDATE account SET api_permission = false WHERE id = %s", [staff.id])
    with pytest.raises(SessionEnded):
        await mine.me()


async def test_T19_an_account_disabled_between_password_and_otp_is_not_let_in(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    begun = await town.password_step(staff, chat)
    deactivated(town, staff)
    with pytest.raises(AccountInactive):
        await chat.confirm_otp(begun.id, begun.token, SecretStr(town.inbox.last_code()))
    assert town.registry.attempts(staff) == ["password_right", "inactive"]


async def test_a_new_sign_in_ends_the_older_one_of_the_same_chat(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    older = await town.password_step(staff, chat)
    await town.password_step(staff, chat)
    with pytest.raises(SignInEnded):
        await chat.confirm_otp(older.id, older.token, SecretStr(town.inbox.last_code()))


async def test_R04_starting_over_at_once_sends_no_second_sms_but_goes_on_a_minute_later(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    await town.password_step(staff, chat)
    begun = await chat.start_sign_in(staff.username, staff.password)
    assert begun.otp
    assert (begun.otp.sms, begun.otp.resend_at) == (SmsOutcome.FAILED, town.clock.now() + RESEND_PAUSE)
    assert len(town.inbox.orders) == 1
    with pytest.raises(OtpExpired):
        await chat.confirm_otp(begun.id, begun.token, SecretStr(town.inbox.last_code()))
    town.clock.turn(RESEND_PAUSE)
    await chat.resend_otp(begun.id, begun.token)
    await chat.confirm_otp(begun.id, begun.token, SecretStr(town.inbox.last_code()))


def deactivated(town: Town, staff: Staff) -> Staff:
    town.registry.owner.execute("UPDATE account SET is_active = false WHERE id = %s", [staff.id])
    return staff


async def locked(town: Town, staff: Staff, chat: int) -> Staff:
    begun = await town.password_step(staff, town.chat(chat))
    wrong = another(town.inbox.last_code(staff.phone or ""))
    for _ in range(5):
        with pytest.raises(Refusal):
            await town.chat(chat).confirm_otp(begun.id, begun.token, wrong)
    return staff


async def test_T07_without_the_password_every_account_looks_like_none(town: Town) -> None:
    names = [
        "nobody.here",
        "!!",
        town.registry.account().username,
        deactivated(town, town.registry.account("+84912345670")).username,
        town.registry.account(None).username,
        (await locked(town, town.registry.account("+84912345671"), 9)).username,
        town.registry.account("+84912345672", must_change_password=True).username,
    ]
    answers, hashes = [], []
    for name in names:
        before = town.app.state.house.passwords.computed
        answers.append(await stranger(town, {"username": name, "password": "x" * 9}))
        hashes.append(town.app.state.house.passwords.computed - before)
    assert len(set(answers)) == 1
    assert answers[0][0] == 401
    assert hashes == len(names) * [1]
    keep("T07", f"different answers for {len(names)} states of an account", str(len(set(answers))))


async def stranger(town: Town, body: dict[str, str]) -> tuple[int, bytes]:
    headers = {"X-Service-Key": SERVICE_KEY, "X-Chat-Id": "66"}
    for _ in range(2):
        town.clock.turn(timedelta(hours=2))
    status, _, content = await town.raw("POST", "/v1/sign-ins", json=body, headers=headers)
    return status, content


async def test_T07_exactly_one_hash_is_computed_for_a_right_password_too(town: Town) -> None:
    for staff in (town.registry.account(), deactivated(town, town.registry.account("+84987654321"))):
        before = town.app.state.house.passwords.computed
        await asyncio.gather(town.password_step(staff, town.chat()), return_exceptions=True)
        assert town.app.state.house.passwords.computed == before + 1


async def test_T31_wrong_passwords_make_their_own_source_wait_longer_and_longer(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    waits = []
    for _ in range(8):
        with pytest.raises((WrongCredentials, CaptchaNeeded)):
            await chat.start_sign_in(staff.username, WRONG)
        try:
            await chat.start_sign_in(staff.username, WRONG)
        except TryLater as wait:
            waits.append((wait.until - town.clock.now()) / FIRST_PASSWORD_WAIT)
            town.clock.turn(wait.until - town.clock.now())
        except WrongCredentials:
            pass
    assert waits[:4] == [1, 2, 4, 8]


async def test_T31_while_it_waits_nothing_is_judged_or_counted(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    for _ in range(3):
        with pytest.raises(WrongCredentials):
            await chat.start_sign_in(staff.username, WRONG)
    before = town.app.state.house.passwords.computed
    for _ in range(9):
        with pytest.raises(TryLater) as wait:
            await chat.start_sign_in(staff.username, PASSWORD)
        assert wait.value.until == town.clock.now() + FIRST_PASSWORD_WAIT
    assert town.app.state.house.passwords.computed == before
    town.clock.turn(FIRST_PASSWORD_WAIT)
    await chat.start_sign_in(staff.username, PASSWORD)


async def test_T31_parallel_wrong_passwords_are_counted_before_they_are_judged(town: Town) -> None:
    staff, chat = town.registry.account(is_cheap=False), town.chat()
    before = town.app.state.house.passwords.computed
    outcomes = await asyncio.gather(
        *(chat.start_sign_in(staff.username, WRONG) for _ in range(16)), return_exceptions=True
    )
    assert sum(isinstance(outcome, WrongCredentials) for outcome in outcomes) == 3
    assert town.app.state.house.passwords.computed == before + 3


async def test_T31_an_attacker_without_the_password_keeps_no_owner_out(town: Town) -> None:
    staff, owner = town.registry.account(is_cheap=False), town.chat(1)
    attack = [town.chat(100 + n).start_sign_in(staff.username, WRONG) for n in range(40)]
    refused = await asyncio.gather(*attack, return_exceptions=True)
    judged = sum(isinstance(refusal, WrongCredentials) for refusal in refused)
    assert judged == PASSWORD_FAILURES_BEFORE_CAPTCHA
    with pytest.raises(CaptchaNeeded):
        await owner.start_sign_in(staff.username, PASSWORD)
    with pytest.raises(WrongCredentials):
        await owner.start_sign_in(staff.username, WRONG, await town.solved_captcha(owner))
    # The owner's own slip makes the owner wait no longer than anybody's first.
    begun = await owner.start_sign_in(staff.username, PASSWORD, await town.solved_captcha(owner))
    await owner.confirm_otp(begun.id, begun.token, SecretStr(town.inbox.last_code()))


async def test_T31_the_longest_wait_ends_and_an_hour_later_all_is_forgotten(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    for _ in range(14):
        captcha = await town.solved_captcha(chat)
        with pytest.raises(WrongCredentials):
            await chat.start_sign_in(staff.username, WRONG, captcha)
        town.clock.turn(LONGEST_PASSWORD_WAIT)
    town.clock.turn(timedelta(hours=1, seconds=1))
    for _ in range(2):
        with pytest.raises(WrongCredentials):
            await chat.start_sign_in(staff.username, WRONG)
    await chat.start_sign_in(staff.username, PASSWORD)


SPELLINGS: list[Callable[[str], str]] = [
    str.upper,
    lambda name: f"  {name} ",
    lambda name: "\u200b".join(name),
    lambda name: "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in name),
    lambda name: f"{name}\u00ad",
]


async def test_T32_every_spelling_of_a_name_is_that_name_and_shares_its_count(town: Town) -> None:
    staff, chat = town.registry.account(username="demo.tramyte"), town.chat()
    outcomes = []
    for spell in SPELLINGS:
        with pytest.raises(Refusal) as refusal:
            await chat.start_sign_in(spell(staff.username), WRONG)
        outcomes.append(refusal.value.code)
    assert outcomes == [*3 * ["WrongCredentials"], *2 * ["TryLater"]]
    town.clock.turn(5 * SECOND)
    await chat.start_sign_in(SPELLINGS[2](staff.username), PASSWORD)


async def test_T32_a_password_is_the_same_however_a_keyboard_composes_it(town: Town) -> None:
    staff, chat = town.registry.account(), town.chat()
    decomposed = unicodedata.normalize("NFD", PASSWORD.get_secret_value())
    assert decomposed != PASSWORD.get_secret_value()
    await chat.start_sign_in(staff.username, SecretStr(decomposed))


async def test_R05_the_lock_is_told_only_to_who_knows_the_password(town: Town) -> None:
    staff = await locked(town, town.registry.account(), 7)
    with pytest.raises(WrongCredentials):
        await town.chat().start_sign_in(staff.username, WRONG)
    with pytest.raises(OtpLocked):
        await town.chat().start_sign_in(staff.username, PASSWORD)
