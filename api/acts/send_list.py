"""Sending a list: its ready rows become requests, all or none, by the rule of one person asked for (R13, T46)."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from api.acts.accounts import must_manage
from api.acts.ask_for_account import Asked, write_requests
from api.acts.listed_people import judged_rows, kept_row, typed_row
from api.acts.notices import notify, open_chats
from api.acts.request_cards import announce, deciders_of
from api.acts.request_list import forget_if_empty
from api.people import Person
from api.schemas.request_lists import ListSent
from api.turns import Turn
from models.listed_people import RowState
from models.places import Unit
from models.refusals import NotFound
from models.request_lists import ListedPerson, RequestList
from models.rules import LIST_PIECE, LIST_SENT
from models.scopes import province_of
from models.words import Notice

LOOKED_AT = 2
"""Requests of a province by which its supervisors are found: nobody decides on their own, but on all others (R14)."""


@dataclass
class SentThere:
    """What was asked for in one province."""

    unit: Unit
    """The first one's."""
    count: int = 0
    some: list[UUID] = field(default_factory=list)
    """The first few."""
    units: set[int] = field(default_factory=set)


@dataclass
class Sent:
    """What became of the rows so far, by province."""

    there: dict[str | None, SentThere] = field(default_factory=dict)

    def add(self, request_id: UUID, asked: Asked) -> None:
        there = self.there.setdefault(province_of(asked.unit.place), SentThere(asked.unit))
        there.count += 1
        there.units.add(asked.unit.id)
        if len(there.some) < LOOKED_AT:
            there.some.append(request_id)

    @property
    def count(self) -> int:
        return sum(there.count for there in self.there.values())


async def send_list(turn: Turn, person: Person) -> ListSent:
    """Ask for people on the list about whom nothing is wrong or in doubt, so many at once; the others stay on it.

    Raises:
        NotFound: whoever asks manages nobody, or has no list.
    """
    must_manage(person)
    held = select(RequestList).where(RequestList.by_account_id == person.account_id).with_for_update()
    mine = await turn.db.scalar(held)
    if mine is None:
        raise NotFound
    mine.touched_at = turn.now()
    mine.rows_there = mine.rows_read = mine.repeated = mine.waiting = 0
    await turn.db.flush()
    sent, last, looked_at = Sent(), 0, 0
    ready = select(ListedPerson).where(ListedPerson.list_id == mine.id, ListedPerson.state == RowState.READY)
    in_order = ready.order_by(ListedPerson.number).limit(LIST_PIECE).execution_options(populate_existing=True)
    while looked_at < LIST_SENT and (piece := list(await turn.db.scalars(in_order.where(ListedPerson.number > last)))):
        last, looked_at = piece[-1].number, looked_at + len(piece)
        await _send(turn, person, mine, piece, sent)
    on_it = ListedPerson.list_id == mine.id
    left = await turn.db.scalar(select(func.count()).where(on_it)) or 0
    more = await turn.db.scalar(select(func.count()).where(on_it, ListedPerson.state == RowState.READY)) or 0
    await forget_if_empty(turn.db, mine)
    return ListSent(sent=sent.count, left=left, ready=more, supervisors_told=await _tell(turn, person, sent))


async def _send(turn: Turn, person: Person, mine: RequestList, piece: list[ListedPerson], sent: Sent) -> None:
    """Write those requests; whoever is not ready any more stays, and why."""
    typed = [typed_row(turn.keys, kept) for kept in piece]
    for kept in piece:
        turn.db.expunge(kept)
    await turn.db.execute(
        delete(ListedPerson)
        .where(ListedPerson.list_id == mine.id, ListedPerson.number.in_([row.number for row in typed]))
        .execution_options(synchronize_session=False)
    )
    judged, known = await judged_rows(turn, person, typed)
    asked = [row.somebody.asked for row in judged if row.somebody and row.state is RowState.READY]
    for request_id, one in zip(await write_requests(turn, person, asked), asked, strict=True):
        if request_id is not None:  # else that person waits already
            sent.add(request_id, one)
    stay = [row for row in judged if row.state is not RowState.READY and not row.waits(known)]
    values = [kept_row(turn.keys, mine.id, person.account_id, row.typed.number or 0, row) for row in stay]
    if values:
        await turn.db.execute(insert(ListedPerson).returning(ListedPerson.number), values)  # in one statement


async def _tell(turn: Turn, person: Person, sent: Sent) -> int:
    """Tell each province's supervisors once of all that is asked for there; how many were told."""
    return sum([await _tell_of(turn, person, there) for _, there in sorted(sent.there.items(), key=str)])


async def _tell_of(turn: Turn, person: Person, there: SentThere) -> int:
    """By the unit's card; by none where there would be one for each of many units."""
    if len(there.units) == 1:
        return await announce(turn, there.unit, there.some, there.count)
    chats = await open_chats(turn, await deciders_of(turn, there.some))
    facts = {"count": str(there.count), "unit": there.unit.name, "by": person.username}
    await notify(turn, Notice.ACCOUNTS_REQUESTED, chats, f"requests {there.some[0]}", facts)
    return len({account for account, _ in chats})
