"""One subject's card, and what is done there (R16, R17)."""

from collections.abc import Sequence
from uuid import UUID

from api.client import Api
from conversations.talk import Option, Talk, part
from conversations.talks.correct_subject import correct_subject
from models.birth import Birth
from models.refusals import NotFound
from models.roles import SUBJECT_KEEPERS

AGAIN, FOUND = "again", "found"


@part
async def see_subject(talk: Talk, look_up_id: UUID, subject: int, ways: Sequence[str] = (FOUND, AGAIN)) -> str:
    """The card, as the work needs it; where to go from there, if nothing is done there."""
    with talk.within(str(subject)):
        try:
            seen = await talk.look(Api.subject, look_up_id, subject)
        except NotFound as refusal:  # they were looked up too long ago
            await talk.tell(refusal)
            return AGAIN
        choice = await talk.choose(
            "card",
            _actions(talk, ways),
            full_name=seen.full_name,
            birth=Birth.read(seen.birth).shown,
            gender=seen.gender,
            phones=_joined(seen.phone_hints),
            id_numbers=_joined(seen.id_number_hints),
            guardian=seen.guardian or "–",
            area=", ".join(seen.area),
        )
        if choice == "correct":
            await correct_subject(talk, look_up_id, subject)
            await talk.return_to("card")
        return choice


def _actions(talk: Talk, ways: Sequence[str]) -> list[Option]:
    """The buttons under the card; whoever only reads has nothing to do there."""
    keeps = talk.me is not None and talk.me.role in SUBJECT_KEEPERS
    return [Option(name) for name in (*(["correct"] if keeps else []), *ways)]


def _joined(hints: list[str]) -> str:
    return ", ".join(hints) or "–"
