"""What an admin changes about an account that exists, through the API (R7, R9, R10, T11, T19)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import LiteralString

import pytest
from pydantic import SecretStr

from api.acts.locks import SYSTEM_ADMINS, number_of
from api.client import Api
from api.schemas.accounts import AccountEdit, AccountSeen
from models import refusals as r
from models.places import SCHEME_2021
from models.roles import Role
from models.rules import FRESH_OTP, MAX_OTP_FAILURES, MAX_OTP_STREAK, OTP_LOCK
from models.words import AccountStatus
from tests.api.hands import CODE, SECOND, Town, another, count_kinds
from tests.api.test_accounts import HANOI, NGU_HIEP, TU_HIEP, admin, names, new

NEW_PASSWORD = SecretStr("Mạ non xanh rì rào")
ACTIVE, INACTIVE = AccountStatus.ACTIVE, AccountStatus.INACTIVE
WAITING: LiteralString = """
    SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
Change = Callable[[Api, int], Awaitable[AccountSeen]]


async def edited(api: Api, account: int, **given: object) -> AccountSeen:
    """The account, edited by somebody who has just looked at it."""
    edit = AccountEdit.model_validate({"version": (await api.account(account)).version} | given)
    return await api.edit_account(account, edit)


def acts(town: Town, account: int) -> list[str]:
    query = "SELECT act FROM admin_act WHERE account_id = %s ORDER BY at, written_in"
    return [act for (act,) in town.registry.rows(query, account)]


async def test_R07_an_edit_changes_what_it_names_and_nothing_else(town: Town) -> None:
    api, _ = await admin(town)
    _, other = await admin(town)
    before = await api.account(other.id)
    after = await edited(api, other.id, email="Moi@TuHiep.vn")
    changed = {"email": "moi@tuhiep.vn", "version": after.version}
    assert after == before.model_copy(update=changed)
    assert after.version != before.version
    assert (await edited(api, other.id, full_name="", email=" ")).full_name is None
    assert (await api.account(other.id)).email is None


async def test_T25_an_edit_is_written_down_and_one_that_changes_nothing_is_not(town: Town) -> None:
    api, _ = await admin(town)
    _, other = await admin(town)
    seen = await api.account(other.id)
    assert await edited(api, other.id, full_name=seen.full_name, role=seen.role, unit=seen.unit.id) == seen
    assert acts(town, other.id) == []
    await edited(api, other.id, role=Role.MOBILE_VACCINATOR)
    assert acts(town, other.id) == ["edited"]


async def test_nobody_overwrites_what_they_have_not_seen(town: Town) -> None:
    one, _ = await admin(town)
    two, _ = await admin(town)
    _, other = await admin(town)
    version = (await one.account(other.id)).version
    edits = [AccountEdit(version=version, email=f"{name}@tuhiep.vn") for name in ("mot", "hai")]
    done = await asyncio.gather(
        *(api.edit_account(other.id, edit) for api, edit in zip((one, two), edits, strict=True)), return_exceptions=True
    )
    assert count_kinds(done) == {"AccountSeen": 1, "ChangedMeanwhile": 1}
    assert acts(town, other.id) == ["edited"]


async def test_R10_T11_an_edit_grants_the_api_permission_only_for_few(town: Town) -> None:
    api, _ = await admin(town)
    above, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    _, other = await admin(town)
    with pytest.raises(r.ApiNotYours):
        await edited(api, other.id, api_permission=True, email="moi@tuhiep.vn")
    assert (await api.account(other.id)).email is None
    assert (await edited(above, other.id, api_permission=True)).api_permission
    assert (await edited(api, other.id, api_permission=True, email="moi@tuhiep.vn")).api_permission  # it has it already
    assert not (await edited(api, other.id, api_permission=False)).api_permission


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COMMUNE_ADMIN, Role.MOBILE_VACCINATOR}))
async def test_R09_T11_an_edit_gives_no_role_that_one_may_not_give(town: Town, role: Role) -> None:
    api, _ = await admin(town)
    _, other = await admin(town)
    with pytest.raises(r.RoleNotYours):
        await edited(api, other.id, role=role)


