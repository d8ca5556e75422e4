"""What goes wrong on the way to the API, and how its problem documents are read."""

from pydantic import BaseModel

from models.refusals import Refusal


class ApiFault(Exception):
    """The API did not answer as it should; no rule said no. What was asked may or may not have been done."""


class ApiSilent(ApiFault):
    """No answer in time, or none that says what became of it, or the connection broke."""


class ApiBroken(ApiFault):
    """The API met an error of its own and gave it `reference`."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference


class Problem(BaseModel):
    """An answer that is not the one hoped for (RFC 9457), with the refusal's facts or the fault's reference."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str | None = None
    facts: dict[str, object] = {}
    reference: str | None = None


def said_no(content: bytes) -> Exception:
    """The refusal or the fault that a problem document tells of; silence if it is none: the service sends no other."""
    try:
        problem = Problem.model_validate_json(content)
    except ValueError:  # a proxy before the service speaks, such as one that finds nobody behind it
        return ApiSilent("no problem document")
    try:
        if problem.code is not None:
            return Refusal.from_facts(problem.code, problem.facts)
    except (ValueError, KeyError):
        return ApiBroken("-")
    return ApiBroken(problem.reference or "-")
