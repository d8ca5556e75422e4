"""Requests of admins about other accounts; a new scene's staff is a commune admin."""

import re
from typing import Any
from uuid import uuid4

from pydantic import SecretStr

from api.client import Api
from api.client.accounts import AccountFilter
from api.schemas.accounts import AccountEdit, AccountSeen, NewAccount
from models import refusals as r
from models.roles import Role
from models.rules import MAX_OTP_STREAK
from models.words import AccountStatus
from tests.api.hands import Town
from tests.faults.asked_inside import inside
from tests.faults.asks import ASKS, HOUR, NEW, NUMBERS, Scene, asks

__all__ = ["ASKS"]  # all of them, the others' too

EVERYBODY = AccountFilter()


def new_account(**given: object) -> NewAccount:
    """An account to be made; of a unit and a password that nobody has, unless told otherwise."""
    values = {"username": f"moi.{next(NUMBERS)}", "password": uuid4(), "phone": "0912 345 678", "unit": 1}
    return NewAccount.model_validate(values | {"role": Role.COMMUNE_ADMIN} | given)


async def one_to_save(town: Town) -> tuple[Scene, NewAccount]:
    """An admin who has prepared the password of a new account."""
    scene = await inside(town, Api.me)
    unit = (await scene.api.me()).unit.id
    wanted = new_account(unit=unit)
    prepared = await scene.api.prepare_password(wanted.username, NEW)
    return scene, wanted.model_copy(update={"password": prepared.id})


@asks("POST /v1/accounts")
async def a_new_account(town: Town) -> Scene:
    scene, wanted = await one_to_save(town)
    return scene.now(lambda api: api.add_account(wanted))


@asks("POST /v1/accounts", refused=r.ApiNotYours)
async def a_new_account_with_the_api_permission(town: Town) -> Scene:
    scene, wanted = await one_to_save(town)
    return scene.now(lambda api: api.add_account(wanted.model_copy(update={"api_permission": True})))


@asks("POST /v1/accounts", refused=r.RoleNotYours)
async def a_new_account_above_ones_own(town: Town) -> Scene:
    scene, wanted = await one_to_save(town)
    return scene.now(lambda api: api.add_account(wanted.model_copy(update={"role": Role.PROVINCE_ADMIN})))


async def one_to_manage(town: Town, **of_the_other: Any) -> tuple[Scene, AccountSeen]:
    """An admin before a colleague's card."""
    scene = await inside(town, Api.me)
    other = town.registry.account(f"+84913{next(NUMBERS):06}", **of_the_other)
    return scene, await scene.api.account(other.id)


@asks("PATCH /v1/accounts/{account_id}")
async def another_role_for_a_colleague(town: Town) -> Scene:
    scene, other = await one_to_manage(town)
    edit = AccountEdit(version=other.version, role=Role.MOBILE_VACCINATOR, email="moi@tuhiep.vn")
    return scene.now(lambda api: api.edit_account(other.id, edit))


@asks("PATCH /v1/accounts/{account_id}", refused=r.ApiNotYours)
async def the_api_permission_for_a_colleague(town: Town) -> Scene:
    scene, other = await one_to_manage(town)
    edit = AccountEdit(version=other.version, api_permission=True)
    return scene.now(lambda api: api.edit_account(other.id, edit))


@asks("PATCH /v1/accounts/{account_id}", refused=r.ChangedMeanwhile)
async def an_edit_of_what_was_changed_meanwhile(town: Town) -> Scene:
    scene, other = await one_to_manage(town)
    return scene.now(lambda api: api.edit_account(other.id, AccountEdit(version="?")))


@asks("PUT /v1/accounts/{account_id}/status")
async def a_colleague_closed(town: Town) -> Scene:
    scene, other = await one_to_manage(town)
    return scene.now(lambda api: api.set_account_status(other.id, AccountStatus.INACTIVE))


