"""«Quản lý người dùng» through the API: the list, one account, and making one (R7-R12)."""

import asyncio

import pytest

from api.client import Api
from api.client.accounts import AccountFilter
from api.schemas.accounts import AccountSeen, NewAccount
from conversations.texts import word
from models import refusals as r
from models.places import SCHEME_2021
from models.roles import Level, Role
from models.words import UnitKind
from tests.api.hands import PASSWORD, Staff, Town, count_kinds

TU_HIEP, NGU_HIEP, THANH_TRI, HANOI = "00658", "00661", "020", "01"
EVERYBODY = AccountFilter()


async def admin(town: Town, role: Role = Role.COMMUNE_ADMIN, area: str = TU_HIEP) -> tuple[Api, Staff]:
    """An admin who is signed in, in a chat of their own."""
    kinds = {Role.SYSTEM_ADMIN: UnitKind.MINISTRY, Role.PROVINCE_ADMIN: UnitKind.DEPARTMENT_OF_HEALTH}
    kind = kinds.get(role, UnitKind.COMMUNE_HEALTH_STATION)
    number = town.registry.one("SELECT count(*) FROM account")
    staff = town.registry.account(f"+8491200{number:04}", role=role, kind=kind, area=area)
    return await town.sign_in(staff, 100 + number), staff


async def new(api: Api, username: str = "demo.moi", **given: object) -> NewAccount:
    """An account to be made at the admin's own unit, with a password that lies prepared."""
    prepared = await api.prepare_password(username, PASSWORD)
    values = {"phone": "0912 345 678", "unit": (await api.me()).unit.id, "role": Role.COMMUNE_ADMIN}
    return NewAccount.model_validate({"username": username, "password": prepared.id} | values | given)


async def names(api: Api, wanted: AccountFilter = EVERYBODY) -> list[str]:
    """All pages of a list, one after the other."""
    found: list[str] = []
    after = None
    while True:
        page = await api.accounts(wanted, after)
        found += [row.username for row in page.rows]
        if page.next is None:
            return found
        after = page.next


async def test_R08_R11_a_new_account_is_in_the_list_at_once(town: Town) -> None:
    api, staff = await admin(town)
    made = await api.add_account(await new(api, full_name="Trần  Thị Mới", email="Moi@TuHiep.vn"))
    assert await names(api) == [staff.username, "demo.moi"]
    assert (await api.count_accounts(EVERYBODY)).count == 2
    assert made == await api.account(made.id)
    assert (made.full_name, made.phone, made.email) == ("Trần Thị Mới", "0912 345 678", "moi@tuhiep.vn")
    assert (made.is_active, made.api_permission, made.is_yours) == (True, False, True)
    [mine, theirs] = (await api.accounts(EVERYBODY)).rows
    assert (mine.is_yours, theirs.is_yours, theirs.phone_hint) == (False, True, "09•• ••• 678")


async def test_R08_the_new_person_signs_in_with_that_password_and_chooses_another(town: Town) -> None:
    api, _ = await admin(town)
    made = await api.add_account(await new(api))
    me = await town.sign_in(Staff(made.id, made.username), 7)
    assert (await me.me()).must_change_password
    with pytest.raises(r.PasswordMustChange):
        await me.login_history()


async def test_R10_T11_who_may_not_grant_the_api_permission_is_told_so_and_nothing_is_used_up(town: Town) -> None:
    api, _ = await admin(town)
    wanted = await new(api, api_permission=True)
    with pytest.raises(r.ApiNotYours):
        await api.add_account(wanted)
    assert word("vi", "refusal.ApiNotYours") == "Bạn không được phép phân quyền cho người dùng"
    made = await api.add_account(wanted.model_copy(update={"api_permission": False}))
    assert not made.api_permission


async def test_R10_a_province_admin_may_grant_it(town: Town) -> None:
    api, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    [station] = await api.units_in(SCHEME_2021, TU_HIEP)
    assert (await api.add_account(await new(api, unit=station.id, api_permission=True))).api_permission


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COMMUNE_ADMIN, Role.MOBILE_VACCINATOR}))
async def test_R09_a_commune_admin_gives_two_roles_only(town: Town, role: Role) -> None:
    api, _ = await admin(town)
    with pytest.raises(r.RoleNotYours):
        await api.add_account(await new(api, role=role))
    assert (await api.workplace()).roles == {Level.COMMUNE: [Role.COMMUNE_ADMIN, Role.MOBILE_VACCINATOR]}


async def test_R12_out_of_scope_is_not_there(town: Town) -> None:
    api, _ = await admin(town)
    above, boss = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    _, neighbour = await admin(town, area=NGU_HIEP)
    for stranger in (boss, neighbour):
        with pytest.raises(r.NotFound):
            await api.account(stranger.id)
    assert {boss.username, neighbour.username} <= set(await names(above))
    [station] = await above.units_in(SCHEME_2021, NGU_HIEP)
    with pytest.raises(r.NotFound):
        await api.add_account(await new(api, unit=station.id))
    for ask in (api.units_in, api.areas_in):
        with pytest.raises(r.NotFound):
            await ask(SCHEME_2021, NGU_HIEP)


