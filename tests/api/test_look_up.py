"""«Tra cứu đối tượng» through the API: by name and number, masked, and written down (R16, T20)."""

import asyncio
import json

import pytest

from api.client import Api
from models import refusals as r
from models.roles import SUBJECT_READERS, Role
from models.rules import LOOK_UP_LIFETIME, MAX_MISSES, MISSES_WINDOW
from models.words import UnitKind
from tests.api.hands import SECOND, SERVICE_KEY, Town, count_kinds

PHONE = "0987 654 321"


async def worker(town: Town, role: Role = Role.COMMUNE_ADMIN, area: str = "00658") -> Api:
    """Somebody who is signed in, in a chat of their own."""
    usual = {Role.SYSTEM_ADMIN: (UnitKind.MINISTRY, "VN"), Role.PROVINCE_ADMIN: (UnitKind.DEPARTMENT_OF_HEALTH, "01")}
    kind, where = usual.get(role, (UnitKind.COMMUNE_HEALTH_STATION, area))
    number = town.registry.one("SELECT count(*) FROM account")
    staff = town.registry.account(f"+8491200{number:04}", role=role, kind=kind, area=where)
    return await town.sign_in(staff, 100 + number)


async def test_R16_somebody_is_found_however_name_and_number_are_written(town: Town) -> None:
    api, kept = await worker(town), town.registry.subject(papers=("001090123456",))
    town.registry.subject("Nguyễn Văn B")
    for name in ("Nguyễn Văn A", "NGUYEN VAN  A", "nguye\u0302\u0303n va\u0306n a", "Nguyên Vắn Ã"):
        for number in (PHONE, "+84987654321", "84.987.654.321", "001090123456"):
            asked = await api.look_up(name, number)
            assert asked.count == 1
            [row] = await api.found_subjects(asked.id)
            assert (row.id, row.name_hint, row.birth_year) == (kept, "N•• V•• A••", 1990)
            assert row.area == ["Xã Tứ Hiệp", "Huyện Thanh Trì"]


async def test_R16_what_comes_back_is_masked_until_one_is_opened_which_is_written_down(town: Town) -> None:
    api, kept = await worker(town), town.registry.subject(papers=("001090123456", "B1234567"))
    asked = await api.look_up("Nguyen Van A", PHONE)
    [row] = await api.found_subjects(asked.id)
    assert not {"Nguyễn", "123456", "654321", "Cổ Điển"} & set(row.model_dump_json().replace('"', " ").split())
    assert town.registry.rows("SELECT * FROM disclosure") == []
    seen = await api.subject(asked.id, kept)
    assert (seen.full_name, seen.birth, seen.is_yours) == ("Nguyễn Văn A", "1990-02-01", True)
    assert (seen.phone_hints, seen.id_number_hints) == (["09•• ••• 321"], ["••• 456", "••• 567"])
    written = town.registry.rows("SELECT look_up_id, subject_id, shown FROM disclosure")
    assert written == [(asked.id, kept, "card")]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"full_name": "Nguyễn Văn A"}, "NumberMissing"),
        ({"full_name": "Nguyễn Văn A", "number": " "}, "NumberMissing"),
        ({"number": PHONE}, "NameMissing"),
        ({"full_name": " ", "number": PHONE}, "NameMissing"),
        ({}, "NumberMissing"),
        ({"full_name": "A", "number": PHONE}, "FullNameInvalid"),
        ({"full_name": "Nguyễn Văn A", "number": "12"}, "NumberInvalid"),
    ],
)
async def test_R16_one_field_alone_is_refused_saying_what_is_missing(
    town: Town, given: dict[str, str], code: str
) -> None:
    api = await worker(town)
    headers = {"X-Service-Key": SERVICE_KEY, "X-Chat-Id": str(api.chat), "Authorization": f"Bearer {api.token}"}
    status, _, body = await town.raw("POST", "/v1/subjects/search", headers=headers, json=given)
    assert (status, json.loads(body)["code"]) == (422, code)
    assert town.registry.rows("SELECT * FROM look_up") == []


async def test_R16_two_of_one_name_and_phone_are_told_apart(town: Town) -> None:
    api = await worker(town)
    town.registry.subject(birth="1990")
    town.registry.subject(birth="2015-06-01", area="00661")
    asked = await api.look_up("Nguyễn Văn A", PHONE)
    rows = await api.found_subjects(asked.id)
    assert asked.count == 2
    assert [(row.birth_year, row.area[0], row.is_yours) for row in rows] == [
        (1990, "Xã Tứ Hiệp", True),
        (2015, "Xã Yên Mỹ", False),
    ]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.DISTRICT_ADMIN}))
async def test_R16_every_role_that_works_with_subjects_looks_them_up_and_no_other(town: Town, role: Role) -> None:
    api, kept = await worker(town, role), town.registry.subject(area="30169")
    if role in SUBJECT_READERS:
        asked = await api.look_up("Nguyễn Văn A", PHONE)
        assert (await api.subject(asked.id, kept)).is_yours is False
        return
    with pytest.raises(r.NotFound):
        await api.look_up("Nguyễn Văn A", PHONE)
    assert town.registry.rows("SELECT * FROM look_up") == []


