"""Requests about account requests: what a unit asks, and what its province's supervisor decides."""

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

from api.client import Api
from api.schemas.account_requests import Approval, PersonWanted, Rejection
from models import refusals as r
from models.roles import Role
from models.words import Gender, RequestState, Right
from tests.api.hands import Town
from tests.faults.asked_about_doses import ASKS
from tests.faults.asked_inside import disabled, elsewhere, inside, outside
from tests.faults.asked_of_keepers import keeper
from tests.faults.asks import HOUR, NUMBERS, Ask, Call, Scene, asks

__all__ = ["ASKS"]  # all of them, the others' too

APPROVAL, REJECTION = Approval(role=Role.SITE_STAFF), Rejection(reason="Đã có tài khoản")
WAITING = RequestState.WAITING


def somebody(unit: int = 1) -> PersonWanted:
    """Somebody whom nobody has asked for."""
    return PersonWanted(
        unit=unit,
        full_name="Trần Thị Mới",
        gender=Gender.FEMALE,
        position="Điều dưỡng",
        phone=f"0987 {next(NUMBERS):06}",
        rights=[Right.DATA_ENTRY],
    )


GUARDED: dict[str, Call] = {
    "POST /v1/account-requests": lambda api: api.ask_for_account(somebody()),
    "GET /v1/account-requests": lambda api: api.account_requests(WAITING),
    "GET /v1/account-requests/count": lambda api: api.count_account_requests(WAITING),
    "GET /v1/account-requests/{request_id}": lambda api: api.account_request(uuid4()),
    "DELETE /v1/account-requests/{request_id}": lambda api: api.withdraw_request(uuid4()),
    "POST /v1/account-requests/{request_id}/approval": lambda api: api.approve_request(uuid4(), APPROVAL),
    "POST /v1/account-requests/{request_id}/rejection": lambda api: api.reject_request(uuid4(), REJECTION),
}


def _barred(who: Callable[[Town, Call], Awaitable[Scene]], route: str) -> Ask:
    return Ask(route, f"from {who.__name__}", lambda town: who(town, GUARDED[route]), r.SessionEnded)


ASKS.extend(_barred(who, route) for route in GUARDED for who in (outside, elsewhere, disabled))


async def asker(town: Town) -> tuple[Scene, PersonWanted]:
    """A commune's admin, whose supervisor is signed in, and whom they ask for."""
    await keeper(town)
    scene = await inside(town, Api.me)
    return scene, somebody((await scene.api.me()).unit.id)


async def asked(town: Town) -> tuple[Scene, UUID]:
    """A commune's admin who has asked for somebody."""
    scene, wanted = await asker(town)
    return scene, (await scene.api.ask_for_account(wanted)).id


async def to_decide(town: Town) -> tuple[Scene, UUID]:
    """The province's supervisor, before a request that waits."""
    _, request = await asked(town)
    return await keeper(town), request


@asks("POST /v1/account-requests")
async def an_account_asked_for(town: Town) -> Scene:
    scene, wanted = await asker(town)
    return scene.now(lambda api: api.ask_for_account(wanted))


@asks("POST /v1/account-requests", refused=r.PersonAsked)
async def somebody_asked_for_twice(town: Town) -> Scene:
    scene, wanted = await asker(town)
    await scene.api.ask_for_account(wanted)
    return scene.now(lambda api: api.ask_for_account(wanted))


@asks("POST /v1/account-requests", refused=r.NotFound)
async def an_account_asked_for_at_a_unit_of_elsewhere(town: Town) -> Scene:
    scene, wanted = await asker(town)
    return scene.now(lambda api: api.ask_for_account(wanted.model_copy(update={"unit": 1})))


@asks("GET /v1/account-requests")
async def the_requests_that_wait(town: Town) -> Scene:
    scene, _ = await to_decide(town)
    return scene.now(GUARDED["GET /v1/account-requests"])


@asks("GET /v1/account-requests", refused=r.NotFound)
async def the_requests_for_who_manages_nobody(town: Town) -> Scene:
    return await inside(town, GUARDED["GET /v1/account-requests"], role=Role.HEALTH_STAFF)


@asks("GET /v1/account-requests/count")
async def how_many_requests_wait(town: Town) -> Scene:
    scene, _ = await to_decide(town)
    return scene.now(GUARDED["GET /v1/account-requests/count"])


@asks("GET /v1/account-requests/{request_id}")
async def one_request(town: Town) -> Scene:
    scene, request = await to_decide(town)
    return scene.now(lambda api: api.account_request(request))


@asks("DELETE /v1/account-requests/{request_id}")
async def a_request_taken_back(town: Town) -> Scene:
    scene, request = await asked(town)
    return scene.now(lambda api: api.withdraw_request(request))


@asks("DELETE /v1/account-requests/{request_id}", refused=r.RequestDecided)
async def a_request_taken_back_twice(town: Town) -> Scene:
    scene, request = await asked(town)
    await scene.api.withdraw_request(request)
    return scene.now(lambda api: api.withdraw_request(request))


@asks("POST /v1/account-requests/{request_id}/approval")
async def a_request_approved(town: Town) -> Scene:
    scene, request = await to_decide(town)
    return scene.now(lambda api: api.approve_request(request, APPROVAL))


@asks("POST /v1/account-requests/{request_id}/approval", refused=r.NotFound)
async def a_request_approved_by_the_unit_itself(town: Town) -> Scene:
    scene, request = await asked(town)
    return scene.now(lambda api: api.approve_request(request, APPROVAL))


@asks("POST /v1/account-requests/{request_id}/approval", refused=r.OtpNotFresh)
async def a_request_approved_an_hour_later(town: Town) -> Scene:
    scene, request = await to_decide(town)
    town.clock.turn(HOUR)
    return scene.now(lambda api: api.approve_request(request, APPROVAL))


@asks("POST /v1/account-requests/{request_id}/approval", refused=r.RequestDecided)
async def a_rejected_request_approved(town: Town) -> Scene:
    scene, request = await to_decide(town)
    await scene.api.reject_request(request, REJECTION)
    return scene.now(lambda api: api.approve_request(request, APPROVAL))


@asks("POST /v1/account-requests/{request_id}/rejection")
async def a_request_rejected(town: Town) -> Scene:
    scene, request = await to_decide(town)
    return scene.now(lambda api: api.reject_request(request, REJECTION))


@asks("POST /v1/account-requests/{request_id}/rejection", refused=r.NotFound)
async def a_request_rejected_by_the_unit_itself(town: Town) -> Scene:
    scene, request = await asked(town)
    return scene.now(lambda api: api.reject_request(request, REJECTION))


@asks("POST /v1/account-requests/{request_id}/rejection", refused=r.ReasonInvalid)
async def a_request_rejected_for_no_reason(town: Town) -> Scene:
    scene, request = await to_decide(town)
    return scene.now(lambda api: api.reject_request(request, Rejection(reason="-")))
