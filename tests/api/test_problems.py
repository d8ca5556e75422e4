"""Problem documents: what is told when something is refused, malformed, or broken."""

import json
from datetime import UTC, datetime

import pytest

from api.client.faults import Problem
from api.refusals import PROBLEM_JSON, STATUS
from models.refusals import Refusal
from tests.api.hands import SERVICE_KEY, Town

BOT = {"X-Service-Key": SERVICE_KEY, "X-Chat-Id": "1001"}
JSON = {"Content-Type": "application/json"}


def test_every_refusal_has_a_status() -> None:
    assert {refusal.__name__ for refusal in STATUS} == set(Refusal.known)


async def ask(town: Town, method: str, path: str, headers: dict[str, str] | None = None, data: str = "") -> Problem:
    status, answered, content = await town.raw(method, path, headers=BOT | (headers or {}), data=data or None)
    assert answered["Content-Type"] == PROBLEM_JSON
    assert answered["Cache-Control"] == "no-store"
    assert ("WWW-Authenticate" in answered) == (status == 401)
    problem = Problem.model_validate_json(content)
    assert problem.status == status
    return problem


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("", "Không tìm thấy"),
        ("en", "There is no such thing"),
        ("en-GB,en;q=0.9,vi;q=0.8", "There is no such thing"),
        ("fr, vi;q=0.5, en;q=0.4", "Không tìm thấy"),
        ("en;q=0, vi", "Không tìm thấy"),
        ("*;q=x,,;q=", "Không tìm thấy"),
    ],
)
async def test_a_problem_speaks_the_language_that_was_asked_for(town: Town, language: str, words: str) -> None:
    problem = await ask(town, "GET", "/v1/nowhere", {"Accept-Language": language})
    assert (problem.status, problem.code) == (404, "NotFound")
    assert problem.detail == town.app.state.house.words("en" if words.isascii() else "vi", "refusal.NotFound")


async def test_a_refusal_carries_its_facts_for_programs_and_for_people(town: Town) -> None:
    for _ in range(3):
        await town.raw("POST", "/v1/sign-ins", headers=BOT, json={"username": "nobody", "password": "x"})
    problem = await ask(town, "POST", "/v1/sign-ins", JSON, '{"username": "nobody", "password": "x"}')
    assert (problem.status, problem.code) == (429, "TryLater")
    assert (await ask(town, "GET", "/v1/me")).status == 401
    until = datetime.fromisoformat(str(problem.facts["until"]))
    assert (until.astimezone(UTC) - town.clock.now()).total_seconds() == 5
    assert "5 giây" in problem.detail


@pytest.mark.parametrize(
    ("method", "path", "headers", "data", "status"),
    [
        ("PATCH", "/v1/sign-ins", {}, "", 405),
        ("POST", "/v1/sign-ins", {"Content-Type": "text/plain"}, "x=1", 415),
        ("POST", "/v1/sign-ins", {"Content-Type": "application/x-www-form-urlencoded"}, "x=1", 415),
        ("POST", "/v1/sign-ins", JSON, "x" * 20_000, 413),
        ("POST", "/v1/captchas", {"Idempotency-Key": "k" * 16}, "x" * 20_000, 413),
        ("GET", "/v1/me/nothing", {}, "", 404),
        ("GET", "/docs", {}, "", 404),
        ("GET", "/v1/me", {"X-Service-Key": "x" * 40}, "", 403),
    ],
)
async def test_what_http_itself_refuses_is_a_problem_document_too(
    town: Town, method: str, path: str, headers: dict[str, str], data: str, status: int
) -> None:
    assert (await ask(town, method, path, headers, data)).status == status


@pytest.mark.parametrize(
    ("path", "methods"),
    [("/v1/me", "GET"), (f"/v1/effects/{'k' * 16}", "DELETE, GET"), ("/v1/openapi.json", "GET, HEAD")],
)
async def test_whoever_uses_a_wrong_method_is_told_all_right_ones(town: Town, path: str, methods: str) -> None:
    status, headers, _ = await town.raw("PATCH", path)
    assert (status, ", ".join(sorted(headers["Allow"].split(", ")))) == (405, methods)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ('{"username": "u", "password": "canary", "role": "system_admin"}', ["body.role"]),
        ('{"username": "u"}', ["body.password"]),
        ('{"username": ["canary"], "password": {"canary": 1}}', ["body.password", "body.username"]),
        ('{"username": "' + "canary" * 99 + '", "password": "x"}', ["body.username"]),
        ('{"username": "canary", ', ["body"]),
        ("[]", ["body"]),
        ('{"username": "u", "password": "p", "ca nary?": 1}', ["body.?"]),
        ('{"username": "\\ud800", "password": "p"}', ["body.username"]),
    ],
)
async def test_T24_what_does_not_fit_is_told_by_its_place_and_never_repeated(
    town: Town, body: str, fields: list[str]
) -> None:
    problem = await ask(town, "POST", "/v1/sign-ins", JSON, body)
    assert (problem.status, problem.code, problem.facts) == (422, "Malformed", {"fields": fields})
    assert "canary" not in problem.model_dump_json()


async def test_T30_nothing_deeply_nested_breaks_it(town: Town) -> None:
    assert (await ask(town, "POST", "/v1/sign-ins", JSON, "[" * 8000)).status == 422


async def test_the_description_of_the_service_names_every_problem_as_one(town: Town) -> None:
    status, _, content = await town.raw("GET", "/v1/openapi.json")
    document = json.loads(content)
    assert status == 200
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["description"], (method, path)
            for code, answer in operation["responses"].items():
                if code == "default" or int(code) >= 400:
                    assert list(answer["content"]) == [PROBLEM_JSON], (method, path, code)
    assert "HTTPValidationError" not in document["components"]["schemas"]


async def test_the_service_says_that_it_is_well(town: Town) -> None:
    assert (await town.raw("GET", "/v1/health"))[::2] == (200, b'{"status":"ok"}')
