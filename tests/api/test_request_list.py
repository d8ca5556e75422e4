"""A list of people to be asked for, through the API: staged, mended, sent (R13, T29, T46)."""

import asyncio

import pytest

from api.client import Api
from api.schemas.request_lists import ListedRow, PastedLines, RequestListSeen, RowChange
from models import refusals as r
from models.listed_people import PersonColumn, PersonDoubt, PersonFlaw, RowState
from models.roles import Role
from models.rules import LIST_LIFETIME
from models.words import Notice, RequestState
from tests.api.hands import SECOND, Town
from tests.api.test_account_requests import HANOI, NGU_HIEP, notices, unit_and_boss, wanted
from tests.api.test_accounts import admin

HOA = "Nguyễn Thị Hoa, nữ, điều dưỡng, hoa@tramyte.vn, 0912 345 111, nhập liệu"
LAN = "Lê Thị Lan; nữ; y sĩ; 0912 345 222; cập nhật lịch sử mũi tiêm"
WRONG = "Trần Văn Sai, nam, dược sĩ, sai@, 0912 345 333, nhập liệu"


async def put(api: Api, *lines: str) -> RequestListSeen:
    return await api.put_lines(PastedLines(text="\n".join(lines)))


def counts(seen: RequestListSeen) -> tuple[int, int, int]:
    return seen.ready, seen.wrong, seen.doubtful


async def first_row(api: Api) -> ListedRow:
    """The first that cannot be sent as it is."""
    return (await api.rows_to_fix()).rows[0]


async def waiting(api: Api) -> set[str]:
    """The names of those who are asked for and wait."""
    return {row.full_name for row in (await api.account_requests(RequestState.WAITING)).rows}


def staged(town: Town) -> int:
    return int(town.registry.one("SELECT count(*) FROM listed_person"))