@pytest.mark.parametrize("role", [Role.MOBILE_VACCINATOR, Role.SITE_STAFF, Role.HEALTH_STAFF])
async def test_R12_who_manages_nobody_finds_no_such_page(town: Town, role: Role) -> None:
    api, staff = await admin(town, role)
    for asked in (api.accounts(EVERYBODY), api.count_accounts(EVERYBODY), api.account(staff.id), api.workplace()):
        with pytest.raises(r.NotFound):
            await asked
    with pytest.raises(r.NotFound):
        await new(api)


async def test_R07_filters_go_together(town: Town) -> None:
    api, boss = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    _, here = await admin(town)
    _, there = await admin(town, area=NGU_HIEP)
    [station] = await api.units_in(SCHEME_2021, TU_HIEP)
    made = await api.add_account(await new(api, "moi.api", unit=station.id, email="a@b.vn", api_permission=True))
    assert await names(api) == [boss.username, here.username, made.username, there.username]
    commune, district = (SCHEME_2021, TU_HIEP), (SCHEME_2021, THANH_TRI)
    for wanted, found in (
        (AccountFilter(username="MOI"), [made.username]),
        (AccountFilter(email="A@B.VN"), [made.username]),
        (AccountFilter(email="c@b.vn"), []),
        (AccountFilter(api_permission=True), [made.username]),
        (AccountFilter(api_permission=False, area=commune), [here.username]),
        (AccountFilter(level=Level.PROVINCE), [boss.username]),
        (AccountFilter(area=district), [here.username, made.username, there.username]),
        (AccountFilter(area=commune, username="demo"), [here.username]),
        (AccountFilter(area=(SCHEME_2021, "87")), []),
    ):
        assert await names(api, wanted) == found
        assert (await api.count_accounts(wanted)).count == len(found)


async def test_R07_pages_follow_one_another_and_lose_nobody(town: Town) -> None:
    api, _ = await admin(town)
    for number in range(23):
        town.registry.account(f"+8498765{number:04}")
    found = await names(api)
    assert len(found) == 24
    assert found == sorted(set(found))


@pytest.mark.parametrize("cursor", ["", "x", "Vk4v", "w6E", "VgAgYQ"])
async def test_T30_a_cursor_that_no_page_gave_is_malformed(town: Town, cursor: str) -> None:
    api, _ = await admin(town)
    with pytest.raises(r.Malformed):
        await api.accounts(EVERYBODY, cursor)


async def test_a_name_that_is_taken_and_a_password_that_was_used_are_told(town: Town) -> None:
    api, staff = await admin(town)
    wanted = await new(api)
    with pytest.raises(r.UsernameTaken):
        await api.add_account(wanted.model_copy(update={"username": staff.username}))
    await api.add_account(wanted)
    with pytest.raises(r.PasswordUnprepared):
        await api.add_account(wanted.model_copy(update={"username": "demo.khac"}))


async def test_of_two_who_want_a_name_at_once_one_is_told_that_it_is_taken(town: Town) -> None:
    api, _ = await admin(town)
    wanted = [await new(api) for _ in range(2)]
    done = await asyncio.gather(*map(api.add_account, wanted), return_exceptions=True)
    assert count_kinds(done) == {"AccountSeen": 1, "UsernameTaken": 1}


async def test_R12_a_password_that_another_admin_prepared_is_nobody_elses(town: Town) -> None:
    one, _ = await admin(town)
    other, _ = await admin(town)
    wanted = await new(one)
    with pytest.raises(r.PasswordUnprepared):
        await other.add_account(wanted)


async def test_T25_making_an_account_is_written_down(town: Town) -> None:
    api, staff = await admin(town)
    made = await api.add_account(await new(api))
    found = town.registry.owner.execute("SELECT act, by_account_id, account_id FROM admin_act").fetchall()
    assert found == [("created", staff.id, made.id)]


async def test_T19_an_admin_who_was_closed_makes_nobody(town: Town) -> None:
    api, staff = await admin(town)
    wanted = await new(api)
    town.registry.owner.execute("UPDATE account SET is_active = false WHERE id = %s", [staff.id])
    with pytest.raises(r.SessionEnded):
        await api.add_account(wanted)


async def test_T29_saving_twice_under_one_key_makes_one(town: Town) -> None:
    api, _ = await admin(town)
    wanted = await new(api)
    once: AccountSeen = await api.under("save-this-account-once").add_account(wanted)
    assert await api.under("save-this-account-once").add_account(wanted) == once
    assert (await api.count_accounts(EVERYBODY)).count == 2
