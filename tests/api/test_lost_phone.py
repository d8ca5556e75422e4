"""«Mất SIM / đổi máy» through the API: frozen at once, thawed with another number, the one before told (T08)."""

from dataclasses import replace

import pytest

from api.client import Api
from models import refusals as r
from models.rules import FRESH_OTP, MAX_SMS_PER_PHONE_A_DAY
from models.words import AccountStatus, SmsOutcome
from tests.api.hands import SECOND, Staff, Town
from tests.api.test_accounts import admin
from tests.api.test_managed_accounts import acts

NEW, TYPED = "+84987654321", "0987 654 321"


async def two(town: Town) -> tuple[Api, Api, Staff]:
    """An admin, and a colleague who is signed in."""
    api, _ = await admin(town)
    theirs, other = await admin(town)
    return api, theirs, other


async def test_T08_T19_a_frozen_account_lets_nobody_in(town: Town) -> None:
    api, theirs, other = await two(town)
    begun = await town.password_step(other, town.chat(900))
    assert (await api.freeze_account(other.id)).is_frozen
    assert (await api.freeze_account(other.id)).is_frozen
    with pytest.raises(r.SessionEnded):
        await theirs.me()
    with pytest.raises(r.SignInEnded):
        await town.chat(900).resend_otp(begun.id, begun.token)
    with pytest.raises(r.AccountFrozen):
        await town.password_step(other, town.chat(900))
    assert (await api.set_account_status(other.id, AccountStatus.ACTIVE)).is_frozen
    assert acts(town, other.id) == ["phone_frozen"]


async def test_T08_it_thaws_with_another_number_and_the_one_before_is_told(town: Town) -> None:
    api, _, other = await two(town)
    await api.freeze_account(other.id)
    town.inbox.orders.clear()
    rebound = await api.rebind_phone(other.id, TYPED)
    assert (rebound.account.is_frozen, rebound.account.phone) == (False, TYPED)
    assert rebound.old_phone_told is SmsOutcome.SENT
    [told] = town.inbox.orders
    assert told["to"] == other.phone
    assert "chuyển sang số điện thoại khác" in told["text"]
    assert not {other.username, NEW, TYPED} & set(told["text"].split())
    assert town.registry.one("SELECT outcome FROM notice_sms") == "sent"
    await town.sign_in(replace(other, phone=NEW), 901)
    assert acts(town, other.id) == ["phone_frozen", "phone_rebound"]


async def test_T08_a_new_sim_with_the_old_number_is_told_nothing(town: Town) -> None:
    api, theirs, other = await two(town)
    await api.freeze_account(other.id)
    town.inbox.orders.clear()
    assert other.phone
    assert (await api.rebind_phone(other.id, other.phone)).old_phone_told is None
    assert town.inbox.orders == []
    with pytest.raises(r.SessionEnded):
        await theirs.me()
    await town.sign_in(other, 901)


async def test_T36_told_once_though_asked_twice_under_one_key(town: Town) -> None:
    api, _, other = await two(town)
    town.inbox.orders.clear()
    for _ in range(2):
        await api.under("a-new-number-for-a-colleague").rebind_phone(other.id, TYPED)
    assert len(town.inbox.orders) == 1


async def test_T36_a_gateway_that_refuses_keeps_nobody_from_another_number(town: Town) -> None:
    api, _, other = await two(town)
    town.inbox.status = 500
    rebound = await api.rebind_phone(other.id, TYPED)
    assert rebound.account.phone == TYPED
    assert rebound.old_phone_told in {SmsOutcome.FAILED, SmsOutcome.UNKNOWN}


async def test_T06_what_tells_a_number_is_counted_with_its_codes(town: Town) -> None:
    api, _, other = await two(town)
    fill = """
        WITH told AS (
            INSERT INTO admin_act (id, at, act, by_account_id, session_id, account_id, facts_sealed)
            SELECT gen_random_uuid(), s.opened_at, 'edited', s.account_id, s.id, %(other)s, '-'
            FROM session s, generate_series(1, %(most)s) WHERE s.account_id = %(admin)s RETURNING id
        )
        INSERT INTO notice_sms (id, account_id, phone_key, source, claimed_at, outcome)
        SELECT told.id, a.id, a.phone_key, 'chat:1', %(now)s, 'sent' FROM told, account a WHERE a.id = %(other)s
    """
    most = {"most": MAX_SMS_PER_PHONE_A_DAY, "now": town.clock.now()}
    town.registry.owner.execute("ALTER TABLE admin_act DISABLE TRIGGER admin_act_notes_its_transaction")
    town.registry.owner.execute(fill, most | {"other": other.id, "admin": (await api.me()).id})
    town.registry.owner.execute("ALTER TABLE admin_act ENABLE TRIGGER admin_act_notes_its_transaction")
    begun = await town.password_step(other, town.chat(902))
    assert begun.otp
    assert begun.otp.sms is SmsOutcome.FAILED
    town.inbox.orders.clear()
    assert (await api.rebind_phone(other.id, TYPED)).old_phone_told is SmsOutcome.FAILED
    assert town.inbox.orders == []


async def test_T08_what_is_no_number_and_an_old_otp_change_nothing(town: Town) -> None:
    api, theirs, other = await two(town)
    with pytest.raises(r.PhoneInvalid):
        await api.rebind_phone(other.id, "024 3825 3535")
    town.clock.turn(FRESH_OTP + SECOND)
    for act in (api.freeze_account(other.id), api.rebind_phone(other.id, TYPED)):
        with pytest.raises(r.OtpNotFresh):
            await act
    assert (await theirs.me()).username == other.username
    assert acts(town, other.id) == []
