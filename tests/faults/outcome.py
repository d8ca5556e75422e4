"""What came of visitors in a time of trouble: what must hold for each, and how long it took."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from statistics import quantiles

from argon2 import PasswordHasher

from simulator.heard import Heard
from tests.faults.stage import Stage
from tests.faults.visitor import NEW_PASSWORD, Visitor

A_TURN = 3.0  # seconds
A_BUSY_MACHINE = 3.0
"""Seconds more, where everything runs in one process among the other tests."""


async def nothing_is_lost(stage: Stage, visitor: Visitor, *, may_start_over: bool = False) -> None:
    """They signed in once and have the password they chose; nothing was done that they did not ask for.

    `may_start_over`: what the chat knew was lost, and they may have had to sign in again.
    """
    registry, account = stage.service.registry, visitor.staff.id
    story = f"{visitor.answers}\n{await visitor.person.transcript()}"
    sessions = registry.rows("SELECT ended_at FROM session WHERE account_id = %s", account)
    attempts = Counter(registry.attempts(visitor.staff))
    assert len(sessions) == attempts["signed_in"], story
    if not may_start_over:
        assert len(sessions) == 1, story
        assert attempts["wrong_otp"] == 0, story
    kept = registry.one("SELECT password_hash FROM account WHERE id = %s", account)
    assert PasswordHasher().verify(kept, NEW_PASSWORD), story
    await an_sms_a_press(stage, visitor)


async def an_sms_a_press(stage: Stage, visitor: Visitor) -> None:
    """No more SMS came than were asked for, and none of them twice."""
    texts = [sms["text"] for sms in await visitor.person.inbox()]
    counted = stage.service.registry.one("SELECT count(*) FROM otp_sms WHERE account_id = %s", visitor.staff.id)
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


def longest_wait(visitors: Iterable[Visitor], since: float, until: float) -> float:
    """Seconds that anybody waited for an answer that came in between."""
    answers = chain.from_iterable(visitor.answers for visitor in visitors)
    return max((answer.seconds for answer in answers if since < answer.at < until), default=0.0)


def recoveries(visitors: Iterable[Visitor], healed: float) -> list[float]:
    """Seconds from then until each was served again, of those who were not through yet and waited for it."""
    found = (visitor.served_after(healed) for visitor in visitors if not visitor.begun_again)
    return [seconds for seconds in found if seconds is not None]


def told(seconds: Sequence[float]) -> str:
    """«p50 0.1, p99 0.9, longest 1.2 s of 40»."""
    if len(seconds) < 2:
        return f"{seconds[0]:.1f} s, once" if seconds else "not measured"
    p50, p99 = (quantiles(seconds, n=100, method="inclusive")[n - 1] for n in (50, 99))
    return f"p50 {p50:.1f}, p99 {p99:.1f}, longest {max(seconds):.1f} s of {len(seconds)}"


def _identity(heard: Heard) -> tuple[str, str]:
    return heard.text, json.dumps(heard.raw.get("reply_markup"))
