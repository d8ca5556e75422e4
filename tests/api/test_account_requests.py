"""Account requests through the API: asking, looking, withdrawing, deciding (R13, R14, T11, T12)."""

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from api.acts import activation
from api.client import Api
from api.schemas.account_requests import Approval, PersonWanted, Rejection, RequestApproved
from api.schemas.deliveries import DeliveryReport
from models import refusals as r
from models.roles import Role
from models.rules import FRESH_OTP, REASON_MAX_LENGTH
from models.words import Gender, Notice, RequestState, Right
from tests.api.hands import SECOND, SERVICE_KEY, HandClock, Staff, Town, count_kinds
from tests.api.test_accounts import admin

HANOI, DONG_THAP, NGU_HIEP = "01", "87", "00661"
NEW_PHONE = "+84987654321"
SITE_STAFF = Approval(role=Role.SITE_STAFF)
WHY = Rejection(reason="Đã có tài khoản")


async def wanted(api: Api, **given: object) -> PersonWanted:
    """Somebody new for the asker's own unit."""
    usual = {
        "unit": (await api.me()).unit.id,
        "full_name": "Trần  Thị Mới",
        "gender": Gender.FEMALE,
        "position": "Điều dưỡng",
        "phone": "0987 654 321",
        "email": "Moi@TuHiep.vn",
        "rights": {Right.DATA_ENTRY, Right.SUBJECT_DATA},
    }
    return PersonWanted.model_validate(usual | given)


async def unit_and_boss(town: Town) -> tuple[Api, Api]:
    """A commune admin and its supervisor, both signed in."""
    unit, _ = await admin(town)
    boss, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    return unit, boss


async def notices(town: Town) -> list[tuple[Notice, int]]:
    """What waits for the courier: notice and account."""
    courier = Api(town.http, town.url, service_key=SERVICE_KEY, patience=30)
    found = await courier.claim_deliveries(100)
    if found:
        await courier.report_deliveries([DeliveryReport(id=one.id, outcome="delivered") for one in found])
    return [(delivery.notice, delivery.account_id) for delivery in found]


async def test_R13_R14_what_a_unit_asks_for_the_supervisor_sees_and_approves(town: Town) -> None:
    unit, asker = await admin(town)
    boss, supervisor = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    sent = await unit.ask_for_account(await wanted(unit))
    assert sent.supervisors_told == 1
    assert await notices(town) == [(Notice.ACCOUNT_REQUESTED, supervisor.id)]
    [row] = (await boss.account_requests(RequestState.WAITING)).rows
    assert (row.id, row.full_name, row.unit) == (sent.id, "Trần Thị Mới", "Trạm y tế xã Tứ Hiệp")
    seen = await boss.account_request(row.id)
    assert (seen.may_decide, seen.may_withdraw, seen.by) == (True, False, asker.username)
    assert (seen.phone, seen.email, seen.position) == ("0987 654 321", "moi@tuhiep.vn", "Điều dưỡng")
    assert (seen.role, seen.username) == (Role.MOBILE_VACCINATOR, "moitt")
    approved = await boss.approve_request(row.id, Approval(role=seen.role, username=seen.username))
    assert (approved.username, approved.requesters_told) == ("moitt", 1)
    assert await notices(town) == [(Notice.REQUEST_APPROVED, asker.id), (Notice.REQUESTS_DECIDED, supervisor.id)]
    made = await unit.account(approved.account)
    assert (made.full_name, made.phone, made.role) == ("Trần Thị Mới", "0987 654 321", Role.MOBILE_VACCINATOR)
    assert not made.api_permission
    decided = await unit.account_request(row.id)
    assert (decided.state, decided.username, decided.may_withdraw) == (RequestState.APPROVED, "moitt", False)
    assert (await boss.count_account_requests(RequestState.WAITING)).count == 0


