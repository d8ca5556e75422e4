"""Writing down what an admin does, in the transaction that does it (T25)."""

import json
from collections.abc import Mapping
from uuid import UUID, uuid4

from api.people import Person
from api.turns import Turn
from models.acts import AdminAct
from models.seals import ACT_FACTS
from models.words import Act

Facts = Mapping[str, object]


async def write_down(
    turn: Turn,
    person: Person,
    act: Act,
    facts: Facts,
    *,
    account: int | None = None,
    unit: int | None = None,
    request: UUID | None = None,
) -> UUID:
    """Write the act, for a change before the change, for something new after it; its id."""
    written = _act(turn, person, act, facts, account_id=account, unit_id=unit, request_id=request)
    turn.db.add(written)
    await turn.db.flush()
    return written.id


async def write_down_units(turn: Turn, person: Person, act: Act, facts: Mapping[int, Facts]) -> None:
    """Write the act of each of many units, in one go."""
    turn.db.add_all(_act(turn, person, act, of_one, unit_id=unit) for unit, of_one in facts.items())
    await turn.db.flush()


def _act(turn: Turn, person: Person, act: Act, facts: Facts, **about: int | UUID | None) -> AdminAct:
    act_id = uuid4()
    return AdminAct(
        id=act_id,
        at=turn.now(),
        act=act,
        by_account_id=person.account_id,
        session_id=person.session_id,
        facts_sealed=turn.keys.seal(json.dumps(dict(facts), ensure_ascii=False, default=str), ACT_FACTS, act_id),
        **about,
    )