async def test_R16_every_look_up_is_written_down_hit_or_miss(town: Town) -> None:
    api, kept = await worker(town), town.registry.subject()
    await api.look_up("Nguyễn Văn A", PHONE)
    await api.look_up("Nguyễn Văn Z", PHONE)
    me = (await api.me()).id
    rows = town.registry.rows("SELECT account_id, kind, is_judged, found FROM look_up ORDER BY written_in")
    assert rows == [(me, "phone", True, [kept]), (me, "phone", True, [])]


async def test_R12_what_others_found_is_not_there(town: Town) -> None:
    mine, theirs, kept = await worker(town), await worker(town), town.registry.subject()
    other = town.registry.subject("Nguyễn Văn B")
    asked = await mine.look_up("Nguyễn Văn A", PHONE)
    assert await theirs.found_subjects(asked.id) == []
    for api, subject in ((theirs, kept), (mine, other), (mine, 2**40)):
        with pytest.raises(r.NotFound):
            await api.subject(asked.id, subject)
    town.clock.turn(LOOK_UP_LIFETIME)
    assert await mine.found_subjects(asked.id) == []
    with pytest.raises(r.NotFound):
        await mine.subject(asked.id, kept)


async def test_T20_misses_have_a_budget_and_what_is_refused_is_written_down(town: Town) -> None:
    api, kept = await worker(town), town.registry.subject()
    for _ in range(MAX_MISSES):
        assert (await api.look_up("Nguyễn Văn A", PHONE)).count == 1  # those who are found count for nothing
        assert (await api.look_up("Nguyễn Văn Z", PHONE)).count == 0
    with pytest.raises(r.LookUpsPaused) as refusal:
        await api.look_up("Nguyễn Văn A", PHONE)
    assert refusal.value.until == town.clock.now() + MISSES_WINDOW
    assert town.registry.one("SELECT count(*) FROM look_up WHERE NOT is_judged AND found = '{}'") == 1
    assert (await (await worker(town)).look_up("Nguyễn Văn A", PHONE)).count == 1
    town.clock.turn(MISSES_WINDOW)
    assert (await api.look_up("Nguyễn Văn A", PHONE)).count == 1
    assert town.registry.one("SELECT count(*) FROM look_up WHERE %s = ANY (found)", kept) == MAX_MISSES + 2


async def test_T20_guesses_at_once_are_counted_too(town: Town) -> None:
    api = await worker(town)
    guesses = (api.look_up("Nguyễn Văn Z", f"09{number:08}") for number in range(12345600, 12345660))
    outcomes = count_kinds(await asyncio.gather(*guesses, return_exceptions=True))
    assert outcomes == {"SubjectsAsked": MAX_MISSES, "LookUpsPaused": 60 - MAX_MISSES}
    assert town.registry.one("SELECT count(*) FROM look_up WHERE is_judged") == MAX_MISSES


async def test_T20_a_search_without_a_hit_is_answered_alike_whatever_the_cause(town: Town) -> None:
    """Another name, another number, another kind of number: the same answer but for the look-up's own id."""
    api = await worker(town)
    town.registry.subject(papers=("012345678",))
    asked = ("Nguyễn Văn Z", PHONE), ("Nguyễn Văn A", "0912345678"), ("Nguyễn Văn Z", "012345678"), ("Ai Đó", PHONE)
    answers = [(await api.look_up(*whom)).model_dump(exclude={"id"}) for whom in asked]
    assert answers == [{"count": 0}] * len(asked)


async def test_T20_somebody_is_told_when_a_unit_finds_nobody_so_often(
    town: Town, capsys: pytest.CaptureFixture[str]
) -> None:
    boss = await worker(town, Role.PROVINCE_ADMIN)
    told = "SELECT chat FROM delivery WHERE notice = 'many_misses'"
    for _ in range(5):
        api = await worker(town)
        for _ in range(MAX_MISSES):
            assert "many_misses" not in capsys.readouterr().out
            await api.look_up("Nguyễn Văn Z", PHONE)
    assert "many_misses" in capsys.readouterr().out
    assert town.registry.rows(told) == [(boss.chat,)]
    await (await worker(town)).look_up("Nguyễn Văn Z", PHONE)
    assert town.registry.rows(told) == [(boss.chat,)]


async def test_T19_an_ended_session_looks_nobody_up(town: Town) -> None:
    api = await worker(town)
    await api.sign_out()
    with pytest.raises(r.SessionEnded):
        await api.look_up("Nguyễn Văn A", PHONE)
    assert town.registry.rows("SELECT * FROM look_up") == []


async def test_a_password_that_somebody_else_set_comes_first(town: Town) -> None:
    staff = town.registry.account(must_change_password=True)
    api = await town.sign_in(staff)
    with pytest.raises(r.PasswordMustChange):
        await api.look_up("Nguyễn Văn A", PHONE)
    town.clock.turn(SECOND)
    assert town.registry.rows("SELECT * FROM look_up") == []
