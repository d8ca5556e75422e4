"""Requests of people who are signed in, and of the bot for itself."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from pydantic import SecretStr

from api.client import Api
from api.client.accounts import AccountFilter
from api.schemas.accounts import AccountEdit, NewAccount
from api.schemas.deliveries import DeliveryReport
from models import refusals as r
from models.places import SCHEME_2021
from models.roles import Role
from models.rules import RESEND_PAUSE
from models.words import AccountStatus, Language
from tests.api.hands import PASSWORD, SERVICE_KEY, TU_HIEP, Town, another
from tests.faults.asked_at_the_door import ELSEWHERE
from tests.faults.asks import ASKS, NEW, NUMBERS, WRONG, Ask, Call, Scene, asks


async def inside(town: Town, call: Call, **more: Any) -> Scene:
    """Somebody signed in."""
    scene = Scene.of(town, **more)
    await scene.sign_in()
    return scene.now(call)


async def outside(town: Town, call: Call) -> Scene:
    """Somebody whose session is over."""
    scene = await inside(town, call)
    await scene.api.sign_out()
    return scene


async def elsewhere(town: Town, call: Call) -> Scene:
    """Somebody else, at another chat, with the token of a session."""
    scene = await inside(town, call)
    stolen = scene.api.token
    scene.api = town.chat(ELSEWHERE + scene.chat).by(chat=ELSEWHERE + scene.chat, token=stolen, language="vi")
    return scene


async def disabled(town: Town, call: Call) -> Scene:
    """Somebody whose account was made inactive while they were signed in."""
    scene = await inside(town, call)
    scene.make_inactive()
    return scene


NOBODY = NewAccount(username="demo.moi", password=uuid4(), phone="0912345678", unit=1, role=Role.COMMUNE_ADMIN)

PERSONAL: dict[str, Call] = {
    "GET /v1/me": lambda api: api.me(),
    "PUT /v1/me/language": lambda api: api.speak(Language.ENGLISH),
    "GET /v1/me/login-history": lambda api: api.login_history(),
    "GET /v1/sessions": lambda api: api.sessions(),
    "POST /v1/sessions/current/otp": lambda api: api.send_otp(),
    "POST /v1/sessions/current/otp/answer": lambda api: api.prove_otp(SecretStr("123456")),
    "DELETE /v1/sessions/current": lambda api: api.sign_out(),
    "DELETE /v1/sessions/{session_id}": lambda api: api.end_session(uuid4()),
    "POST /v1/me/login-history/{row_id}/not-me": lambda api: api.not_me(uuid4()),
    "POST /v1/me/password/proof": lambda api: api.prove_password(PASSWORD),
    "PUT /v1/me/password": lambda api: api.change_password(NEW),
    "GET /v1/accounts": lambda api: api.accounts(AccountFilter()),
    "GET /v1/accounts/count": lambda api: api.count_accounts(AccountFilter()),
    "GET /v1/accounts/exports/{export_id}/file": lambda api: api.exported_accounts(uuid4()),
    "GET /v1/accounts/login-history": lambda api: api.attempts(),
    "GET /v1/accounts/{account_id}/login-history": lambda api: api.attempts_on(1),
    "GET /v1/accounts/{account_id}": lambda api: api.account(1),
    "POST /v1/accounts/passwords": lambda api: api.prepare_password("demo.moi", NEW),
    "POST /v1/accounts": lambda api: api.add_account(NOBODY),
    "PATCH /v1/accounts/{account_id}": lambda api: api.edit_account(1, AccountEdit(version="?")),
    "DELETE /v1/accounts/{account_id}": lambda api: api.delete_account(1),
    "DELETE /v1/accounts/{account_id}/sessions": lambda api: api.end_their_sessions(1),
    "PUT /v1/accounts/{account_id}/password": lambda api: api.reset_password(1, uuid4()),
    "POST /v1/accounts/{account_id}/phone/freeze": lambda api: api.freeze_account(1),
    "POST /v1/accounts/{account_id}/hand-over": lambda api: api.hand_over(1, 2),
    "PUT /v1/accounts/{account_id}/phone": lambda api: api.rebind_phone(1, "0987 654 321"),
    "POST /v1/accounts/{account_id}/otp/enable": lambda api: api.enable_otp(1),
    "POST /v1/accounts/{account_id}/activation": lambda api: api.send_activation(1),
    "PUT /v1/accounts/{account_id}/status": lambda api: api.set_account_status(1, AccountStatus.ACTIVE),
    "GET /v1/areas/mine": lambda api: api.workplace(),
    "GET /v1/areas/{scheme}/{code}/parts": lambda api: api.areas_in(SCHEME_2021, TU_HIEP),
    "GET /v1/areas/{scheme}/{code}/units": lambda api: api.units_in(SCHEME_2021, TU_HIEP),
}
"""What only somebody who is signed in may ask."""

__all__ = ["ASKS"]  # all of them, those at the door too

SEEN = (
    "GET /v1/me",
    "PUT /v1/me/language",
    "GET /v1/me/login-history",
    "GET /v1/sessions",
    "DELETE /v1/sessions/current",
    "GET /v1/accounts",
    "GET /v1/accounts/count",
    "POST /v1/accounts/passwords",
    "GET /v1/areas/mine",
    "GET /v1/areas/{scheme}/{code}/parts",
    "GET /v1/areas/{scheme}/{code}/units",
)
"""Of these, what needs nothing else."""


def _barred(who: Callable[[Town, Call], Awaitable[Scene]], route: str) -> Ask:
    return Ask(route, f"from {who.__name__}", lambda town: who(town, PERSONAL[route]), r.SessionEnded)


def _open(route: str) -> Ask:
    return Ask(route, "from inside", lambda town: inside(town, PERSONAL[route]))


ASKS.extend(_barred(who, route) for route in PERSONAL for who in (outside, elsewhere, disabled))
ASKS.extend(map(_open, SEEN))


@asks("DELETE /v1/sessions/{session_id}")
async def another_session_of_ones_own(town: Town) -> Scene:
    scene = await inside(town, Api.me)
    other = await town.session(scene.staff, town.chat(ELSEWHERE + scene.chat))
    return scene.now(lambda api: api.end_session(other.id))


@asks("DELETE /v1/sessions/{session_id}", refused=r.NotFound)
async def a_session_of_somebody_else(town: Town) -> Scene:
    scene, other = await inside(town, Api.me), await inside(town, Api.me)
    [theirs] = await other.api.sessions()
    return scene.now(lambda api: api.end_session(theirs.id))


async def with_a_code(town: Town) -> Scene:
    """Somebody signed in who has asked for a code."""
    scene = await inside(town, Api.me)
    town.clock.turn(RESEND_PAUSE)
    await scene.api.send_otp()
    return scene


@asks("POST /v1/sessions/current/otp")
async def a_code_for_something_sensitive(town: Town) -> Scene:
    scene = await inside(town, Api.send_otp)
    town.clock.turn(RESEND_PAUSE)
    return scene


@asks("POST /v1/sessions/current/otp", refused=r.ResendTooSoon)
async def a_second_code_at_once(town: Town) -> Scene:
    return (await with_a_code(town)).now(Api.send_otp)


@asks("POST /v1/sessions/current/otp/answer")
async def the_code_for_something_sensitive(town: Town) -> Scene:
    scene = await with_a_code(town)
    return scene.now(lambda api: api.prove_otp(scene.code))


@asks("POST /v1/sessions/current/otp/answer", refused=r.OtpWrong)
async def not_the_code_for_something_sensitive(town: Town) -> Scene:
    scene = await with_a_code(town)
    return scene.now(lambda api: api.prove_otp(another(scene.code.get_secret_value())))


@asks("POST /v1/me/login-history/{row_id}/not-me")
async def that_was_not_me(town: Town) -> Scene:
    scene = await inside(town, Api.me)
    row = (await scene.api.login_history()).rows[0].id
    return scene.now(lambda api: api.not_me(row))


@asks("GET /v1/me/login-history", refused=r.PasswordMustChange)
async def the_history_with_a_password_set_by_others(town: Town) -> Scene:
    return await inside(town, lambda api: api.login_history(), must_change_password=True)


@asks("POST /v1/me/password/proof")
async def the_current_password(town: Town) -> Scene:
    return await inside(town, PERSONAL["POST /v1/me/password/proof"])


@asks("POST /v1/me/password/proof", refused=r.WrongPassword)
async def not_the_current_password(town: Town) -> Scene:
    return await inside(town, lambda api: api.prove_password(WRONG))


@asks("PUT /v1/me/password")
async def a_new_password(town: Town) -> Scene:
    scene = await the_current_password(town)
    await scene.call(scene.api)
    return scene.now(lambda api: api.change_password(NEW))


@asks("PUT /v1/me/password", refused=r.PasswordUnproven)
async def a_new_password_without_proof(town: Town) -> Scene:
    return await inside(town, lambda api: api.change_password(NEW))


# Effects, deliveries, health


@asks("GET /v1/effects/{key}")
async def what_became_of_a_key(town: Town) -> Scene:
    scene, key = Scene.of(town), f"the-key-of-a-chat-{next(NUMBERS)}"
    await scene.api.under(key).make_captcha()
    return scene.now(lambda api: api.effect(key))


@asks("GET /v1/effects/{key}", refused=r.EffectForeign)
async def what_became_of_a_foreign_key(town: Town) -> Scene:
    scene = await what_became_of_a_key(town)
    scene.api = town.chat(ELSEWHERE + scene.chat)
    return scene


@asks("DELETE /v1/effects/{key}")
async def a_key_given_up(town: Town) -> Scene:
    key = f"the-key-of-a-chat-{next(NUMBERS)}"
    return Scene.of(town).now(lambda api: api.void_effect(key))


@asks("DELETE /v1/effects/{key}", refused=r.EffectForeign)
async def a_foreign_key_given_up(town: Town) -> Scene:
    scene, key = Scene.of(town), f"the-key-of-a-chat-{next(NUMBERS)}"
    await scene.api.under(key).make_captcha()
    scene.api = town.chat(ELSEWHERE + scene.chat)
    return scene.now(lambda api: api.void_effect(key))


async def delivered(town: Town) -> Scene:
    """Somebody with a notice to come, because they signed in in two chats; the courier asks."""
    scene = await inside(town, Api.me)
    await town.session(scene.staff, town.chat(ELSEWHERE + scene.chat))
    scene.api = Api(town.http, town.url, service_key=SERVICE_KEY, patience=scene.api.patience)
    return scene


@asks("POST /v1/deliveries/claim")
async def what_is_to_be_delivered(town: Town) -> Scene:
    scene = await delivered(town)
    return scene.now(lambda api: api.claim_deliveries(100))


@asks("POST /v1/deliveries/reports")
async def what_became_of_it(town: Town) -> Scene:
    scene = await delivered(town)
    [mine] = [each for each in await scene.api.claim_deliveries(100) if each.account_id == scene.staff.id]
    report = DeliveryReport(id=mine.id, outcome="delivered", message_id=7)
    return scene.now(lambda api: api.report_deliveries([report]))


@asks("GET /v1/health")
async def whether_it_is_well(town: Town) -> Scene:
    async def ask(api: Api) -> object:
        status, _, _ = await town.raw("GET", "/v1/health")
        if status != 200:
            raise r.Busy(seconds=status)
        return status

    return Scene.of(town).now(ask)
