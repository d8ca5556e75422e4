"""How a refusal looks over HTTP: its status, and the problem document that tells of it (RFC 9457)."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response

from api.client.faults import Problem
from api.installation import Installation
from models import refusals as r
from models.rules import FIRST_BIRTH_YEAR, MAX_FILE_MEGABYTES
from models.words import Language

PROBLEM_JSON = "application/problem+json"

STATUS: dict[type[r.Refusal], HTTPStatus] = {
    r.WrongCredentials: HTTPStatus.UNAUTHORIZED,
    r.ActivationWrong: HTTPStatus.UNAUTHORIZED,
    r.ActivationEnded: HTTPStatus.GONE,
    r.PhoneMissing: HTTPStatus.CONFLICT,
    r.TryLater: HTTPStatus.TOO_MANY_REQUESTS,
    r.CaptchaNeeded: HTTPStatus.FORBIDDEN,
    r.CaptchaWrong: HTTPStatus.FORBIDDEN,
    r.AccountInactive: HTTPStatus.FORBIDDEN,
    r.AccountFrozen: HTTPStatus.FORBIDDEN,
    r.ApiNotPermitted: HTTPStatus.FORBIDDEN,
    r.OtpWrong: HTTPStatus.FORBIDDEN,
    r.OtpMalformed: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.OtpExpired: HTTPStatus.GONE,
    r.OtpLocked: HTTPStatus.LOCKED,
    r.OtpDisabled: HTTPStatus.FORBIDDEN,
    r.ResendTooSoon: HTTPStatus.TOO_MANY_REQUESTS,
    r.TooManySms: HTTPStatus.TOO_MANY_REQUESTS,
    r.SignInEnded: HTTPStatus.UNAUTHORIZED,
    r.SessionEnded: HTTPStatus.UNAUTHORIZED,
    r.PasswordMustChange: HTTPStatus.FORBIDDEN,
    r.PasswordUnproven: HTTPStatus.FORBIDDEN,
    r.WrongPassword: HTTPStatus.FORBIDDEN,
    r.OtpNotFresh: HTTPStatus.FORBIDDEN,
    r.NotFound: HTTPStatus.NOT_FOUND,
    r.PhoneInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.ContactForeign: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.FileTooBig: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    r.FileGone: HTTPStatus.GONE,
    r.NameInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.UsernameInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.PasswordTooShort: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.PasswordTooLong: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.PasswordTooCommon: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.PasswordIsUsername: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.PasswordUnchanged: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.Malformed: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.ContactPhoneInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.EmailInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.UsernameTaken: HTTPStatus.CONFLICT,
    r.RoleNotYours: HTTPStatus.FORBIDDEN,
    r.ApiNotYours: HTTPStatus.FORBIDDEN,
    r.NotYourself: HTTPStatus.FORBIDDEN,
    r.LastSystemAdmin: HTTPStatus.CONFLICT,
    r.SuccessorUnfit: HTTPStatus.CONFLICT,
    r.ChangedMeanwhile: HTTPStatus.CONFLICT,
    r.PasswordUnprepared: HTTPStatus.GONE,
    r.UnitClosed: HTTPStatus.CONFLICT,
    r.UnitExists: HTTPStatus.CONFLICT,
    r.UnitInUse: HTTPStatus.CONFLICT,
    r.UnitStays: HTTPStatus.CONFLICT,
    r.UnitMisplaced: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.FullNameInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.BirthInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.SubjectPhoneInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.IdNumberInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.IdNumberOfAnotherYear: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.IdNumberOfOtherGender: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.NumberInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.NameMissing: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.NumberMissing: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.AddressInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.TooManyNumbers: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.NotLookedFor: HTTPStatus.CONFLICT,
    r.LotInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.DayInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.NumberOutOfRange: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.DoseOutOfTurn: HTTPStatus.CONFLICT,
    r.DoseTooEarly: HTTPStatus.CONFLICT,
    r.DoseBeyondTheCourse: HTTPStatus.CONFLICT,
    r.DoseOfAnotherVaccine: HTTPStatus.CONFLICT,
    r.DoseThere: HTTPStatus.CONFLICT,
    r.PlanNotToday: HTTPStatus.CONFLICT,
    r.DoseChanged: HTTPStatus.CONFLICT,
    r.OtpWanted: HTTPStatus.FORBIDDEN,
    r.SubjectChanged: HTTPStatus.CONFLICT,
    r.LookUpsPaused: HTTPStatus.TOO_MANY_REQUESTS,
    r.FileUnreadable: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.ColumnsMissing: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.ColumnsTwice: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.TooManyRows: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.ListTooLong: HTTPStatus.CONFLICT,
    r.TableEmpty: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.LinesUnreadable: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.RequestDecided: HTTPStatus.CONFLICT,
    r.OwnRequest: HTTPStatus.FORBIDDEN,
    r.PersonAsked: HTTPStatus.CONFLICT,
    r.PhoneInUse: HTTPStatus.CONFLICT,
    r.PhoneAsked: HTTPStatus.CONFLICT,
    r.ReasonInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.EffectVoided: HTTPStatus.CONFLICT,
    r.EffectDiffers: HTTPStatus.UNPROCESSABLE_ENTITY,
    r.EffectForeign: HTTPStatus.FORBIDDEN,
    r.Busy: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""The status of each; no two that a guesser must not tell apart differ (T07)."""