@asks("PUT /v1/accounts/{account_id}/status", refused=r.NotYourself)
async def ones_own_account_closed(town: Town) -> Scene:
    scene = await inside(town, Api.me)
    return scene.now(lambda api: api.set_account_status(scene.staff.id, AccountStatus.INACTIVE))


@asks("DELETE /v1/accounts/{account_id}")
async def a_colleague_deleted(town: Town) -> Scene:
    scene, other = await one_to_manage(town)
    return scene.now(lambda api: api.delete_account(other.id))


@asks("DELETE /v1/accounts/{account_id}", refused=r.OtpNotFresh)
async def a_colleague_deleted_an_hour_later(town: Town) -> Scene:
    scene, other = await one_to_manage(town)
    town.clock.turn(HOUR)
    return scene.now(lambda api: api.delete_account(other.id))


@asks("DELETE /v1/accounts/{account_id}/sessions")
async def a_colleague_signed_out(town: Town) -> Scene:
    scene, other = await one_to_manage(town)
    return scene.now(lambda api: api.end_their_sessions(other.id))


@asks("PUT /v1/accounts/{account_id}/password")
async def another_password_for_a_colleague(town: Town) -> Scene:
    scene, other = await one_to_manage(town)
    prepared = await scene.api.prepare_password(other.username, NEW)
    return scene.now(lambda api: api.reset_password(other.id, prepared.id))


@asks("PUT /v1/accounts/{account_id}/password", refused=r.PasswordUnprepared)
async def a_password_that_nobody_prepared(town: Town) -> Scene:
    scene, other = await one_to_manage(town)
    return scene.now(lambda api: api.reset_password(other.id, uuid4()))


@asks("POST /v1/accounts/{account_id}/phone/freeze")
async def the_lost_phone_of_a_colleague(town: Town) -> Scene:
    scene, other = await one_to_manage(town)
    return scene.now(lambda api: api.freeze_account(other.id))


@asks("POST /v1/accounts/{account_id}/hand-over")
async def a_colleague_who_leaves(town: Town) -> Scene:
    scene, other = await one_to_manage(town)
    return scene.now(lambda api: api.hand_over(other.id, scene.staff.id))


@asks("POST /v1/accounts/{account_id}/hand-over", refused=r.SuccessorUnfit)
async def a_colleague_who_hands_over_to_themselves(town: Town) -> Scene:
    scene, other = await one_to_manage(town)
    return scene.now(lambda api: api.hand_over(other.id, other.id))


@asks("PUT /v1/accounts/{account_id}/phone")
async def another_number_for_a_colleague(town: Town) -> Scene:
    scene, other = await one_to_manage(town)
    await scene.api.freeze_account(other.id)
    return scene.now(lambda api: api.rebind_phone(other.id, "0987 654 321"))


@asks("PUT /v1/accounts/{account_id}/phone", refused=r.PhoneInvalid)
async def a_landline_for_a_colleague(town: Town) -> Scene:
    scene, other = await one_to_manage(town)
    return scene.now(lambda api: api.rebind_phone(other.id, "024 3825 3535"))


@asks("POST /v1/accounts/{account_id}/activation")
async def a_code_for_a_colleague(town: Town) -> Scene:
    scene, other = await one_to_manage(town)
    return scene.now(lambda api: api.send_activation(other.id))


@asks("POST /v1/activations", refused=r.ActivationWrong)
async def an_activation_that_nobody_began(town: Town) -> Scene:
    scene = Scene.of(town)
    return scene.now(lambda api: api.open_activation(scene.staff.username, SecretStr("12345678")))


async def activated(town: Town) -> tuple[Scene, AccountSeen, SecretStr]:
    """A colleague that a code was sent to, and the code."""
    scene, other = await one_to_manage(town)
    await scene.api.send_activation(other.id)
    [code] = re.findall(r"\b\d{8}\b", town.inbox.orders[-1]["text"])
    return scene, other, SecretStr(code)


