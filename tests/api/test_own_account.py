"""One's own account: the password, the language, the login history, «Không phải tôi»."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from pydantic import SecretStr

from models import refusals as r
from models.roles import Role
from models.rules import FIRST_PASSWORD_WAIT, PASSWORD_PROOF_LIFETIME
from models.seals import DELIVERY_FACTS, delivery_row
from models.words import Attempt, Language, Notice, UnitKind
from tests.api.hands import PASSWORD, SECOND, Town

NEW = SecretStr("Mạ non xanh rì rào")


def deliveries(town: Town) -> list[tuple[int, str, dict[str, str]]]:
    """Chat, notice and facts of every delivery."""
    rows = town.registry.rows("SELECT chat, notice, cause, account_id, facts_sealed FROM delivery ORDER BY id")
    return [
        (chat, notice, json.loads(town.registry.keys.opened(facts, DELIVERY_FACTS, delivery_row(cause, account, chat))))
        for chat, notice, cause, account, facts in rows
    ]


async def test_a_password_is_changed_after_the_current_one_is_proven(town: Town) -> None:
    staff = town.registry.account()
    here, there = await town.sign_in(staff, 1), await town.sign_in(staff, 2)
    with pytest.raises(r.PasswordUnproven):
        await here.change_password(NEW)
    proven = await here.prove_password(PASSWORD)
    assert proven.until == town.clock.now() + PASSWORD_PROOF_LIFETIME
    assert (await here.change_password(NEW)).ended_sessions == 1
    assert await here.me()
    with pytest.raises(r.SessionEnded):
        await there.me()
    assert (2, Notice.PASSWORD_CHANGED) in [(chat, notice) for chat, notice, _ in deliveries(town)]
    with pytest.raises(r.WrongCredentials):
        await town.chat().start_sign_in(staff.username, PASSWORD)
    assert await town.chat().start_sign_in(staff.username, NEW)


async def test_a_proof_lasts_ten_minutes_in_its_session_and_for_one_change(town: Town) -> None:
    staff = town.registry.account()
    here, there = await town.sign_in(staff, 1), await town.sign_in(staff, 2)
    await here.prove_password(PASSWORD)
    with pytest.raises(r.PasswordUnproven):
        await there.change_password(NEW)
    town.clock.turn(PASSWORD_PROOF_LIFETIME)
    with pytest.raises(r.PasswordUnproven):
        await here.change_password(NEW)
    await here.prove_password(PASSWORD)
    await here.change_password(NEW)
    with pytest.raises(r.PasswordUnproven):
        await here.change_password(PASSWORD)


async def test_T31_guesses_at_the_current_password_wait_as_at_the_door(town: Town) -> None:
    staff = town.registry.account()
    me = await town.sign_in(staff)
    for _ in range(3):
        with pytest.raises(r.WrongPassword):
            await me.prove_password(NEW)
    with pytest.raises(r.TryLater) as wait:
        await me.prove_password(PASSWORD)
    assert wait.value.until == town.clock.now() + FIRST_PASSWORD_WAIT
    with pytest.raises(r.TryLater):
        await town.chat().start_sign_in(staff.username, PASSWORD)
    town.clock.turn(FIRST_PASSWORD_WAIT)
    await me.prove_password(PASSWORD)


@pytest.mark.parametrize(
    ("new", "refusal"),
    [
        ("kín", r.PasswordTooShort),
        ("k" + "ín" * 64, r.PasswordTooLong),
        ("demo.bac.si 2021", r.PasswordIsUsername),
        ("password1", r.PasswordTooCommon),
        (PASSWORD.get_secret_value(), r.PasswordUnchanged),
    ],
)
async def test_a_new_password_is_none_that_is_guessed_first(town: Town, new: str, refusal: type[r.Refusal]) -> None:
    me = await town.sign_in(town.registry.account(username="demo.bac.si"))
    await me.prove_password(PASSWORD)
    with pytest.raises(refusal):
        await me.change_password(SecretStr(new))


async def test_a_password_that_somebody_else_set_is_changed_before_anything_else(town: Town) -> None:
    staff = town.registry.account(must_change_password=True)
    me = await town.sign_in(staff)
    for shut in (me.sessions, me.login_history):
        with pytest.raises(r.PasswordMustChange):
            await shut()
    for shut_id in (me.not_me, me.end_session):
        with pytest.raises(r.PasswordMustChange):
            await shut_id(uuid4())
    assert (await me.me()).must_change_password
    assert (await me.speak(Language.ENGLISH)).language is Language.ENGLISH
    await me.change_password(NEW)
    assert await me.sessions()
    assert not (await me.me()).must_change_password


async def test_changing_the_password_ends_sign_ins_that_knew_the_old_one(town: Town) -> None:
    staff = town.registry.account()
    me = await town.sign_in(staff)
    begun = await town.password_step(staff, town.chat(2))
    await me.prove_password(PASSWORD)
    await me.change_password(NEW)
    with pytest.raises(r.SignInEnded):
        await town.chat(2).confirm_otp(begun.id, begun.token, SecretStr(town.inbox.last_code()))


async def test_the_chosen_language_is_the_accounts(town: Town) -> None:
    staff = town.registry.account()
    me = await town.sign_in(staff)
    assert (await me.speak(Language.ENGLISH)).language is Language.ENGLISH
    assert town.registry.one("SELECT language FROM account WHERE id = %s", staff.id) == "en"


async def test_R02_one_reads_ones_own_history_page_by_page(town: Town) -> None:
    staff, other = town.registry.account(), town.registry.account("+84987654321")
    await town.sign_in(other, 7)
    for chat in range(1, 12):
        await town.sign_in(staff, 100000 + chat)
    me = await town.sign_in(staff, 123456)
    rows, after = [], None
    for _ in range(3):
        page = await me.login_history(after)
        rows += page.rows
        after = page.next
    assert after is None
    assert [row.attempt for row in rows] == 12 * [Attempt.SIGNED_IN, Attempt.PASSWORD_RIGHT]
    assert rows == sorted(rows, key=lambda row: (row.at, row.id), reverse=True)
    assert len({row.id for row in rows}) == 24
    assert {row.source for row in rows if row.is_here} == {"…3456"}


@pytest.mark.parametrize("after", ["x", "!!", "MjAyMS0xMC0xNQ", "2021-10-15", "%00", "é" * 20])
async def test_a_made_up_cursor_is_malformed(town: Town, after: str) -> None:
    me = await town.sign_in(town.registry.account())
    with pytest.raises(r.Malformed):
        await me.login_history(after)


async def test_R02_signing_in_is_told_to_the_accounts_other_chats(town: Town) -> None:
    staff = town.registry.account()
    await town.sign_in(staff, 1)
    await town.sign_in(staff, 1)
    assert deliveries(town) == []
    await town.sign_in(staff, 123456)
    row = town.registry.one("SELECT id FROM login_history WHERE attempt = 'signed_in' AND source = 'chat:123456'")
    facts = {"at": town.clock.now().isoformat(), "channel": "chat", "source": "…3456", "row": str(row)}
    assert deliveries(town) == [(1, Notice.SIGNED_IN_ELSEWHERE, facts)]


async def test_R02_not_me_ends_every_session_and_tells_the_provinces_supervisors(town: Town) -> None:
    hanoi, dong_thap = "01", "87"
    department = UnitKind.DEPARTMENT_OF_HEALTH
    boss = town.registry.account("+84900000001", role=Role.PROVINCE_ADMIN, kind=department, area=hanoi)
    stranger = town.registry.account("+84900000002", role=Role.PROVINCE_ADMIN, kind=department, area=dong_thap)
    staff = town.registry.account()
    await town.sign_in(boss, 91)
    await town.sign_in(stranger, 92)
    here, there = await town.sign_in(staff, 1), await town.sign_in(staff, 2)
    row = (await here.login_history()).rows[0].id
    reported = await here.not_me(row)
    assert (reported.ended_sessions, reported.supervisors_told) == (2, 1)
    for me in (here, there):
        with pytest.raises(r.SessionEnded):
            await me.me()
    told = [(chat, notice) for chat, notice, _ in deliveries(town) if notice != Notice.SIGNED_IN_ELSEWHERE]
    assert sorted(told) == [(2, Notice.SESSION_ENDED_ELSEWHERE), (91, Notice.NOT_ME_REPORTED)]
    facts = deliveries(town)[-1][2]
    assert (facts["username"], facts["full_name"]) == (staff.username, "Nguyễn Văn Demo")
    assert facts["unit"] == "Trạm y tế xã Tứ Hiệp"
    assert town.registry.attempts(staff)[-1] == "not_me"
    again = await town.sign_in(staff, 1)
    assert (await again.me()).must_change_password
    await again.change_password(NEW)
    repeated = await again.not_me(row)
    assert (repeated.ended_sessions, repeated.supervisors_told) == (0, 1)
    assert await again.me()


async def test_R02_not_me_of_a_supervisor_goes_to_the_systems_admins(town: Town) -> None:
    admin = town.registry.account("+84900000001", role=Role.SYSTEM_ADMIN, kind=UnitKind.MINISTRY, area="VN")
    boss = town.registry.account(role=Role.PROVINCE_ADMIN, kind=UnitKind.DEPARTMENT_OF_HEALTH, area="01")
    await town.sign_in(admin, 91)
    me = await town.sign_in(boss, 1)
    reported = await me.not_me((await me.login_history()).rows[0].id)
    assert reported.supervisors_told == 1
    assert deliveries(town)[-1][:2] == (91, Notice.NOT_ME_REPORTED)


async def test_R12_not_me_is_about_ones_own_rows_only(town: Town) -> None:
    staff, other = town.registry.account(), town.registry.account("+84987654321")
    me, them = await town.sign_in(staff, 1), await town.sign_in(other, 2)
    for row in ((await them.login_history()).rows[0].id, uuid4()):
        with pytest.raises(r.NotFound):
            await me.not_me(row)
    assert await me.me()


async def test_R02_not_me_ends_a_sign_in_that_is_under_way(town: Town) -> None:
    staff = town.registry.account()
    me = await town.sign_in(staff, 1)
    town.clock.turn(timedelta(minutes=2))
    begun = await town.password_step(staff, town.chat(66))
    code = SecretStr(town.inbox.last_code())
    await me.not_me((await me.login_history()).rows[0].id)
    town.clock.turn(SECOND)
    with pytest.raises(r.SignInEnded):
        await town.chat(66).confirm_otp(begun.id, begun.token, code)
