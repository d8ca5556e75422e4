"""Everything that is not a refusal: what a caller is told of it, and what the log is."""

import secrets
import traceback
from collections.abc import Iterator, Sequence
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

import asyncpg
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from starlette.exceptions import HTTPException as AnyHttpException
from starlette.routing import BaseRoute, Match, Route

from api.client.faults import Problem
from api.installation import Installation
from api.refusals import language_of, problem, refused
from models.refusals import Busy, Malformed, NotFound, Refusal, UnitClosed, UsernameTaken

log = structlog.stdlib.get_logger()

OUT_OF_STEP = asyncpg.InternalClientError
"""What the driver raises where the server ended the connection in the very moment it was to be used."""
DATABASE_FAULTS = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OUT_OF_STEP, OSError, TimeoutError)
UNDECIDED = ("08", "40", "53", "55P03", "57")
"""SQLSTATEs after which nothing was done: no connection, a deadlock, no room, a lock not had, an end ordered."""
CUT_SHORT = ("08", "57")
"""Those of them that may have come between what was done and its answer."""
COME_BACK = 2  # seconds
TOO_LATE: dict[str, type[Refusal]] = {
    "account_username_key": UsernameTaken,
    "account_works_at_an_open_unit": UnitClosed,
}
"""Walls of the database that somebody runs into whom another was faster than, after the API had let both through."""
RACES = frozenset(
    {"account_unit_id_unit_level_place_fkey", "unit_closed_has_no_active_accounts", "unit_scheme_area_folded_key"}
)
"""The same where the refusal has facts: asking again finds them."""


class InDoubt(Exception):
    """No proper answer came to the COMMIT: it was done or it was not. Asking again under the same key finds out."""


TEXTS = {
    HTTPStatus.FORBIDDEN: "problem.forbidden",
    HTTPStatus.METHOD_NOT_ALLOWED: "problem.no_such_method",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "problem.too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "problem.wrong_kind",
}


def answer_faults(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Let every fault that has a place in HTTP be answered with a problem document; `routes` are those there are."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(AnyHttpException, partial(_http, routes))


def answer_to(fault: Exception, request: Request) -> Response:
    """The answer to a fault that nobody expected: Busy if nothing was decided (T39), else a reference."""
    if isinstance(fault, InDoubt):
        log.warning("in_doubt", **about(fault))
        return _in_doubt(request)
    if is_undecided(fault) or lost_a_race(fault):
        log.warning("undecided", **about(fault))
        return refused(Busy(seconds=COME_BACK), request, _house(request))
    if (late := TOO_LATE.get(_constraint(fault) or "")) is not None:
        return refused(late(), request, _house(request))
    reference = secrets.token_hex(4)
    log.error("fault", reference=reference, **about(fault))
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = _house(request).words(language_of(request), "problem.fault", reference=reference)
    return problem(Problem(title=status.phrase, status=status, detail=detail, reference=reference))


def _in_doubt(request: Request) -> Response:
    status = HTTPStatus.GATEWAY_TIMEOUT
    detail = _house(request).words(language_of(request), "problem.in_doubt")
    return problem(Problem(title=status.phrase, status=status, detail=detail))


def is_undecided(fault: BaseException) -> bool:
    """Whether the database could not be asked, or gave up: nothing was done."""
    state = _sqlstate(fault)
    if state is not None:
        return state.startswith(UNDECIDED)
    if isinstance(fault, DBAPIError) and fault.connection_invalidated:
        return True
    if any(isinstance(one, OUT_OF_STEP) for one in _chain(fault)):
        return True
    lost = (OperationalError, InterfaceError, NoConnection, asyncpg.InterfaceError, OSError, TimeoutError)
    return isinstance(fault, lost)


def lost_a_race(fault: BaseException) -> bool:
    """Whether a wall said no to what the rules had let pass: somebody else was faster, and the rules will say so."""
    return _constraint(fault) in RACES


def leaves_doubt(fault: BaseException) -> bool:
    """Whether a fault at COMMIT may have come after it was done: the server did not say that it was not."""
    state = _sqlstate(fault)
    return is_undecided(fault) and (state is None or state.startswith(CUT_SHORT))


def about(fault: BaseException) -> dict[str, object]:
    """What the log may know of a fault: kinds, places and constraints; never its words, which may quote anybody."""
    frames = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in _frames(fault)]
    facts = {
        "kinds": [type(one).__name__ for one in _chain(fault)],
        "sqlstate": _sqlstate(fault),
        "constraint": _constraint(fault),
        "where": frames,
    }
    return {name: fact for name, fact in facts.items() if fact}


async def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)  # noqa: S101 - registered for these
    return refused(refusal, request, _house(request))


async def _malformed(request: Request, error: Exception) -> Response:
    """The places, never the values: FastAPI's own answer would repeat a password."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for these
    fields = sorted({_place(one) for one in error.errors()})
    return refused(Malformed(fields=fields), request, _house(request))


async def _http(routes: Sequence[BaseRoute], request: Request, error: Exception) -> Response:
    assert isinstance(error, AnyHttpException)  # noqa: S101 - registered for these
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.NOT_FOUND:
        return refused(NotFound(), request, _house(request))
    if status not in TEXTS:
        return refused(Malformed(fields=["body"]), request, _house(request))
    detail = _house(request).words(language_of(request), TEXTS[status])
    answer = problem(Problem(title=status.phrase, status=status, detail=detail))
    answer.headers.update(error.headers or {})
    if status is HTTPStatus.METHOD_NOT_ALLOWED and (known := _methods_at(request, routes)):
        answer.headers["Allow"] = ", ".join(known)
    return answer


def _methods_at(request: Request, routes: Sequence[BaseRoute]) -> list[str]:
    """Those that the place knows (RFC 9110, 10.2.1); Starlette names only the first route's."""
    here = [route for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for route in here if isinstance(route, Route) for method in route.methods or ()})


def _place(error: dict[str, Any]) -> str:
    return "body" if error["type"] == "json_invalid" else ".".join(_named(error["loc"]))


def _named(place: tuple[int | str, ...]) -> Iterator[str]:
    """The parts of a place; one that no schema could know is somebody's own words, or their phone number."""
    for part in place:
        is_name = str(part).isascii() and str(part).replace("-", "_").isidentifier() and len(str(part)) <= LONGEST_NAME
        yield str(part) if isinstance(part, int) or is_name else "?"


LONGEST_NAME = 32


def _house(request: Request) -> Installation:
    house: Installation = request.app.state.house
    return house


def _constraint(fault: BaseException) -> str | None:
    origin = fault.orig if isinstance(fault, DBAPIError) else fault
    return getattr(getattr(origin, "__cause__", None) or origin, "constraint_name", None)


def _sqlstate(fault: BaseException) -> str | None:
    return getattr(fault.orig if isinstance(fault, DBAPIError) else fault, "sqlstate", None)


def _frames(fault: BaseException) -> list[traceback.FrameSummary]:
    return list(traceback.extract_tb(fault.__traceback__))[-8:]


def _chain(fault: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = fault
    while one is not None:
        yield one
        one = one.__cause__