async def test_R12_nobody_is_moved_out_of_ones_scope_or_into_it(town: Town) -> None:
    api, _ = await admin(town)
    above, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    _, mine = await admin(town)
    _, theirs = await admin(town, area=NGU_HIEP)
    [station] = await above.units_in(SCHEME_2021, NGU_HIEP)
    with pytest.raises(r.NotFound):
        await edited(api, mine.id, unit=station.id)
    for change in (api.edit_account(theirs.id, AccountEdit(version="?")), api.set_account_status(theirs.id, INACTIVE)):
        with pytest.raises(r.NotFound):
            await change
    assert (await edited(above, mine.id, unit=station.id)).unit.id == station.id
    with pytest.raises(r.NotFound):
        await api.account(mine.id)


async def test_R09_a_role_that_does_not_fit_the_unit_is_refused(town: Town) -> None:
    above, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    _, other = await admin(town)
    with pytest.raises(r.RoleNotYours):
        await edited(above, other.id, unit=(await above.me()).unit.id)
    moved = await edited(above, other.id, unit=(await above.me()).unit.id, role=Role.PROVINCE_ADMIN)
    assert moved.role is Role.PROVINCE_ADMIN


async def test_nobody_is_moved_to_a_closed_unit_and_who_is_there_may_be_edited(town: Town) -> None:
    above, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    _, here = await admin(town)
    _, there = await admin(town, area=NGU_HIEP)
    [closed] = await above.units_in(SCHEME_2021, NGU_HIEP)
    await above.set_account_status(there.id, INACTIVE)
    town.registry.owner.execute("UPDATE unit SET is_open = false WHERE id = %s", [closed.id])
    with pytest.raises(r.UnitClosed):
        await edited(above, here.id, unit=closed.id)
    with pytest.raises(r.UnitClosed):
        await above.set_account_status(there.id, ACTIVE)
    assert (await edited(above, there.id, role=Role.HEALTH_STAFF)).role is Role.HEALTH_STAFF
    await edited(above, there.id, unit=(await above.account(here.id)).unit.id)
    assert (await above.set_account_status(there.id, ACTIVE)).is_active


async def test_T10_nobody_manages_their_own_account(town: Town) -> None:
    for role in (Role.COMMUNE_ADMIN, Role.SYSTEM_ADMIN):
        api, staff = await admin(town, role, "VN" if role is Role.SYSTEM_ADMIN else TU_HIEP)
        for given in ({"role": Role.MOBILE_VACCINATOR}, {"api_permission": True}, {"email": "a@b.vn"}):
            with pytest.raises(r.NotYourself):
                await edited(api, staff.id, **given)
        with pytest.raises(r.NotYourself):
            await api.set_account_status(staff.id, INACTIVE)


@pytest.mark.parametrize("role", [Role.HEALTH_STAFF, Role.SITE_STAFF])
async def test_R09_whose_role_one_does_not_grant_one_does_not_manage(town: Town, role: Role) -> None:
    api, _ = await admin(town)
    _, other = await admin(town, role)
    assert not (await api.account(other.id)).is_yours
    with pytest.raises(r.RoleNotYours):
        await edited(api, other.id, role=Role.MOBILE_VACCINATOR)
    with pytest.raises(r.RoleNotYours):
        await api.set_account_status(other.id, INACTIVE)


async def move(api: Api, account: int) -> AccountSeen:
    return await edited(api, account, role=Role.MOBILE_VACCINATOR)


async def close(api: Api, account: int) -> AccountSeen:
    return await api.set_account_status(account, INACTIVE)


