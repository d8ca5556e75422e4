"""«Bàn giao» through the API: who leaves is out at once, and what waits in their name waits in a colleague's (R7)."""

import json
from dataclasses import dataclass
from uuid import UUID

import pytest

from api.client import Api
from api.schemas.account_requests import Rejection
from models import refusals as r
from models.roles import Role
from models.rules import FRESH_OTP
from models.seals import ACT_FACTS
from models.words import AccountStatus, Notice
from tests.api.hands import SECOND, Staff, Town
from tests.api.test_account_requests import HANOI, NGU_HIEP, notices, wanted
from tests.api.test_accounts import admin
from tests.api.test_managed_accounts import acts

INACTIVE = AccountStatus.INACTIVE


@dataclass(frozen=True)
class Leaving:
    """An admin, and a colleague who leaves and has asked for two accounts; another one takes over."""

    api: Api
    staff: Staff
    theirs: Api
    leaver: Staff
    waits: UUID
    decided: UUID
    successor: Staff

    @classmethod
    async def of(cls, town: Town) -> "Leaving":
        api, staff = await admin(town)
        theirs, leaver = await admin(town)
        boss, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
        waits = await theirs.ask_for_account(await wanted(theirs))
        decided = await theirs.ask_for_account(await wanted(theirs, phone="0976 543 210", email=None))
        await boss.reject_request(decided.id, Rejection(reason="Trùng"))
        _, successor = await admin(town)
        return cls(api, staff, theirs, leaver, waits.id, decided.id, successor)

    async def asker(self, request: UUID) -> str | None:
        return (await self.api.account_request(request)).by


async def test_R07_T19_T25_who_leaves_is_out_at_once_and_their_open_work_is_a_colleagues(town: Town) -> None:
    leaving = await Leaving.of(town)
    api, leaver, successor = leaving.api, leaving.leaver, leaving.successor
    done = await api.hand_over(leaver.id, successor.id)
    assert (done.account.id, done.account.is_active, done.requests) == (leaver.id, False, 1)
    with pytest.raises(r.SessionEnded):
        await leaving.theirs.me()
    with pytest.raises(r.AccountInactive):
        await town.password_step(leaver, town.chat(900))
    assert await leaving.asker(leaving.waits) == successor.username
    assert await leaving.asker(leaving.decided) == leaver.username
    assert acts(town, leaver.id) == ["handed_over"]
    [(act, facts)] = town.registry.rows("SELECT id, facts_sealed FROM admin_act WHERE account_id = %s", leaver.id)
    assert json.loads(town.registry.keys.opened(facts, ACT_FACTS, act)) == {"to": successor.id}
    await api.set_account_status(leaver.id, AccountStatus.ACTIVE)
    with pytest.raises(r.SessionEnded):
        await leaving.theirs.me()


async def test_R14_the_decision_reaches_who_has_taken_over(town: Town) -> None:
    leaving = await Leaving.of(town)
    boss, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    await leaving.api.hand_over(leaving.leaver.id, leaving.successor.id)
    await notices(town)
    await boss.reject_request(leaving.waits, Rejection(reason="Trùng"))
    told = [one for one in await notices(town) if one[0] is Notice.REQUEST_REJECTED]
    assert told == [(Notice.REQUEST_REJECTED, leaving.successor.id)]


async def test_R07_who_takes_over_hears_of_it_and_whoever_hands_over_to_oneself_does_not(town: Town) -> None:
    leaving = await Leaving.of(town)
    await notices(town)
    await leaving.api.hand_over(leaving.leaver.id, leaving.successor.id)
    told = [(Notice.MANAGED, leaving.leaver.id), (Notice.HANDED_TO_YOU, leaving.successor.id)]
    assert await notices(town) == told
    await leaving.api.hand_over(leaving.successor.id, leaving.staff.id)
    assert await notices(town) == [(Notice.MANAGED, leaving.successor.id)]


async def test_R07_one_takes_over_oneself_from_who_was_closed_before(town: Town) -> None:
    leaving = await Leaving.of(town)
    await leaving.api.set_account_status(leaving.leaver.id, INACTIVE)
    assert (await leaving.api.hand_over(leaving.leaver.id, leaving.staff.id)).requests == 1
    assert await leaving.asker(leaving.waits) == leaving.staff.username


async def test_R07_R12_nobody_takes_over_who_cannot_or_is_not_ones_own(town: Town) -> None:
    leaving = await Leaving.of(town)
    api, leaver = leaving.api, leaving.leaver
    above, _ = await admin(town, Role.PROVINCE_ADMIN, HANOI)
    _, closed = await admin(town)
    _, frozen = await admin(town)
    _, neighbour = await admin(town, area=NGU_HIEP)
    colleague = town.registry.account("+84977000001", role=Role.HEALTH_STAFF)
    await api.set_account_status(closed.id, INACTIVE)
    await api.freeze_account(frozen.id)
    for unfit in (closed, frozen, leaver):
        with pytest.raises(r.SuccessorUnfit):
            await api.hand_over(leaver.id, unfit.id)
    with pytest.raises(r.SuccessorUnfit):
        await above.hand_over(leaver.id, neighbour.id)
    for stranger in (neighbour.id, 10**9):
        with pytest.raises(r.NotFound):
            await api.hand_over(leaver.id, stranger)
    with pytest.raises(r.RoleNotYours):
        await api.hand_over(leaver.id, colleague.id)
    with pytest.raises(r.NotYourself):
        await api.hand_over(leaving.staff.id, leaving.successor.id)
    assert (await leaving.theirs.me()).username == leaver.username
    assert acts(town, leaver.id) == []


async def test_T25_a_hand_over_wants_a_fresh_otp(town: Town) -> None:
    leaving = await Leaving.of(town)
    town.clock.turn(FRESH_OTP + SECOND)
    with pytest.raises(r.OtpNotFresh):
        await leaving.api.hand_over(leaving.leaver.id, leaving.successor.id)
    assert await leaving.asker(leaving.waits) == leaving.leaver.username
