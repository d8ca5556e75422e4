"""«Quản lý đơn vị» through the API: the list, one unit, and what becomes of it (R12, R15)."""

import asyncio
import json
from typing import Any

import pytest

from api.client import Api
from api.client.units import UnitFilter
from api.faults import RACES, TOO_LATE
from api.schemas.units import NewUnit, UnitCard, UnitChange
from models import refusals as r
from models.places import SCHEME_2021
from models.roles import Role
from models.rules import NAME_MAX_LENGTH
from models.seals import ACT_FACTS
from models.walls import WALLS, wall
from models.words import UnitKind
from tests.api.hands import Town
from tests.api.test_accounts import HANOI, NGU_HIEP, THANH_TRI, TU_HIEP, admin

ALL = UnitFilter()
NAME = "Bệnh viện Đa khoa huyện Thanh Trì"


def hospital(**given: Any) -> NewUnit:
    values = {"name": NAME, "kind": UnitKind.HOSPITAL, "area": THANH_TRI}
    return NewUnit.model_validate(values | given)


async def keeper(town: Town, area: str = HANOI) -> Api:
    api, _ = await admin(town, Role.PROVINCE_ADMIN, area)
    return api


async def names(api: Api, wanted: UnitFilter) -> list[str]:
    """All pages of a list, one after the other."""
    found: list[str] = []
    after = None
    while True:
        page = await api.units(wanted, after)
        found += [row.name for row in page.rows]
        if page.next is None:
            return found
        after = page.next


def acts(town: Town) -> list[tuple[str, Any]]:
    """What was written down, with the facts opened."""
    query = "SELECT act, id, facts_sealed FROM admin_act ORDER BY at, written_in"
    return [
        (act, json.loads(town.registry.keys.opened(sealed, ACT_FACTS, id_)))
        for act, id_, sealed in town.registry.rows(query)
    ]


async def test_R15_a_new_unit_can_be_chosen_at_once(town: Town) -> None:
    api = await keeper(town)
    made = await api.add_unit(hospital(name="  Bệnh viện Đa khoa  huyện Thanh Trì "))
    assert (made.unit.name, made.unit.area) == (NAME, ["Huyện Thanh Trì", "Thành phố Hà Nội"])
    assert (made.is_open, made.active_accounts) == (True, 0)
    assert made == await api.unit(made.unit.id)
    assert [unit.id for unit in await api.units_in(SCHEME_2021, THANH_TRI)] == [made.unit.id]
    assert acts(town) == [("unit_created", {"name": NAME, "kind": "hospital", "scheme": 2021, "area": THANH_TRI})]


async def test_R15_units_are_found_by_letters_kind_area_and_whether_they_are_open(town: Town) -> None:
    api = await keeper(town)
    made = await api.add_unit(hospital())
    await api.add_unit(hospital(name="Bệnh viện 100% «Đống Đa»", area=HANOI))
    await api.close_unit(made.unit.id)
    for wanted, found in (
        (UnitFilter(name="da khoa HUYEN"), [NAME]),
        (UnitFilter(name="Đống  đa"), ["Bệnh viện 100% «Đống Đa»"]),
        (UnitFilter(name="0%"), ["Bệnh viện 100% «Đống Đa»"]),
        (UnitFilter(name="%"), ["Bệnh viện 100% «Đống Đa»"]),
        (UnitFilter(name="_"), []),
        (UnitFilter(kind=UnitKind.HOSPITAL), ["Bệnh viện 100% «Đống Đa»", NAME]),
        (UnitFilter(kind=UnitKind.HOSPITAL, is_open=True), ["Bệnh viện 100% «Đống Đa»"]),
        (UnitFilter(is_open=False), [NAME]),
        (UnitFilter(area=(SCHEME_2021, TU_HIEP)), ["Trạm y tế xã Tứ Hiệp"]),
        (UnitFilter(area=(SCHEME_2021, THANH_TRI), name="tu hiep"), ["Trạm y tế xã Tứ Hiệp"]),
        (UnitFilter(area=(SCHEME_2021, "87")), []),
    ):
        assert await names(api, wanted) == found
        assert (await api.count_units(wanted)).count == len(found)


async def test_R12_pages_hold_every_unit_of_ones_scope_once_and_no_other(town: Town) -> None:
    api = await keeper(town)
    found = await names(api, UnitFilter(area=(SCHEME_2021, THANH_TRI)))
    assert found == [*dict.fromkeys(found)]
    there = "SELECT count(*) FROM unit WHERE place LIKE 'VN/2021-01/020/%%'"
    assert len(found) == town.registry.one(there) > 10
    assert (await api.count_units(ALL)).count == town.registry.one(
        "SELECT count(*) FROM unit WHERE place LIKE 'VN/2021-01/%%'"
    )


async def test_R12_out_of_scope_there_is_no_unit_and_no_place_for_one(town: Town) -> None:
    api, far = await keeper(town), await keeper(town, "87")
    there = (await far.add_unit(hospital(area="87"))).unit.id
    for asked in (
        api.unit(there),
        api.edit_unit(there, UnitChange(name="Của tôi")),
        api.close_unit(there),
        api.reopen_unit(there),
        api.add_unit(hospital(area="87")),
        api.add_unit(hospital(area="VN")),
        api.add_unit(hospital(area="99999")),
    ):
        with pytest.raises(r.NotFound):
            await asked
    own = await api.add_unit(hospital())
    with pytest.raises(r.NotFound):
        await api.edit_unit(own.unit.id, UnitChange(area="87"))