async def test_R14_time_goes_on_while_it_is_decided(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    unit, boss = await unit_and_boss(town)
    approved, rejected = [
        await unit.ask_for_account(await wanted(unit, phone=phone, email=None))
        for phone in ("0987654321", "0987654322")
    ]

    def going(clock: HandClock) -> datetime:
        clock.turn(timedelta(milliseconds=1))
        return clock.at

    monkeypatch.setattr(HandClock, "now", going)
    await boss.approve_request(approved.id, SITE_STAFF)
    await boss.reject_request(rejected.id, WHY)
    username = (await unit.account_request(approved.id)).username
    assert f"Tài khoản {username}, mã kích hoạt" in town.inbox.texts("+84987654321")[-1]


async def test_R14_a_rejection_has_a_reason_that_the_unit_reads(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    sent = await unit.ask_for_account(await wanted(unit))
    for no_reason in ("", " . ", "x" * (REASON_MAX_LENGTH + 1)):
        with pytest.raises(r.ReasonInvalid):
            await boss.reject_request(sent.id, Rejection(reason=no_reason))
    await boss.reject_request(sent.id, WHY)
    seen = await unit.account_request(sent.id)
    assert (seen.state, seen.reason) == (RequestState.REJECTED, "Đã có tài khoản")
    assert town.registry.one("SELECT count(*) FROM account") == 2


async def test_R14_the_requester_learns_at_once_that_no_supervisor_can_be_reached(town: Town) -> None:
    unit, _ = await admin(town)
    await admin(town, Role.PROVINCE_ADMIN, DONG_THAP)
    assert (await unit.ask_for_account(await wanted(unit))).supervisors_told == 0


async def test_R14_T12_the_second_to_decide_is_told_who_did_and_what_and_when(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    late, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    sent = await unit.ask_for_account(await wanted(unit))
    await boss.approve_request(sent.id, SITE_STAFF)
    at, by = town.clock.now(), (await boss.me()).username
    town.clock.turn(SECOND)
    for press in (late.reject_request(sent.id, WHY), boss.approve_request(sent.id, SITE_STAFF)):
        with pytest.raises(r.RequestDecided) as told:
            await press
        assert told.value == r.RequestDecided(state=RequestState.APPROVED, by=by, at=at)


async def test_R14_T12_nobody_decides_on_their_own_request(town: Town) -> None:
    boss, staff = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    other, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    asked = await boss.ask_for_account(await wanted(boss))
    for_boss = await other.ask_for_account(await wanted(other, phone=str(staff.phone), although_known=True))
    for request in (asked.id, for_boss.id):
        assert not (await boss.account_request(request)).may_decide
        with pytest.raises(r.OwnRequest):
            await boss.approve_request(request, SITE_STAFF)
        with pytest.raises(r.OwnRequest):
            await boss.reject_request(request, WHY)
    assert for_boss.supervisors_told == 0
    await other.approve_request(asked.id, SITE_STAFF)


async def test_R14_only_the_provinces_supervisors_decide(town: Town) -> None:
    unit, _ = await unit_and_boss(town)
    sent = await unit.ask_for_account(await wanted(unit))
    peer, _ = await admin(town)
    system, _ = await admin(town, Role.SYSTEM_ADMIN, "VN")
    far, _ = await admin(town, Role.PROVINCE_ADMIN, DONG_THAP)
    staff, _ = await admin(town, Role.SITE_STAFF)
    for one in (unit, peer, system, far, staff):
        for press in (one.approve_request(sent.id, SITE_STAFF), one.reject_request(sent.id, WHY)):
            with pytest.raises(r.NotFound):
                await press


async def test_R12_requests_of_elsewhere_are_not_there(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    sent = await unit.ask_for_account(await wanted(unit))
    neighbour, _ = await admin(town, area=NGU_HIEP)
    staff, _ = await admin(town, Role.HEALTH_STAFF)
    assert (await neighbour.account_requests()).rows == []
    for one in (neighbour, staff):
        for asked in (one.account_request(sent.id), one.withdraw_request(sent.id)):
            with pytest.raises(r.NotFound):
                await asked
    for asked_of_staff in (staff.account_requests(), staff.count_account_requests(), boss.account_request(uuid4())):
        with pytest.raises(r.NotFound):
            await asked_of_staff
    with pytest.raises(r.NotFound):
        await neighbour.ask_for_account(await wanted(unit))


async def test_R13_what_waits_can_be_withdrawn_and_then_stays_so(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    sent = await unit.ask_for_account(await wanted(unit))
    with pytest.raises(r.NotFound):
        await boss.withdraw_request(sent.id)
    await unit.withdraw_request(sent.id)
    with pytest.raises(r.RequestDecided):
        await boss.approve_request(sent.id, SITE_STAFF)
    with pytest.raises(r.RequestDecided):
        await unit.withdraw_request(sent.id)


async def test_R13_the_same_person_waits_once_and_a_number_that_is_known_is_told(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    first = await unit.ask_for_account(await wanted(unit))
    with pytest.raises(r.PersonAsked):
        await unit.ask_for_account(await wanted(unit, full_name="TRAN THI MOI", although_known=True))
    other = await wanted(unit, full_name="Trần Thị Khác")
    with pytest.raises(r.PhoneAsked):
        await unit.ask_for_account(other)
    await unit.ask_for_account(other.model_copy(update={"although_known": True}))
    approved = await boss.approve_request(first.id, SITE_STAFF)
    with pytest.raises(r.PhoneInUse) as told:
        await unit.ask_for_account(await wanted(unit))
    assert told.value.username == approved.username


async def test_R12_a_number_that_is_known_elsewhere_tells_nobody_here(town: Town) -> None:
    unit, _ = await unit_and_boss(town)
    neighbour, stranger = await admin(town, area=NGU_HIEP)
    await neighbour.ask_for_account(await wanted(neighbour))
    await unit.ask_for_account(await wanted(unit))
    await unit.ask_for_account(await wanted(unit, full_name="Lê Văn Lạ", phone=str(stranger.phone)))


async def test_R14_deciding_wants_a_fresh_otp(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    sent = await unit.ask_for_account(await wanted(unit))
    town.clock.turn(FRESH_OTP + SECOND)
    for press in (boss.approve_request(sent.id, SITE_STAFF), boss.reject_request(sent.id, WHY)):
        with pytest.raises(r.OtpNotFresh):
            await press
    assert (await unit.account_request(sent.id)).state is RequestState.WAITING


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.PROVINCE_ADMIN, Role.DISTRICT_ADMIN])
async def test_T11_no_role_is_granted_that_the_unit_or_the_supervisor_cannot_have(town: Town, role: Role) -> None:
    unit, boss = await unit_and_boss(town)
    sent = await unit.ask_for_account(await wanted(unit))
    with pytest.raises(r.RoleNotYours):
        await boss.approve_request(sent.id, Approval(role=role))


async def test_R14_the_supervisor_may_choose_another_role_and_name(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    sent = await unit.ask_for_account(await wanted(unit))
    with pytest.raises(r.UsernameTaken):
        await boss.approve_request(sent.id, Approval(role=Role.SITE_STAFF, username=(await unit.me()).username))
    approved = await boss.approve_request(sent.id, Approval(role=Role.COMMUNE_ADMIN, username="Tram.Moi"))
    assert approved.username == "tram.moi"
    seen = await unit.account_request(sent.id)
    assert (seen.role, seen.username) == (Role.COMMUNE_ADMIN, "tram.moi")


async def test_R14_nobody_knows_the_password_of_the_new_account(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    sent = await unit.ask_for_account(await wanted(unit))
    approved = await boss.approve_request(sent.id, SITE_STAFF)
    assert len(town.inbox.texts(NEW_PHONE)) == 1  # a code, to choose one with
    with pytest.raises(r.WrongCredentials):
        await town.password_step(Staff(approved.account, approved.username, NEW_PHONE), town.chat(77))
    assert town.registry.one("SELECT must_change_password FROM account WHERE id = %s", approved.account)


async def test_T29_one_press_that_is_sent_twice_decides_once_and_answers_alike(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    sent = await unit.ask_for_account(await wanted(unit))
    press = boss.under("approve-this-request-once")
    assert await press.approve_request(sent.id, SITE_STAFF) == await press.approve_request(sent.id, SITE_STAFF)


async def test_T12_of_many_presses_at_once_one_decides(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    other, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    sent = await unit.ask_for_account(await wanted(unit))
    await notices(town)
    presses = [one.approve_request(sent.id, SITE_STAFF) for one in (boss, other) for _ in range(8)]
    outcomes = await asyncio.gather(*presses, return_exceptions=True)
    assert count_kinds(outcomes) == {"RequestApproved": 1, "RequestDecided": 15}
    [approved] = [one for one in outcomes if isinstance(one, RequestApproved)]
    assert (
        town.registry.one("SELECT count(*) FROM account WHERE phone_key = (SELECT phone_key FROM account_request)") == 1
    )
    assert {one.by for one in outcomes if isinstance(one, r.RequestDecided)} <= {
        (await boss.me()).username,
        (await other.me()).username,
    }
    assert [notice for notice, _ in await notices(town)] == [
        Notice.REQUEST_APPROVED,
        Notice.REQUESTS_DECIDED,
        Notice.REQUESTS_DECIDED,
    ]
    assert (await unit.account(approved.account)).username == approved.username


async def test_pages_of_requests_follow_one_another_and_lose_nobody(town: Town) -> None:
    unit, boss = await unit_and_boss(town)
    for number in range(13):
        town.clock.turn(SECOND)
        await unit.ask_for_account(
            await wanted(unit, phone=f"09876543{number:02}", full_name=f"Người {chr(65 + number)}")
        )
    for state, is_newest_first in ((None, True), (RequestState.WAITING, False)):
        first = await boss.account_requests(state)
        last = await boss.account_requests(state, first.next)
        rows = [row.asked_at for row in (*first.rows, *last.rows)]
        assert len(set(rows)) == 13
        assert rows == sorted(rows, reverse=is_newest_first)
        assert last.next is None


async def test_R14_who_approves_and_who_asked_are_told_if_no_code_may_go_now(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit, boss = await unit_and_boss(town)
    first, second = [
        (await unit.ask_for_account(await wanted(unit, phone=phone, full_name=name, email=None))).id
        for phone, name in (("0987654321", "Trần Thị Một"), ("0987654322", "Trần Thị Hai"))
    ]
    assert (await boss.approve_request(first, SITE_STAFF)).code_sent
    monkeypatch.setattr(activation, "MAX_SMS_A_MINUTE", 0)
    approved = await boss.approve_request(second, SITE_STAFF)
    assert not approved.code_sent
    courier = Api(town.http, town.url, service_key=SERVICE_KEY, patience=30)
    told = [one for one in await courier.claim_deliveries(100) if one.notice is Notice.REQUEST_APPROVED]
    assert [one.facts["uncoded"] for one in told] == ["", approved.username]
    monkeypatch.undo()
    await boss.send_activation(approved.account)
    assert f"Tài khoản {approved.username}, mã kích hoạt" in town.inbox.texts("+84987654322")[-1]