async def test_R13_lines_are_staged_and_sent_and_the_supervisor_hears_once(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    assert counts(await put(unit, HOA, LAN)) == (2, 0, 0)
    assert await waiting(boss) == set()
    sent = await unit.send_list()
    assert (sent.sent, sent.left, sent.supervisors_told) == (2, 0, 1)
    assert await waiting(boss) == {"Nguyễn Thị Hoa", "Lê Thị Lan"}
    assert [notice for notice, _ in await notices(town)] == [Notice.ACCOUNT_REQUESTED]
    assert counts(await unit.request_list()) == (0, 0, 0)
    assert town.registry.one("SELECT count(*) FROM request_list") == 0
    [row, _] = (await boss.account_requests(RequestState.WAITING)).rows
    seen = await boss.account_request(row.id)
    assert (seen.may_decide, seen.unit.name) == (True, "Trạm y tế xã Tứ Hiệp")


async def test_R13_a_list_of_one_is_told_as_one(town: Town) -> None:
    unit, _ = await unit_and_boss(town)
    await put(unit, HOA)
    await unit.send_list()
    assert [notice for notice, _ in await notices(town)] == [Notice.ACCOUNT_REQUESTED]


async def test_R13_wrong_rows_stay_with_their_reasons_and_only_the_wrong_cell_is_given_anew(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    assert counts(await put(unit, HOA, WRONG)) == (1, 1, 0)
    assert (await unit.send_list()).left == 1
    row = await first_row(unit)
    assert [(one.column, one.flaw) for one in row.flaws] == [(PersonColumn.EMAIL, PersonFlaw.EMAIL_INVALID)]
    assert row.cells[PersonColumn.FULL_NAME] == "Trần Văn Sai"
    seen = await unit.change_row(row.number, RowChange(email="sai@tramyte.vn"))
    assert counts(seen) == (1, 0, 0)
    await unit.send_list()
    assert await waiting(boss) == {"Nguyễn Thị Hoa", "Trần Văn Sai"}


async def test_R13_T46_the_same_lines_twice_double_nobody_before_and_after_they_are_sent(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    for _ in range(2):
        seen = await put(unit, HOA, LAN, WRONG)
        assert counts(seen) == (2, 1, 0)
    assert seen.repeated == 3
    await unit.send_list()
    seen = await put(unit, HOA, LAN, WRONG)
    assert (counts(seen), seen.waiting, seen.repeated) == ((0, 1, 0), 2, 1)
    assert len(await waiting(boss)) == 2


async def test_R13_who_comes_later_takes_the_place_on_the_list(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    await put(unit, HOA, HOA.replace("điều dưỡng", "bác sĩ").replace("Hoa", "HOA"))
    await unit.send_list()
    [row] = (await boss.account_requests(RequestState.WAITING)).rows
    assert (await boss.account_request(row.id)).position == "bác sĩ"


async def test_R13_one_rule_says_who_is_perhaps_known(town: Town) -> None:
    unit, _ = await unit_and_boss(town)
    town.registry.account("+84912345111", username="da.co")
    await unit.ask_for_account(await wanted(unit, phone="0912345222"))
    seen = await put(
        unit, HOA, LAN, "Đỗ A Một, nam, y sĩ, 0912345444, nhập liệu", "Đỗ B Hai, nữ, y sĩ, 0912345444, nhập liệu"
    )
    assert counts(seen) == (1, 0, 3)
    rows = (await unit.rows_to_fix()).rows
    assert [row.doubt for row in rows] == [
        PersonDoubt.PHONE_IN_USE,
        PersonDoubt.PHONE_ASKED,
        PersonDoubt.PHONE_TWICE,
    ]
    assert {row.state for row in rows} == {RowState.DOUBTFUL}
    await unit.change_row(rows[0].number, RowChange(although_known=True))
    assert counts(await unit.take_off(rows[1].number)) == (2, 0, 1)
    assert (await unit.send_list()).sent == 2


async def test_R13_T46_what_becomes_doubtful_meanwhile_is_not_sent_and_not_lost(town: Town) -> None:
    unit, _ = await unit_and_boss(town)
    await put(unit, HOA, LAN)
    town.registry.account("+84912345111", username="moi.co")
    sent = await unit.send_list()
    assert (sent.sent, sent.left) == (1, 1)
    assert (await first_row(unit)).doubt is PersonDoubt.PHONE_IN_USE


async def test_T29_a_list_is_sent_once_per_key(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    await put(unit, HOA)
    press = unit.under("send-this-list-only-once")
    assert await press.send_list() == await press.send_list()
    await put(unit, LAN)
    assert (await press.send_list()).sent == 1
    assert await waiting(boss) == {"Nguyễn Thị Hoa"}


async def test_T46_many_presses_at_once_send_everybody_once(town: Town) -> None:
    unit, _ = await unit_and_boss(town)
    await put(unit, HOA, LAN)
    outcomes = await asyncio.gather(*(unit.send_list() for _ in range(8)), return_exceptions=True)
    assert [one.sent for one in outcomes if not isinstance(one, BaseException)] == [2]
    assert all(isinstance(one, r.NotFound) for one in outcomes if isinstance(one, BaseException))
    assert town.registry.one("SELECT count(*) FROM account_request") == 2


async def test_R12_R13_a_list_is_its_askers_alone(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    peer, _ = await admin(town)
    await put(unit, HOA, WRONG)
    number = (await first_row(unit)).number
    for other in (peer, boss):
        assert counts(await other.request_list()) == (0, 0, 0)
        assert (await other.rows_to_fix()).rows == []
        await put(other, LAN)
        for asked in (other.change_row(number, RowChange(email="a@b.vn")), other.take_off(number)):
            with pytest.raises(r.NotFound):
                await asked
        await other.throw_list_away()
    assert counts(await unit.request_list()) == (1, 1, 0)
    staff, _ = await admin(town, Role.HEALTH_STAFF)
    for asked_of_staff in (staff.request_list(), put(staff, HOA), staff.send_list(), staff.throw_list_away()):
        with pytest.raises(r.NotFound):
            await asked_of_staff


async def test_R12_a_unit_of_elsewhere_is_one_that_is_not_there(town: Town) -> None:
    unit, _ = await unit_and_boss(town)
    neighbour, _ = await admin(town, area=NGU_HIEP)
    theirs = (await neighbour.me()).unit
    await put(unit, f"Lê Thị Lan; nữ; {theirs.name}; y sĩ; 0912 345 222; nhập liệu")
    row = await first_row(unit)
    assert row.flaws[0].flaw is PersonFlaw.UNIT_UNKNOWN
    await unit.change_row(row.number, RowChange(unit_id=theirs.id))
    assert (await first_row(unit)).flaws[0].flaw is PersonFlaw.UNIT_UNKNOWN
    await unit.change_row(row.number, RowChange(unit_id=(await unit.me()).unit.id))
    assert counts(await unit.request_list()) == (1, 0, 0)


async def test_R13_a_list_is_thrown_away_or_forgotten_when_nobody_touches_it(town: Town) -> None:
    unit, _ = await unit_and_boss(town)
    await put(unit, HOA, WRONG)
    assert counts(await unit.throw_list_away()) == (0, 0, 0)
    assert staged(town) == 0
    await put(unit, HOA)
    query = "SELECT forget_lists(%s)"
    assert town.registry.one(query, town.clock.now() + LIST_LIFETIME) == 0
    assert town.registry.one(query, town.clock.now() + LIST_LIFETIME + SECOND) == 1
    assert staged(town) == 0


async def test_T24_nothing_of_a_person_stands_in_the_clear(town: Town) -> None:
    unit, _ = await unit_and_boss(town)
    await put(unit, HOA, WRONG)
    [[kept]] = town.registry.rows(
        "SELECT string_agg(p::text, '') || string_agg(encode(cells_sealed, 'escape'), '') FROM listed_person p"
    )
    for canary in ("Hoa", "hoa@", "912345111", "Sai", "điều"):
        assert canary not in kept


async def test_R13_lines_that_name_nobody_are_refused(town: Town) -> None:
    unit, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    with pytest.raises(r.LinesUnreadable):
        await put(unit, "xin chào")
