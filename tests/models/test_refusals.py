"""Refusals are facts: they survive the wire, the journal and a pickle."""

import json
import pickle
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, get_type_hints

import pytest

import models.refusals
from models.refusals import OtpLocked, Refusal
from models.rules import MAX_OTP_FAILURES, VIETNAM
from models.words import FileFlaw, RequestState, SubjectField

SAMPLES: dict[Any, Any] = {
    int: MAX_OTP_FAILURES,
    datetime: datetime(2021, 10, 15, 1, 2, 3, 456789, UTC),
    FileFlaw: FileFlaw.MACROS,
    list[SubjectField]: [SubjectField.FULL_NAME, SubjectField.RESIDENCE],
    list[str]: ["body.phone", "body.captcha"],
    str: "demo.tinh",
    RequestState: RequestState.APPROVED,
}


def sample(kind: type[Refusal]) -> Refusal:
    hints = get_type_hints(kind)
    facts = {fact.name: SAMPLES[hints[fact.name]] for fact in fields(kind)}  # type: ignore[arg-type]  # all are
    return kind(**facts)


@pytest.mark.parametrize("kind", Refusal.known.values(), ids=Refusal.known)
def test_a_refusal_survives_json(kind: type[Refusal]) -> None:
    refusal = sample(kind)
    sent = json.dumps({"code": refusal.code, "facts": refusal.facts()})
    came = Refusal.from_facts(**json.loads(sent))
    assert type(came) is kind
    assert came.facts() == refusal.facts()


@pytest.mark.parametrize("kind", Refusal.known.values(), ids=Refusal.known)
def test_a_refusal_survives_a_pickle(kind: type[Refusal]) -> None:
    refusal = sample(kind)
    came = pickle.loads(pickle.dumps(refusal))  # noqa: S301 - made in the line itself
    assert type(came) is kind
    assert came.facts() == refusal.facts()


@pytest.mark.parametrize("kind", Refusal.known.values(), ids=Refusal.known)
def test_a_refusal_stands_in_the_tree_at_the_top_of_its_module(kind: type[Refusal]) -> None:
    tree = (models.refusals.__doc__ or "").replace(",", " ").split()
    assert kind.__name__ in tree


def test_a_refusal_with_other_facts_is_none() -> None:
    with pytest.raises(ValueError, match="until"):
        Refusal.from_facts("OtpLocked", {"max": MAX_OTP_FAILURES})
    with pytest.raises(KeyError):
        Refusal.from_facts("NoSuchRefusal", {})


def test_a_time_keeps_its_instant_on_the_wire() -> None:
    until = datetime(2021, 10, 15, 8, 5, tzinfo=VIETNAM)
    came = Refusal.from_facts("OtpLocked", OtpLocked(until=until, max=MAX_OTP_FAILURES).facts())
    assert isinstance(came, OtpLocked)
    assert came.until == until
