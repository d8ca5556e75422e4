"""A run through the whole service by its own OpenAPI document: schemathesis, and what we ask of every answer."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.openapi.checks import (
    EnsureResourceAvailability,
    MissingHeaderNotRejected,
    RejectedPositiveData,
    UseAfterFree,
)

from api.client.faults import Problem
from api.refusals import PROBLEM_JSON
from tests.api.visitors import ODD_WORDS, Visitor

BOUND = {
    "path": (
        *("sign_in_id", "captcha_id", "delivery_id", "row_id", "session_id", "key", "unit_id", "account_id"),
        *("export_id", "request_id", "activation_id", "look_up_id", "subject_id"),
    ),
    "body": ("captcha", "area", "scheme", "unit", "to"),
}
SPOKEN = ("full_name", "number", "name", "username", "password", "phone", "code", "answer", "current", "new")
PATIENCE = 30  # seconds for an answer, on a machine with much else to do


@dataclass(frozen=True)
class Depth:
    """How far a run goes: which phases, and so many random cases of each operation, and chains of requests."""

    phases: tuple[str, ...]
    cases: int
    chains: int = 0


@dataclass
class Tally:
    """What a run saw."""

    cases: Counter[str] = field(default_factory=Counter)
    """By operation."""
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    """Answers that are not as the document says, with the request that brings each again."""


def run(url: str, visitor: Visitor, depth: Depth, seed: int, clean: Callable[[], None]) -> Tally:
    """Let the visitor try everything; `clean` puts all back as it was, so that each case finds what it came for."""
    schema = schemathesis.openapi.from_url(f"{url}/v1/openapi.json", config=_config(visitor, depth, seed))

    def put_back(_context: Any, case: Any, response: Any) -> None:
        if case.meta.phase.name != "stateful" and case.method != "GET" and response.status_code not in UNTOUCHED:
            clean()

    schema.hook("after_call")(put_back)
    schema.hook("filter_failure")(is_ours)
    tally = Tally()
    for event in from_schema(schema).execute():
        match event:
            case events.ScenarioFinished(recorder=recorder):
                _count(recorder, tally)
            case events.NonFatalError(value=error, label=label):
                tally.wrong.append(f"{label}: {error!r}")
            case events.FatalError(exception=error):
                raise error
    return tally


OPAQUE = {"query.after", "query.until", "path.key"}
"""What fits its description as a text, and is ours only if we made it."""
SAYS_NO = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429", "5xx"]
"""To what does not fit its description: as the library has it, and 413 for what is too long to be read."""
UNTOUCHED = {404, 405, 413, 415, 422}
"""After these nothing has changed."""


def _config(visitor: Visitor, depth: Depth, seed: int) -> schemathesis.Config:
    dictionaries = {name: {"values": [value]} for name, value in visitor.ids.items()}
    dictionaries["words"] = {"values": [*visitor.words, *ODD_WORDS]}
    bound = {f"{place}.{name}": name for place, names in BOUND.items() for name in names if name in visitor.ids}
    spoken = {f"body.{name}": "words" for name in SPOKEN}
    return schemathesis.Config.from_dict(
        {
            "seed": seed,
            "headers": dict(visitor.headers),
            "continue-on-failure": True,
            "suppress-health-check": ["all"],
            "warnings": False,
            "output": {"sanitization": {"enabled": False}},
            "request-timeout": PATIENCE,
            "checks": {"negative_data_rejection": {"expected-statuses": SAYS_NO}},
            "dictionaries": dictionaries,
            "parameters": {
                **{name: {"dictionary": known, "probability": 0.7} for name, known in bound.items()},
                **{name: {"dictionary": known, "probability": 0.4} for name, known in spoken.items()},
            },
            "generation": {"mode": "all", "max-examples": depth.cases, "database": "none", "no-shrink": True},
            "phases": {
                **{name: {"enabled": name in depth.phases} for name in ("examples", "coverage", "fuzzing")},
                "stateful": {"enabled": bool(depth.chains), "generation": {"max-examples": max(depth.chains, 1)}},
            },
        }
    )


def is_ours(_context: Any, failure: Failure, case: Any, response: Any) -> bool:
    """Whether a failure is the service's.

    What fits the schema may still be refused by a rule, or be none of our cursors, or be a key that percent signs made
    another on its way. Who shows a wrong service key is refused for that before anybody misses a token. A captcha's
    picture is gone once it is answered, and a key that was given up can still be asked about.
    """
    match failure:
        case RejectedPositiveData():
            refused = Problem.model_validate_json(response.content)
            return refused.code == "Malformed" and not OPAQUE.issuperset(cast("list[str]", refused.facts["fields"]))
        case MissingHeaderNotRejected():
            return int(response.status_code) != HTTPStatus.FORBIDDEN
        case EnsureResourceAvailability() | UseAfterFree():
            return str(case.operation.path) not in {"/v1/captchas/{captcha_id}/picture", "/v1/effects/{key}"}
        case _:
            return True


def _count(recorder: ScenarioRecorder, tally: Tally) -> None:
    for number, exchange in recorder.interactions.items():
        label = recorder.cases[number].value.operation.label
        tally.cases[label] += 1
        if exchange.response is None:
            tally.wrong.append(f"{label}: no answer")
            continue
        tally.statuses[exchange.response.status_code] += 1
        tally.wrong += (f"{label}: {fault}" for fault in _faults(exchange.response))
    for nodes in recorder.checks.values():
        tally.wrong += (
            f"{recorder.label}: {node.name}: {node.failure_info.failure.message}\n{node.failure_info.code_sample}"
            for node in nodes
            if node.failure_info
        )


def _faults(response: Any) -> Iterator[str]:
    """What no answer of ours may be, whatever the document allows with its `default`."""
    status, kind = (
        response.status_code,
        response.headers["content-type"][0] if "content-type" in response.headers else "",
    )
    if status >= 500 or 300 <= status < 400:
        yield f"status {status}"
    if status >= 400 and (kind != PROBLEM_JSON or Problem.model_validate_json(response.content).status != status):
        yield f"{status} is no problem document"
    if response.headers.get("cache-control") != ["no-store"]:
        yield "may be kept on the way"