@pytest.mark.parametrize("change", [move, close])
async def test_T19_who_is_moved_or_closed_is_signed_out_and_told(town: Town, change: Change) -> None:
    api, _ = await admin(town)
    theirs, other = await admin(town)
    begun = await town.password_step(other, town.chat(999))
    await change(api, other.id)
    with pytest.raises(r.SessionEnded):
        await theirs.me()
    with pytest.raises(r.SignInEnded):
        await town.chat(999).resend_otp(begun.id, begun.token)
    assert town.registry.one('SELECT "end" FROM session WHERE account_id = %s', other.id) == "by_admin"
    assert town.registry.one("SELECT notice FROM delivery WHERE account_id = %s", other.id) == "managed"


async def test_T19_who_is_renamed_goes_on_working(town: Town) -> None:
    api, _ = await admin(town)
    theirs, other = await admin(town)
    await edited(api, other.id, full_name="Trần Thị Mới")
    assert (await theirs.me()).full_name == "Trần Thị Mới"


async def test_R07_who_is_closed_is_let_in_again_and_their_old_sessions_are_not(town: Town) -> None:
    api, _ = await admin(town)
    theirs, other = await admin(town)
    for status in (INACTIVE, INACTIVE, ACTIVE, ACTIVE):
        assert (await api.set_account_status(other.id, status)).is_active is (status is ACTIVE)
    assert acts(town, other.id) == ["deactivated", "reactivated"]
    with pytest.raises(r.SessionEnded):
        await theirs.me()
    await town.sign_in(other)


async def test_the_last_system_admin_stays_though_two_close_each_other_at_once(town: Town) -> None:
    ones, one = await admin(town, Role.SYSTEM_ADMIN, "VN")
    others, other = await admin(town, Role.SYSTEM_ADMIN, "VN")
    done = await asyncio.gather(
        ones.set_account_status(other.id, INACTIVE), others.set_account_status(one.id, INACTIVE), return_exceptions=True
    )
    kinds = count_kinds(done)
    assert kinds.pop("AccountSeen") == 1
    assert kinds.keys() <= {"LastSystemAdmin", "SessionEnded", "NotFound"}
    assert town.registry.one("SELECT count(*) FROM account WHERE is_active") == 1


async def test_the_last_system_admin_is_told_to_stay(town: Town) -> None:
    """Whoever asks is one too, unless they are frozen in the very moment in which they close the other."""
    api, staff = await admin(town, Role.SYSTEM_ADMIN, "VN")
    _, other = await admin(town, Role.SYSTEM_ADMIN, "VN")
    owner = town.registry.owner
    owner.execute("SELECT pg_advisory_lock(%s)", [number_of(SYSTEM_ADMINS)])
    closing = asyncio.create_task(api.set_account_status(other.id, INACTIVE))
    while not town.registry.one(WAITING):  # noqa: ASYNC110 - it becomes so in the server
        await asyncio.sleep(0)
    owner.execute("UPDATE account SET frozen_at = '2021-10-15' WHERE id = %s", [staff.id])
    owner.execute("SELECT pg_advisory_unlock(%s)", [number_of(SYSTEM_ADMINS)])
    with pytest.raises(r.LastSystemAdmin):
        await closing


async def test_T19_who_is_signed_out_by_an_admin_is_out_everywhere(town: Town) -> None:
    api, _ = await admin(town)
    theirs, other = await admin(town)
    elsewhere = await town.sign_in(other, 900)
    assert (await api.end_their_sessions(other.id)).ended_sessions == 2
    for session in (theirs, elsewhere):
        with pytest.raises(r.SessionEnded):
            await session.me()
    assert acts(town, other.id) == ["sessions_ended"]


async def test_a_reset_password_is_for_once_and_ends_every_session(town: Town) -> None:
    api, _ = await admin(town)
    theirs, other = await admin(town)
    prepared = await api.prepare_password(other.username, NEW_PASSWORD)
    await api.reset_password(other.id, prepared.id)
    with pytest.raises(r.SessionEnded):
        await theirs.me()
    with pytest.raises(r.WrongCredentials):
        await town.password_step(other, town.chat(901))
    again = await town.sign_in(replace(other, password=NEW_PASSWORD), 901)
    assert (await again.me()).must_change_password
    with pytest.raises(r.PasswordUnprepared):
        await api.reset_password(other.id, prepared.id)


