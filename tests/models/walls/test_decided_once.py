"""The walls around what is decided once, attacked with raw SQL in the API's role."""

from typing import LiteralString

import pytest

from tests.models.by_hand import NOW, ByHand, refused


def test_R05_an_ended_sign_in_does_not_come_back(by_hand: ByHand) -> None:
    sign_in = by_hand.sign_in(by_hand.account())
    by_hand.api.execute("UPDATE sign_in SET ended_at = %s WHERE id = %s", [NOW, sign_in])
    with refused("sign_in_ends_once"):
        by_hand.api.execute("UPDATE sign_in SET ended_at = NULL WHERE id = %s", [sign_in])


@pytest.mark.parametrize("decided", [{"status": 201, "is_void": False}, {"status": None, "is_void": True}])
def test_T29_an_effect_is_decided_once(by_hand: ByHand, decided: dict[str, object]) -> None:
    by_hand.insert("effect", key="k" * 16, caller=b"me", at=NOW, **decided)
    attempts: tuple[LiteralString, ...] = (
        "UPDATE effect SET status = 200, is_void = false",
        "UPDATE effect SET request = 'another'",
        "UPDATE effect SET answer_sealed = 'another'",
    )
    for attempt in attempts:
        with refused("effect_is_decided_once"):
            by_hand.api.execute(attempt)


def test_T17_a_delivered_message_is_not_waiting_again(by_hand: ByHand) -> None:
    by_hand.insert(
        "delivery",
        cause="test",
        account_id=by_hand.account(),
        chat=1,
        notice="not_me_reported",
        facts_sealed=b"-",
        due_at=NOW,
        state="waiting",
        attempts=0,
        is_new=False,
    )
    with refused("delivery_ends_when_it_waits_no_more"):
        by_hand.api.execute("UPDATE delivery SET state = 'delivered', message_id = 7")
    by_hand.api.execute("UPDATE delivery SET state = 'delivered', message_id = 7, ended_at = %s", [NOW])
    with refused("delivery_ends_once"):
        by_hand.api.execute("UPDATE delivery SET state = 'waiting', ended_at = NULL")
