"""What must hold for visitors, whatever they went through."""

import json
from collections import Counter

from argon2 import PasswordHasher

from simulator.heard import Heard
from tests.faults.stage import Stage
from tests.faults.visitor import NEW_PASSWORD, Visitor

OUR_ERROR = "Hệ thống gặp lỗi"
"""What is said of a bug, with a reference to look for: a server that is gone is none."""


async def nothing_is_lost(stage: Stage, visitor: Visitor, *, may_start_over: bool = False) -> None:
    """They signed in once and have the password they chose; nothing was done that they did not ask for.

    `may_start_over`: what the chat knew was lost, and they may have had to sign in again.
    """
    registry, account = stage.registry, visitor.staff.id
    story = f"{visitor.answers}\n{await visitor.person.transcript()}"
    sessions = registry.rows("SELECT ended_at FROM session WHERE account_id = %s", account)
    attempts = Counter(registry.attempts(visitor.staff))
    assert len(sessions) == attempts["signed_in"], story
    assert not any(OUR_ERROR in answer.text for answer in visitor.answers), story
    if not may_start_over:
        assert len(sessions) == 1, story
        assert attempts["wrong_otp"] == 0, story
    kept = registry.one("SELECT password_hash FROM account WHERE id = %s", account)
    assert PasswordHasher().verify(kept, NEW_PASSWORD), story
    await an_sms_a_press(stage, visitor)


async def an_sms_a_press(stage: Stage, visitor: Visitor) -> None:
    """No more SMS came than were asked for, and none of them twice."""
    texts = [sms["text"] for sms in await visitor.person.inbox()]
    counted = stage.registry.one("SELECT count(*) FROM otp_sms WHERE account_id = %s", visitor.staff.id)
    assert len(texts) <= counted <= visitor.asked_for_sms, await visitor.person.transcript()
    assert len(set(texts)) == len(texts)


async def shown_twice(visitor: Visitor) -> int:
    """How many messages came a second time: the same words over the same buttons, and nobody had said anything."""
    twice, before = 0, set[tuple[str, str]]()
    for heard in await visitor.person.messages():
        if not heard.by_bot:
            before.clear()
        elif heard.buttons:
            twice += _identity(heard) in before
            before.add(_identity(heard))
    return twice


def _identity(heard: Heard) -> tuple[str, str]:
    return heard.text, json.dumps(heard.raw.get("reply_markup"))
