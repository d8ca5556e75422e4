"""A subject's numbers and address in full: on a press of its own, written down, and taken back after a while (T24)."""

from uuid import UUID, uuid4

from api.acts.look_up import DISCLOSE, answered, must_read
from api.acts.notices import notify
from api.callers import chat_of
from api.people import Person
from api.schemas.subjects import InFull, SubjectShown
from api.turns import Turn
from models.phone import national
from models.refusals import NotFound
from models.words import Notice, Shown


async def show_in_full(turn: Turn, person: Person, token: str, look_up_id: UUID, subject_id: int) -> SubjectShown:
    """Bring them to the chat that asks, in a message that goes after a while; or answer with them, where there is none.

    Raises:
        NotFound: no look-up of one's own has found that subject lately.
    """
    must_read(person)
    disclosure, now = uuid4(), turn.now()
    asked = {"shown": token, "look_up": look_up_id, "now": now}
    disclosed = await DISCLOSE.row(turn.db, row_id=disclosure, subject=subject_id, how=Shown.IN_FULL, **asked)
    if not disclosed[0]:
        raise NotFound
    found = await answered(turn, token, look_up_id, now)
    row, one = next((row, one) for row, one in found if row["id"] == subject_id)
    area = [name for name in (one.sensitive.address, row["commune"], row["around"]) if name]
    full = InFull(
        phones=[national(phone) for phone in one.rest.phones],
        id_numbers=list(one.sensitive.id_numbers),
        address=", ".join(area),
    )
    chat = chat_of(turn.caller.source)
    if chat is None:
        return SubjectShown(in_full=full, taken_back_at=None)
    here, card = [(person.account_id, chat)], f"full {disclosure}"
    facts = {
        "full_name": one.sensitive.full_name,
        "phones": ", ".join(full.phones) or "–",
        "id_numbers": ", ".join(full.id_numbers) or "–",
        "address": full.address,
    }
    taken_back_at = now + turn.house.settings.shown_in_full
    await notify(turn, Notice.SUBJECT_IN_FULL, here, f"full {disclosure}", facts, card=card)
    await notify(turn, Notice.TAKEN_BACK, here, f"back {disclosure}", {}, card=card, due_at=taken_back_at)
    return SubjectShown(in_full=None, taken_back_at=taken_back_at)
