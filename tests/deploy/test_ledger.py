"""The reckoning of a rehearsal finds what was lost and what was doubled."""

import pytest

from tests.deploy.ledger import Kept, discrepancies
from tests.deploy.visitor import Shift, Wait


def shift(**seen: object) -> Shift:
    usual: dict[str, object] = {"welcomes": 1, "sms": 1, "is_done": True, "waits": [Wait("/start", 1, 1, 2)]}
    return Shift("dien.tap", "+84912000001", 1001, "not_me", **(usual | seen))  # type: ignore[arg-type]  # named by each test


def kept(**written: object) -> Kept:
    usual: dict[str, object] = {"sessions": 1, "ends": ["not_me"], "signed_in": 1, "not_me": 1, "sms": 1}
    return Kept("dien.tap", **(usual | written))  # type: ignore[arg-type]  # named by each test


def test_what_agrees_is_no_discrepancy() -> None:
    assert discrepancies(shift(), kept()) == ([], [])
    assert discrepancies(shift(resends=1, sms=2), kept(sms=2)) == ([], [])
    again = kept(sessions=2, ends=["not_me", "signed_out"], signed_in=2, sms=2)
    assert discrepancies(shift(signed_in_again=1, welcomes=2, sms=2), again) == ([], [])


@pytest.mark.parametrize(
    ("seen", "written", "said"),
    [
        ({"trouble": "the chat", "is_done": False}, {}, "got no answer to /start"),
        ({}, {"sessions": 0, "ends": None, "signed_in": 0}, "has no session"),
        ({}, {"ends": [None]}, "the session ended as"),
        ({}, {"not_me": 0}, "not in the history"),
        ({}, {"signed_in": 0}, "1 sessions and 0 in the history"),
    ],
)
def test_T17_what_was_lost_is_found(seen: dict[str, object], written: dict[str, object], said: str) -> None:
    lost, doubled = discrepancies(shift(**seen), kept(**written))
    assert any(said in sentence for sentence in lost)
    assert doubled == []


@pytest.mark.parametrize(
    ("seen", "written", "said"),
    [
        ({}, {"sessions": 2, "ends": ["not_me"], "signed_in": 2}, "2 sessions, 1 at most"),
        ({"welcomes": 2}, {}, "2 welcomes, 1 at most"),
        ({}, {"not_me": 2}, "2 reports"),
        ({"sms": 2}, {}, "2 SMS received, 1 at most"),
        ({"resends": 1}, {"sms": 3}, "3 SMS counted, 2 at most"),
    ],
)
def test_T17_what_was_doubled_is_found(seen: dict[str, object], written: dict[str, object], said: str) -> None:
    lost, doubled = discrepancies(shift(**seen), kept(**written))
    assert any(said in sentence for sentence in doubled)
    assert lost == []
