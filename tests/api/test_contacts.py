"""Focal officers and support contacts through the API, and whom help names (R15)."""

from typing import Any

import pytest

from api.client import Api
from api.schemas.contacts import NewContact
from models import refusals as r
from models.roles import Role
from models.words import ContactKind
from tests.api.hands import Town
from tests.api.test_accounts import NGU_HIEP, admin
from tests.api.test_units import acts, hospital, keeper

OFFICER, SUPPORT = ContactKind.FOCAL_OFFICER, ContactKind.SUPPORT


def contact(**given: Any) -> NewContact:
    values = {"full_name": "Trần  Thị Đầu Mối", "position": "Phó phòng", "phone": "024.38253535", "email": "A@B.vn"}
    return NewContact.model_validate(values | given)


async def own(api: Api) -> int:
    return (await api.me()).unit.id


async def test_R15_an_admin_keeps_the_focal_officer_of_its_own_unit(town: Town) -> None:
    api, _ = await admin(town)
    [one] = await api.contacts(await own(api))
    assert (one.kind, one.contact) == (OFFICER, None)
    seen = await api.change_contact(await own(api), OFFICER, contact())
    assert (seen.full_name, seen.phone, seen.email) == ("Trần Thị Đầu Mối", "024 3825 3535", "a@b.vn")
    await api.change_contact(await own(api), OFFICER, contact(full_name="Lê Văn Mới", position=None, email=None))
    [one] = await api.contacts(await own(api))
    assert one.contact
    assert (one.contact.full_name, one.contact.position) == ("Lê Văn Mới", None)
    assert [(act, facts["before"] and facts["before"]["full_name"]) for act, facts in acts(town)] == [
        ("contact_changed", None),
        ("contact_changed", "Trần Thị Đầu Mối"),
    ]


async def test_T24_a_contact_is_sealed(town: Town) -> None:
    api, _ = await admin(town)
    await api.change_contact(await own(api), OFFICER, contact())
    sealed = town.registry.one("SELECT sealed FROM contact")
    assert b"3825" not in sealed
    assert "Đầu".encode() not in sealed


async def test_R12_R15_nobody_keeps_another_units_contacts_but_its_keepers(town: Town) -> None:
    api, _ = await admin(town)
    other, _ = await admin(town, area=NGU_HIEP)
    staff, _ = await admin(town, Role.HEALTH_STAFF)
    boss, far = await keeper(town), await keeper(town, "87")
    station = await own(api)
    for stranger in (other, staff, far):
        with pytest.raises(r.NotFound):
            await stranger.contacts(station)
        with pytest.raises(r.NotFound):
            await stranger.change_contact(station, OFFICER, contact())
    await boss.change_contact(station, OFFICER, contact())
    for asked in (boss.change_contact(station, SUPPORT, contact()), api.change_contact(station, SUPPORT, contact())):
        with pytest.raises(r.NotFound):
            await asked
    made = await boss.add_unit(hospital())  # a hospital has no admin of its own
    await boss.change_contact(made.unit.id, OFFICER, contact())


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"full_name": "12"}, r.NameInvalid),
        ({"position": "--"}, r.NameInvalid),
        ({"phone": "115"}, r.ContactPhoneInvalid),
        ({"phone": "+1 202 555 0143"}, r.ContactPhoneInvalid),
        ({"phone": "không có"}, r.ContactPhoneInvalid),
        ({"email": "tram"}, r.EmailInvalid),
    ],
)
async def test_R15_what_is_no_contact_is_told_why(town: Town, given: dict[str, Any], refusal: type[r.Refusal]) -> None:
    api, _ = await admin(town)
    with pytest.raises(refusal):
        await api.change_contact(await own(api), OFFICER, contact(**given))


@pytest.mark.parametrize(
    ("typed", "kept"), [("1900 9095", "1900 9095"), ("0912345678", "0912 345 678"), ("+84 912 345 678", "0912 345 678")]
)
async def test_R15_a_contacts_phone_is_any_that_can_be_called(town: Town, typed: str, kept: str) -> None:
    api, _ = await admin(town)
    assert (await api.change_contact(await own(api), OFFICER, contact(phone=typed))).phone == kept


async def test_R15_help_names_whoever_is_entered_at_once(town: Town) -> None:
    staff, _ = await admin(town, Role.HEALTH_STAFF)
    boss = await keeper(town)
    system, _ = await admin(town, Role.SYSTEM_ADMIN, "VN")
    [row] = await staff.help()
    assert (row.unit, row.kind, row.contact) == ("Sở Y tế thành phố Hà Nội", OFFICER, None)
    await boss.change_contact(await own(boss), OFFICER, contact())
    await boss.change_contact(await own(boss), SUPPORT, contact(full_name="Đầu mối tại tỉnh"))
    await system.change_contact(await own(system), SUPPORT, contact(full_name="Cục Công nghệ thông tin"))
    assert [row.contact and row.contact.full_name for row in await staff.help()] == ["Trần Thị Đầu Mối"]
    named = [row.contact and row.contact.full_name for row in await boss.help()]
    assert named == ["Đầu mối tại tỉnh", "Cục Công nghệ thông tin"]