@asks("POST /v1/activations")
async def the_code_of_an_activation(town: Town) -> Scene:
    scene, other, code = await activated(town)
    return scene.now(lambda api: api.open_activation(other.username, code))


@asks("PUT /v1/activations/{activation_id}/password")
async def the_first_password(town: Town) -> Scene:
    scene, other, code = await activated(town)
    opened = await scene.api.open_activation(other.username, code)
    return scene.now(lambda api: api.choose_password(opened.id, opened.token, other.username, NEW))


@asks("POST /v1/accounts/{account_id}/otp/enable")
async def the_otp_of_a_colleague(town: Town) -> Scene:
    scene, other = await one_to_manage(town)
    count = "UPDATE otp_guard SET streak = %s WHERE account_id = %s"
    town.registry.owner.execute("ALTER TABLE otp_guard DISABLE TRIGGER USER")
    town.registry.owner.execute(count, [MAX_OTP_STREAK, other.id])
    town.registry.owner.execute("ALTER TABLE otp_guard ENABLE TRIGGER USER")
    return scene.now(lambda api: api.enable_otp(other.id))


@asks("POST /v1/accounts/exports")
async def the_list_as_a_file(town: Town) -> Scene:
    return await inside(town, lambda api: api.export_accounts(EVERYBODY))


@asks("POST /v1/accounts/exports", refused=r.OtpNotFresh)
async def the_list_as_a_file_an_hour_later(town: Town) -> Scene:
    scene = await inside(town, lambda api: api.export_accounts(EVERYBODY))
    town.clock.turn(HOUR)
    return scene


@asks("GET /v1/accounts/exports/{export_id}/file")
async def the_file_of_the_list(town: Town) -> Scene:
    scene = await inside(town, Api.me)
    export = (await scene.api.export_accounts(EVERYBODY)).id
    return scene.now(lambda api: api.exported_accounts(export))


@asks("GET /v1/accounts/exports/{export_id}/file", refused=r.NotFound)
async def the_file_that_a_colleague_asked_for(town: Town) -> Scene:
    colleague = await inside(town, Api.me)
    export = (await colleague.api.export_accounts(EVERYBODY)).id
    return await inside(town, lambda api: api.exported_accounts(export))


@asks("GET /v1/accounts/login-history")
async def who_signed_in_lately(town: Town) -> Scene:
    return await inside(town, lambda api: api.attempts())


@asks("GET /v1/accounts/login-history", refused=r.NotFound)
async def who_signed_in_lately_for_who_manages_nobody(town: Town) -> Scene:
    return await inside(town, lambda api: api.attempts(), role=Role.HEALTH_STAFF)


@asks("GET /v1/accounts/{account_id}/login-history")
async def the_login_history_of_a_colleague(town: Town) -> Scene:
    scene, other = await one_to_manage(town)
    return scene.now(lambda api: api.attempts_on(other.id))


@asks("GET /v1/accounts/{account_id}/login-history", refused=r.NotFound)
async def the_login_history_of_another_communes_account(town: Town) -> Scene:
    scene, other = await inside(town, Api.me), town.registry.account(None, area="00661")
    return scene.now(lambda api: api.attempts_on(other.id))


@asks("GET /v1/accounts/{account_id}")
async def ones_own_account_in_the_list(town: Town) -> Scene:
    scene = await inside(town, Api.me)
    return scene.now(lambda api: api.account(scene.staff.id))


@asks("GET /v1/accounts/{account_id}", refused=r.NotFound)
async def an_account_of_another_commune(town: Town) -> Scene:
    scene, other = await inside(town, Api.me), town.registry.account(None, area="00661")
    return scene.now(lambda api: api.account(other.id))


@asks("GET /v1/accounts", refused=r.NotFound)
async def a_list_for_who_manages_nobody(town: Town) -> Scene:
    return await inside(town, lambda api: api.accounts(EVERYBODY), role=Role.HEALTH_STAFF)