async def test_T02_an_otp_disabled_by_fifty_wrong_ones_is_enabled_by_an_admin(town: Town) -> None:
    api, _ = await admin(town)
    _, other = await admin(town)
    for _ in range(MAX_OTP_STREAK // MAX_OTP_FAILURES):
        town.clock.turn(OTP_LOCK + SECOND)
        begun = await town.password_step(other, town.chat(902))
        wrong = another(town.inbox.last_code(other.phone or ""))
        for _ in range(MAX_OTP_FAILURES):
            with pytest.raises((r.OtpWrong, r.OtpLocked, r.OtpDisabled)):
                await town.chat(902).confirm_otp(begun.id, begun.token, wrong)
    assert (await api.account(other.id)).otp_is_disabled
    with pytest.raises(r.OtpNotFresh):
        await api.enable_otp(other.id)
    town.clock.turn(OTP_LOCK)
    await step_up(town, api)
    assert not (await api.enable_otp(other.id)).otp_is_disabled
    await town.sign_in(other, 902)
    assert acts(town, other.id) == ["otp_enabled"]


async def test_R05_no_admin_shortens_a_lock(town: Town) -> None:
    api, _ = await admin(town)
    _, other = await admin(town)
    begun = await town.password_step(other, town.chat(903))
    wrong = another(town.inbox.last_code(other.phone or ""))
    for _ in range(MAX_OTP_FAILURES):
        with pytest.raises((r.OtpWrong, r.OtpLocked)):
            await town.chat(903).confirm_otp(begun.id, begun.token, wrong)
    with pytest.raises(r.OtpLocked):
        await api.enable_otp(other.id)
    town.clock.turn(OTP_LOCK + SECOND)
    await api.enable_otp(other.id)
    assert town.registry.guard(other)[1] == MAX_OTP_FAILURES
    assert acts(town, other.id) == []


async def test_who_is_deleted_is_in_no_list_and_the_name_stays_taken(town: Town) -> None:
    api, staff = await admin(town)
    theirs, other = await admin(town)
    deleted = await api.delete_account(other.id)
    assert (deleted.is_deleted, deleted.is_yours) == (True, False)
    assert await api.account(other.id) == deleted
    assert await names(api) == [staff.username]
    with pytest.raises(r.SessionEnded):
        await theirs.me()
    with pytest.raises(r.WrongCredentials):
        await town.password_step(other, town.chat(904))
    with pytest.raises(r.UsernameTaken):
        await api.add_account(await new(api, other.username))
    for late in (api.delete_account(other.id), api.set_account_status(other.id, ACTIVE)):
        with pytest.raises(r.NotFound):
            await late
    assert acts(town, other.id) == ["deleted"]
    assert town.registry.attempts(other)


async def test_what_is_sensitive_wants_a_fresh_otp(town: Town) -> None:
    api, _ = await admin(town)
    _, other = await admin(town)
    prepared = await api.prepare_password(other.username, NEW_PASSWORD)
    town.clock.turn(FRESH_OTP + SECOND)
    for act in (api.delete_account(other.id), api.reset_password(other.id, prepared.id), api.enable_otp(other.id)):
        with pytest.raises(r.OtpNotFresh):
            await act
    assert acts(town, other.id) == []
    await step_up(town, api)
    await api.reset_password(other.id, prepared.id)


async def step_up(town: Town, api: Api) -> None:
    """An OTP in the middle of the admin's session."""
    town.clock.turn(61 * SECOND)
    sent = len(town.inbox.orders)
    await api.send_otp()
    [code] = CODE.findall(town.inbox.orders[sent]["text"])
    await api.prove_otp(SecretStr(code))
