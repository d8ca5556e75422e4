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
    act_id = uuid4()
    turn.db.add(
        AdminAct(
            id=act_id,
            at=turn.now(),
            act=act,
            by_account_id=person.account_id,
            session_id=person.session_id,
            account_id=account,
            unit_id=unit,
            request_id=request,
            facts_sealed=turn.keys.seal(json.dumps(dict(facts), ensure_ascii=False, default=str), ACT_FACTS, act_id),
        )
    )
    await turn.db.flush()
    return act_id
