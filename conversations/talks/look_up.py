"""«Tra cứu đối tượng»: looking somebody up by name and number, and seeing one of those found (R16)."""

from typing import Any

from api.client import Api
from api.schemas.subjects import SubjectRow
from conversations.talk import Option, Press, Talk, part
from conversations.talks.see_subject import AGAIN, see_subject
from conversations.texts import Lines
from models.full_name import full_name
from models.look_up import Wanted, number, wanted
from models.refusals import LookUpsPaused


@part
async def look_up(talk: Talk) -> None:
    """Whom, in one message or step by step; then those found, and one of them; then the next."""
    answer = await talk.ask("line", wanted, options=["step_by_step"])
    whom = await step_by_step(talk) if isinstance(answer, Press) else answer
    try:
        asked = await talk.prepare(Api.look_up, whom.full_name, whom.number.value)
    except LookUpsPaused as refusal:
        await talk.tell(refusal)
        await talk.return_to("line")
        return
    rows = await talk.look(Api.found_subjects, asked.id) if asked.count else []
    if not rows:
        if asked.count:
            await talk.say("too_long_ago")
        else:
            await talk.say("nobody")
        await talk.return_to("line")
        return
    options = [*_options(rows), Option(AGAIN)]
    which = await talk.choose("found", options, stands=True, count=len(rows), rows=lines_of(rows))
    if which != AGAIN:
        which = await see_subject(talk, asked.id, int(which))
    await talk.return_to("line" if which == AGAIN else "found")


@part
async def step_by_step(talk: Talk) -> Wanted:
    """The name, then the number."""
    name = await talk.ask("full_name", full_name)
    return Wanted(name, await talk.ask("number", number))


def _options(rows: list[SubjectRow]) -> list[Option]:
    return [Option(str(row.id), "look_up.found.one", facts_of(number, row)) for number, row in enumerate(rows, 1)]


def lines_of(rows: list[SubjectRow]) -> Lines:
    """Those found, one under the other."""
    return Lines("look_up.row", tuple(facts_of(number, row) for number, row in enumerate(rows, 1)))


def facts_of(number: int, row: SubjectRow) -> dict[str, Any]:
    """What a line or a button says of one of those found."""
    return {
        "number": number,
        "name": row.name_hint,
        "born": row.birth_year,
        "gender": row.gender,
        "area": ", ".join(row.area),
        "yours": "🏠 " if row.is_yours else "",
    }
