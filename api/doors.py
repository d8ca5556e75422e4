"""The door of every route: the transaction opens and ends here, and the answer is made here."""

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from inspect import isclass
from typing import Any, Union, get_args, get_type_hints

import structlog
from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic_core import to_json

from api.effects import AlreadyDone
from api.faults import DATABASE_FAULTS, InDoubt, about, is_undecided
from api.files import FILE_BODY, OCTETS, admit_a_file, uploaded
from api.installation import Installation
from api.people import ended_meanwhile
from api.refusals import PROBLEM_JSON, refused
from api.schemas.accounts import PhoneRebound
from api.schemas.activations import ActivationSent
from api.schemas.signing_in import OtpSent, SignInStarted
from api.turns import ClaimedSms, Visit
from models.refusals import Refusal, SessionEnded
from models.words import SmsOutcome

log = structlog.stdlib.get_logger()

Endpoint = Callable[..., Awaitable[object]]


class Door(APIRoute):
    """A route whose function returns an answer, or a refusal that leaves something behind.

    What is returned is committed, kept under the Idempotency-Key, and answered after that. What is raised is undone.
    """

    def __init__(self, path: str, endpoint: Endpoint, **settings: Any) -> None:
        settings["response_model"] = _answer_of(endpoint)
        super().__init__(path, _untold(endpoint), **settings)
        self.takes_file = any(part.call is uploaded for part in self.dependant.dependencies)
        if self.takes_file:
            self.openapi_extra = FILE_BODY

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        judge = super().get_route_handler()

        async def through(request: Request) -> Response:
            await self._refuse_other_kinds(request)
            house: Installation = request.app.state.house
            visit = Visit(house, request)
            request.state.visit = visit
            try:
                async with visit:
                    untold = await judge(request)
                    if not isinstance(untold, Untold):
                        return untold
                    response = self._told(untold.outcome, request, house)
                    await visit.keep(response.status_code, bytes(response.body))
            except AlreadyDone as done:
                return _again(done)
            except (Refusal, HTTPException, RequestValidationError, InDoubt):
                raise
            except Exception as fault:
                # Whoever is closed in the middle finds rows and rights gone that were there a moment ago (T19).
                if visit.turn is not None and not is_undecided(fault) and await ended_meanwhile(visit.turn):
                    raise SessionEnded from fault
                raise
            if visit.turn is None or visit.turn.sms is None:
                return response
            sms = await _hand_over(visit.turn.sms, house)
            return self._told(_with(sms, untold.outcome, house), request, house)

        return through

    def _told(self, outcome: object, request: Request, house: Installation) -> Response:
        if isinstance(outcome, Refusal):
            return refused(outcome, request, house)
        if outcome is None:
            return Response(status_code=204)
        return Response(to_json(outcome), self.status_code or 200, media_type="application/json")

    async def _refuse_other_kinds(self, request: Request) -> None:
        """A file is bytes, and everything else is JSON."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if self.takes_file:
            admit_a_file(request.scope)
        wanted = OCTETS if self.takes_file else "application/json"
        takes_something = self.takes_file or self.body_field is not None
        if takes_something and kind != wanted and await request.body():
            raise HTTPException(415)


class Untold(Response):
    """An outcome on its way to the door, which makes the answer of it once the act is over."""

    def __init__(self, outcome: object) -> None:
        super().__init__()
        self.outcome = outcome


def _untold(endpoint: Endpoint) -> Endpoint:
    @wraps(endpoint)
    async def untold(**given: Any) -> Response:
        outcome = await endpoint(**given)
        return outcome if isinstance(outcome, Response) else Untold(outcome)

    return untold


def _answer_of(endpoint: Endpoint) -> Any:
    """What the route answers with when nothing is refused, for OpenAPI."""
    returned = get_type_hints(endpoint)["return"]
    answers = [one for one in get_args(returned) if not (isclass(one) and issubclass(one, Refusal))]
    if len(answers) < len(get_args(returned)):
        return Union[tuple(answers)]  # noqa: UP007 - built, not written
    return None if isclass(returned) and issubclass(returned, Response | None) else returned


def _again(done: AlreadyDone) -> Response:
    return Response(done.body, done.status, media_type=PROBLEM_JSON if done.status >= 400 else "application/json")


async def _hand_over(sms: ClaimedSms, house: Installation) -> SmsOutcome:
    """Send the SMS, once, now that it is counted; what became of it is written down by itself, if that can be."""
    outcome = await house.sms.send(sms.to, sms.text, sms.request_id)
    try:
        async with house.database.changing() as db:
            await db.execute(sms.counted.values(outcome=outcome))
    except DATABASE_FAULTS as fault:  # what was asked is done all the same
        log.warning("sms_not_noted", outcome=outcome, **about(fault))
    return outcome


def _with(sms: SmsOutcome, outcome: object, house: Installation) -> object:
    """The answer, with what became of the SMS."""
    match outcome:
        case SignInStarted(otp=OtpSent() as sent):
            return outcome.model_copy(update={"otp": _with(sms, sent, house)})
        case ActivationSent():
            return outcome.model_copy(update={"sms": sms})
        case OtpSent():
            at_once = {"resend_at": house.now()} if sms is SmsOutcome.FAILED else {}
            return outcome.model_copy(update={"sms": sms, **at_once})
        case PhoneRebound():
            return outcome.model_copy(update={"old_phone_told": sms})
        case _:
            return outcome