@pytest.mark.parametrize("role", [Role.COMMUNE_ADMIN, Role.HEALTH_STAFF])
async def test_R12_who_keeps_no_units_finds_no_such_page(town: Town, role: Role) -> None:
    api, _ = await admin(town, role)
    own = (await api.me()).unit.id
    for asked in (
        api.units(ALL),
        api.count_units(ALL),
        api.unit(own),
        api.add_unit(hospital(area=TU_HIEP)),
        api.edit_unit(own, UnitChange(name="Trạm")),
        api.close_unit(own),
        api.reopen_unit(own),
    ):
        with pytest.raises(r.NotFound):
            await asked


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"name": "12"}, r.NameInvalid(max=NAME_MAX_LENGTH)),
        ({"name": "x" * (NAME_MAX_LENGTH + 1)}, r.NameInvalid(max=NAME_MAX_LENGTH)),
        ({"kind": "commune_health_station"}, r.UnitMisplaced()),
        ({"kind": "department_of_health", "area": TU_HIEP}, r.UnitMisplaced()),
        ({"kind": "ministry"}, r.UnitMisplaced()),
    ],
)
async def test_R15_what_can_be_no_unit_is_told_why(town: Town, given: dict[str, Any], refusal: r.Refusal) -> None:
    api = await keeper(town)
    made = await api.add_unit(hospital(name="Bệnh viện khác"))
    for asked in (api.add_unit(hospital(**given)), api.edit_unit(made.unit.id, UnitChange.model_validate(given))):
        with pytest.raises(type(refusal)) as refused:
            await asked
        assert refused.value == refusal


async def test_R15_a_unit_that_is_there_is_told_by_its_number_however_it_is_written(town: Town) -> None:
    api = await keeper(town)
    made = await api.add_unit(hospital())
    await api.close_unit(made.unit.id)
    with pytest.raises(r.UnitExists) as refused:
        await api.add_unit(hospital(name="BENH VIEN DA KHOA HUYEN THANH TRI"))
    assert refused.value.unit == made.unit.id
    other = await api.add_unit(hospital(area=TU_HIEP))
    with pytest.raises(r.UnitExists):
        await api.edit_unit(other.unit.id, UnitChange(area=THANH_TRI))


async def test_R15_T25_each_change_is_written_down_with_what_was_before(town: Town) -> None:
    api = await keeper(town)
    made = (await api.add_unit(hospital())).unit.id
    edited = await api.edit_unit(made, UnitChange(name="BENH VIEN", kind=UnitKind.VACCINATION_SITE, area=NGU_HIEP))
    assert (edited.unit.name, edited.unit.kind, edited.unit.level) == ("BENH VIEN", "vaccination_site", "commune")
    assert not (await api.close_unit(made)).is_open
    assert (await api.reopen_unit(made)).is_open
    for nothing in (api.edit_unit(made, UnitChange(name="BENH VIEN")), api.reopen_unit(made)):
        await nothing
    assert acts(town)[1:] == [
        (
            "unit_edited",
            {
                "name": [NAME, "BENH VIEN"],
                "kind": ["hospital", "vaccination_site"],
                "area": [THANH_TRI, NGU_HIEP],
            },
        ),
        ("unit_closed", {}),
        ("unit_reopened", {}),
    ]


async def test_R15_a_unit_where_somebody_works_is_neither_closed_nor_moved(town: Town) -> None:
    api = await keeper(town)
    _, staff = await admin(town)
    [station] = await api.units_in(SCHEME_2021, TU_HIEP)
    with pytest.raises(r.UnitInUse) as refused:
        await api.close_unit(station.id)
    assert refused.value.accounts == 1
    town.registry.owner.execute("UPDATE account SET is_active = false WHERE id = %s", [staff.id])
    assert (await api.close_unit(station.id)).active_accounts == 0
    with pytest.raises(r.UnitStays):
        await api.edit_unit(station.id, UnitChange(area=NGU_HIEP))


async def test_T29_making_a_unit_twice_under_one_key_makes_one(town: Town) -> None:
    api = (await keeper(town)).under("one-unit-and-no-more")
    once: UnitCard = await api.add_unit(hospital())
    assert await api.add_unit(hospital()) == once


async def test_R15_of_those_who_make_one_unit_at_once_one_does_and_the_other_is_told(town: Town) -> None:
    one, other = await keeper(town), await keeper(town)
    outcomes = await asyncio.gather(
        *(api.add_unit(hospital()) for api in (one, other) for _ in range(4)), return_exceptions=True
    )
    made = [outcome for outcome in outcomes if isinstance(outcome, UnitCard)]
    assert len(made) == 1
    assert {type(outcome) for outcome in outcomes} <= {UnitCard, r.UnitExists, r.Busy}


def test_T39_every_wall_that_a_race_may_meet_is_there(town: Town) -> None:
    there = {name for (name,) in town.registry.rows("SELECT conname FROM pg_constraint")}
    raised = "".join(wall(table) for table in WALLS)
    assert {name for name in {*RACES, *TOO_LATE} if name not in there and f"'{name}'" not in raised} == set()