def refused(refusal: r.Refusal, request: Request, house: Installation) -> Response:
    """The answer that says no, in the language that was asked for."""
    status = STATUS[type(refusal)]
    detail = house.words(language_of(request), f"refusal.{refusal.code}", now=house.now(), **vars(refusal))
    return problem(Problem(title=status.phrase, status=status, detail=detail, code=refusal.code, facts=refusal.facts()))


def problem(document: Problem) -> Response:
    """The document as an answer."""
    headers = {"WWW-Authenticate": "Bearer"} if document.status == HTTPStatus.UNAUTHORIZED else None
    return Response(document.model_dump_json(exclude_none=True), document.status, headers, PROBLEM_JSON)


def documented(*refusals: type[r.Refusal]) -> dict[int | str, dict[str, Any]]:
    """What a route's OpenAPI entry says of the refusals it may answer with, by status."""
    return {int(status): _documented(status, refusals) for status in sorted({STATUS[r] for r in refusals})}


def language_of(request: Request) -> Language:
    """The first of the product's languages in Accept-Language, by weight; Vietnamese if none is."""
    wanted = sorted(map(_weighed, request.headers.get("accept-language", "").split(",")), key=lambda w: -w[1])
    spoken = [Language(tag) for tag, weight in wanted if weight > 0 and tag in set(Language)]
    return spoken[0] if spoken else Language.VIETNAMESE


def _weighed(wish: str) -> tuple[str, float]:
    tag, _, weight = wish.partition(";q=")
    try:
        return tag.strip().lower().partition("-")[0], float(weight or 1)
    except ValueError:
        return "", 0


def _documented(status: HTTPStatus, refusals: Iterable[type[r.Refusal]]) -> dict[str, Any]:
    these = [refusal for refusal in refusals if STATUS[refusal] == status]
    examples = {refusal.__name__: {"value": _example(refusal, status)} for refusal in these}
    lines = (f"`{refusal.__name__}`: {(refusal.__doc__ or '').strip()}" for refusal in these)
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": "\n\n".join(lines), "content": {PROBLEM_JSON: {"schema": schema, "examples": examples}}}


def _example(refusal: type[r.Refusal], status: HTTPStatus) -> dict[str, Any]:
    facts = {name: _EXAMPLES[name] for name in refusal.__annotations__}
    return {"type": "about:blank", "title": status.phrase, "status": status, "detail": "…"} | {
        "code": refusal.__name__,
        "facts": facts,
    }


_EXAMPLES = {
    "until": "2021-10-15T01:05:00+00:00",
    "left": 4,
    "max": 5,
    "min": 8,
    "first": FIRST_BIRTH_YEAR,
    "year": 1990,
    "digits": 6,
    "unit": 731,
    "accounts": 3,
    "megabytes": MAX_FILE_MEGABYTES,
    "fields": ["body.phone"],
    "lines": ["full_name"],
    "due": 2,
    "days": 28,
    "earliest": "2021-11-12",
    "vaccine": "AstraZeneca (AZD1222)",
    "doses": 2,
    "number": 1,
    "seconds": 2,
    "state": "approved",
    "by": "demo.tinh",
    "username": "demo.tramyte",
    "at": "2021-10-15T01:05:00+00:00",
    "minutes": 15,
    "reason": "macros",
    "columns": ["Số điện thoại"],
}
