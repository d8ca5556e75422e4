"""«Thêm đối tượng» through the API (R18)."""

from typing import Any

import pytest

from api.client import Api
from api.schemas.subjects import LookAlikes, NewSubject
from models import refusals as r
from models.places import SCHEME_2021
from models.roles import SUBJECT_KEEPERS, Role
from models.rules import LOOK_UP_LIFETIME, MAX_MISSES
from models.words import Gender
from tests.api.hands import TU_HIEP, Town
from tests.api.test_look_up import PHONE, worker

NAME = "Nguyễn Văn A"
PERSON: dict[str, Any] = {
    "full_name": NAME,
    "birth": "1/2/1990",
    "gender": Gender.MALE,
    "id_numbers": ["001090123456"],
    "phones": [PHONE],
    "scheme": SCHEME_2021,
    "area": TU_HIEP,
    "address": "Thôn Cổ Điển A",
}


async def registered(api: Api, **changed: Any) -> int:
    """The number of somebody who was looked for and registered."""
    person = PERSON | changed
    look_ups = await looked_for(api, person)
    return (await api.register_subject(NewSubject(**person, look_ups=look_ups))).id


async def looked_for(api: Api, person: dict[str, Any]) -> list[Any]:
    numbers = [*person["id_numbers"], *person["phones"]]
    asked = await api.look_for_look_alikes(LookAlikes(full_name=person["full_name"], numbers=numbers))
    return [one.id for one in asked.look_ups]


async def test_R18_who_was_registered_is_found_and_ones_own_units(town: Town) -> None:
    api = await worker(town, Role.MOBILE_VACCINATOR)
    subject = await registered(api)
    for number in (PHONE, "001090123456"):
        asked = await api.look_up("nguyen van a", number)
        seen = await api.subject(asked.id, subject)
        assert (seen.full_name, seen.birth, seen.is_yours, seen.version) == (NAME, "1990-02-01", True, 1)
    me = (await api.me()).id
    assert town.registry.rows("SELECT subject_id, act, account_id FROM subject_change") == [(subject, "registered", me)]


async def test_R18_those_who_may_be_the_same_are_found_first(town: Town) -> None:
    api, kept = await worker(town), town.registry.subject(area="30169")
    asked = await api.look_for_look_alikes(LookAlikes(full_name="NGUYEN VAN A", numbers=["001090123456", PHONE]))
    assert [one.count for one in asked.look_ups] == [0, 1]
    assert [row.id for row in await api.found_subjects(asked.look_ups[1].id)] == [kept]
    assert town.registry.one("SELECT count(*) FROM look_up") == 2


async def test_R18_nobody_is_registered_unlooked_for(town: Town) -> None:
    api = await worker(town)
    look_ups = await looked_for(api, PERSON)
    for unlooked in ([], look_ups[:1]):
        with pytest.raises(r.NotLookedFor):
            await api.register_subject(NewSubject(**PERSON, look_ups=unlooked))
    town.clock.turn(LOOK_UP_LIFETIME)
    with pytest.raises(r.NotLookedFor):
        await api.register_subject(NewSubject(**PERSON, look_ups=look_ups))
    assert town.registry.one("SELECT count(*) FROM subject") == 0


async def test_R18_a_day_of_registering_is_not_stopped_as_if_it_were_guessing(town: Town) -> None:
    api = await worker(town)
    for number in range(MAX_MISSES + 2):
        await registered(api, phones=[f"09876{number:05}"], id_numbers=[])


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"birth": "2/2/2022", "id_numbers": []}, r.BirthInvalid),
        ({"birth": "1991"}, r.IdNumberOfAnotherYear),
        ({"gender": Gender.FEMALE}, r.IdNumberOfOtherGender),
        ({"area": "99999"}, r.NotFound),
        ({"area": "020"}, r.NotFound),
        ({"id_numbers": [], "phones": []}, r.NumberMissing),
        ({"address": "A" * 250}, r.AddressInvalid),
    ],
)
async def test_R18_what_cannot_be_is_refused(town: Town, changed: dict[str, Any], refusal: type[r.Refusal]) -> None:
    api = await worker(town)
    look_ups = await looked_for(api, PERSON)
    with pytest.raises(refusal):
        await api.register_subject(NewSubject(**PERSON | changed, look_ups=look_ups))
    assert town.registry.one("SELECT count(*) FROM subject") == 0


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.DISTRICT_ADMIN}))
async def test_R18_who_keeps_subjects_registers_them_and_nobody_else(town: Town, role: Role) -> None:
    api = await worker(town, role)
    if role in SUBJECT_KEEPERS:
        assert await registered(api)
        return
    for ask in (
        api.look_for_look_alikes(LookAlikes(full_name=NAME, numbers=[PHONE])),
        api.register_subject(NewSubject(**PERSON, look_ups=[])),
        api.home(),
        api.areas_to_live_in(SCHEME_2021, "VN"),
    ):
        with pytest.raises(r.NotFound):
            await ask
    assert town.registry.rows("SELECT * FROM look_up") == []


async def test_R18_somebody_may_live_anywhere(town: Town) -> None:
    api = await worker(town)
    assert (await api.home()).code == TU_HIEP
    assert len(await api.areas_to_live_in(SCHEME_2021, "VN")) == 63
    assert await api.areas_to_live_in(SCHEME_2021, TU_HIEP) == []
    with pytest.raises(r.NotFound):
        await api.areas_to_live_in(SCHEME_2021, "99999")
    subject = await registered(api, area="30169")
    seen = await api.subject((await api.look_up(NAME, PHONE)).id, subject)
    assert (seen.area[0], seen.is_yours) == ("Thị trấn Lấp Vò", True)


async def test_R18_the_same_request_twice_registers_once(town: Town) -> None:
    api = await worker(town)
    wanted = NewSubject(**PERSON, look_ups=await looked_for(api, PERSON))
    keyed = api.under("the-key-of-one-registration")
    assert await keyed.register_subject(wanted) == await keyed.register_subject(wanted)
    assert town.registry.one("SELECT count(*) FROM subject") == 1
